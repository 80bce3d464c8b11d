using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows.Exporters;
using RpcCollector.Vitals;

namespace RpcCollector.Store;

/// <summary>
/// The two tables of activities as the writer has them: those in their indexes, and those that wait for it.
/// </summary>
/// <remarks>
/// A row has six places in indexes, most of them in the order of keys that are spread like chance: each is a page to read and to write. At
/// first a row gets two, in the order of time and of ids, and the others when there is time, many at once: they share pages.
/// </remarks>
internal sealed class ActivityRows
{
    // While as many wait as are sorted in together, and until none does: their ids, and the pages of the indexes that many of them share,
    // stay at hand.
    private const int Many = StoreRoom.SortedTogether;
    private const string LargeCache = "PRAGMA cache_size=-131072";
    private const string SmallCache = "PRAGMA cache_size=-16384; PRAGMA shrink_memory";

    // One for either end, and as many again for those that were sorted in meanwhile.
    private const int EntriesOfRow = 4;

    private const string LastOfSome = "SELECT start_ms, id FROM unsorted ORDER BY start_ms, id LIMIT 1 OFFSET ?1";
    private const string Some = "unsorted WHERE (start_ms, id) <= (?1, ?2)";

    // An id that is in both tables can only come of damage: the younger stands.
    private const string Insert =
        $"INSERT OR REPLACE INTO activities ({ActivityStatements.Columns}) SELECT {ActivityStatements.Columns} FROM {Some} ORDER BY client";

    private readonly SqliteConnection _writer;
    private readonly KeptStatements _statements;
    private readonly ActivityStatements _sorted;
    private readonly ActivityStatements _unsorted;
    private readonly WaitingHosts _waiting;
    private long _moreUnsorted;
    private bool _isCacheLarge;

    /// <param name="mostWaiting">Of those that may wait to be sorted in.</param>
    public ActivityRows(SqliteConnection writer, ExporterCatalog catalog, long mostWaiting)
    {
        _writer = writer;
        _statements = KeptStatements.Of(writer);
        _sorted = new ActivityStatements(writer, catalog, ActivityStatements.Table);
        _unsorted = new ActivityStatements(writer, catalog, ActivityStatements.Unsorted);
        Unsorted = Database.Ask(writer, "SELECT COUNT(*) FROM unsorted");
        Total = Database.Ask(writer, "SELECT COUNT(*) FROM activities") + Unsorted;
        _waiting = new WaitingHosts((int)Math.Min(int.MaxValue, EntriesOfRow * mostWaiting), isWhole: Unsorted == 0);
    }

    /// <summary>Rows of both when it was opened.</summary>
    public long Total { get; }

    /// <summary>Rows that are committed and wait to be sorted in.</summary>
    public long Unsorted { get; private set; }

    /// <summary>Those that may wait to be sorted in of what a query chooses; null when it is not known. Any thread may ask.</summary>
    public IReadOnlyCollection<long>? Waiting(ActivityQuery query) =>
        (query.Host ?? query.Client ?? query.Server) is { IsSingle: true } one ? _waiting.Of(one.First) : null;

    /// <summary>Before the first change of a transaction.</summary>
    public void Begin() => _moreUnsorted = 0;

    /// <summary>After the last change was committed.</summary>
    public void Committed()
    {
        Unsorted += _moreUnsorted;
        if (Unsorted == 0) _waiting.Clear();
        SizeCache();
    }

    /// <returns>How many rows there are more.</returns>
    /// <param name="waits">True when a new row shall wait to be sorted in.</param>
    public int Apply(in ActivityChange change, long recorded, bool waits, List<PairStep> steps)
    {
        var activity = change.Activity;
        var (table, known) = Find(activity.Id);
        if (known is { MakesSense: true } old)
            steps.Add(new PairStep(old.Pair, -1, old.RecordedUnixMilliseconds, old.StartUnixMilliseconds));
        if (change.Kind == ActivityChangeKind.Withdrawn)
        {
            if (known is null) return 0;
            table.Delete(activity.Id);
            if (table == _unsorted) _moreUnsorted--;
            return -1;
        }

        // Added again is seen again (a capture sent twice) and counts as recorded now; a revision does not make it younger.
        var when = change.Kind == ActivityChangeKind.Revised && known is { MakesSense: true } revised
            ? revised.RecordedUnixMilliseconds
            : recorded;
        steps.Add(new PairStep(new PairKey(activity.Client, activity.Server, activity.Basis), 1, when, activity.StartUnixMilliseconds));
        if (known is null ? waits : table == _unsorted) _waiting.Add(activity.Id, activity.Client, activity.Server);
        if (known is not null)
        {
            table.Update(activity, when);
            return 0;
        }

        (waits ? _unsorted : _sorted).Insert(activity, when);
        if (waits) _moreUnsorted++;
        return 1;
    }

    /// <summary>Sorts in the earliest of those that wait, within a transaction.</summary>
    /// <returns>How many they were.</returns>
    public int SortIn(int most)
    {
        var (start, id) = LastOf(most);
        Execute(Insert, start, id);
        var sorted = Execute($"DELETE FROM {Some}", start, id);
        _moreUnsorted -= sorted;
        return sorted;
    }

    /// <summary>Leaves the first of those that wait out for good, within a transaction.</summary>
    /// <returns>How many rows there are less.</returns>
    public int DropFirst()
    {
        var (start, id) = LastOf(1);
        var dropped = Execute($"DELETE FROM {Some}", start, id);
        _moreUnsorted -= dropped;
        return dropped;
    }

    private (ActivityStatements Table, StoredRow? Row) Find(long id)
    {
        if (Unsorted + _moreUnsorted > 0 && _unsorted.Find(id) is { } waiting) return (_unsorted, waiting);
        return (_sorted, _sorted.Find(id));
    }

    private (long Start, long Id) LastOf(int most)
    {
        var statement = _statements.Begin(LastOfSome);
        using var rows = statement.Rows;
        statement.Bind(1, most - 1L);
        return rows.Read() ? (rows.Row.Integer(0), rows.Row.Integer(1)) : (long.MaxValue, long.MaxValue);
    }

    private int Execute(string sql, long start, long id)
    {
        var statement = _statements.Begin(sql);
        using var rows = statement.Rows;
        statement.Bind(1, start);
        statement.Bind(2, id);
        rows.ReadAll();
        return rows.Changes;
    }

    // What is free after a burst is given back.
    private void SizeCache()
    {
        if (_isCacheLarge ? Unsorted > 0 : Unsorted < Many) return;
        _isCacheLarge = !_isCacheLarge;
        Database.Execute(_writer, _isCacheLarge ? LargeCache : SmallCache);
        if (!_isCacheLarge) NativeHeap.GiveBack();
    }
}
