using System.Collections.Frozen;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Flows.Time;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Outbox;

namespace RpcCollector.Store.Incidents;

/// <summary>
/// Owns the book of incidents, and writes what it says in the transaction in which their findings are written: both are in the store,
/// or none. Any thread may call it; one transaction at a time has the book.
/// </summary>
/// <remarks>
/// A book that may differ from what is committed, after a transaction that failed or a file that was mended, is made anew from the
/// store. Where it says something else then than the store does, that is written once.
/// </remarks>
/// <param name="outbox">What happens is written into it, in the same transaction; null where nobody is told.</param>
internal sealed class IncidentKeeper(
    StateStore state, IncidentOptions options, ArrivalClock clock, ILogger<IncidentKeeper> logger, OutboxStore? outbox = null)
{
    // A book that fails is not made anew at once, for that reads all findings.
    private const long PauseMilliseconds = 60_000;

    private readonly Lock _gate = new();
    private IncidentBook? _book;
    private bool _isInTransaction;
    private long _mended = -1;
    private long _notBefore = long.MinValue;
    private long _failures;
    private long _merged;
    private long _withdrawn;
    private long _reopened;
    private readonly long[] _added = new long[(int)FindingSeverity.Critical + 1];

    /// <summary>Failures of the book: findings were written, and wait for their incidents.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Incidents that are new, by the severity that they began with.</summary>
    public long Added(FindingSeverity severity) => Volatile.Read(ref _added[(int)severity]);

    public long Merged => Volatile.Read(ref _merged);

    public long Withdrawn => Volatile.Read(ref _withdrawn);

    /// <summary>Closed or acknowledged ones that opened by themselves.</summary>
    public long Reopened => Volatile.Read(ref _reopened);

    private long Now => clock.UnixMilliseconds;

    /// <summary>Commits findings with their incidents, or nothing.</summary>
    /// <param name="isSaid">True for what a person said.</param>
    public T Commit<T>(Func<IncidentTransaction, T> write, bool isSaid = false)
    {
        lock (_gate)
        {
            try
            {
                return CommitOnce(write, isSaid);
            }
            catch (BookFailure fault)
            {
                // All is written again without the book. A savepoint around its part would do, and cost more than all that is written:
                // SQLite keeps a copy of each page that a statement changes within one.
                _notBefore = Now + PauseMilliseconds;
                Interlocked.Increment(ref _failures);
                IncidentLog.BookFailed(logger, fault.InnerException!);
                return CommitOnce(write, isSaid);
            }
        }
    }

    private T CommitOnce<T>(Func<IncidentTransaction, T> write, bool isSaid)
    {
        try
        {
            IncidentTransaction? last = null;
            T Within(SqliteConnection connection)
            {
                // It is tried again: what the book took then was not committed.
                if (_isInTransaction) _book = null;
                _isInTransaction = true;
                var statements = KeptStatements.Of(connection);
                last = new IncidentTransaction(this, statements, state.DamagedRows, Now);
                var written = write(last);
                outbox?.Append(statements, last.Now, last.News);
                return written;
            }

            var result = isSaid ? state.CommitSaid(Within) : state.Commit(Within);
            Count(last);
            return result;
        }
        catch
        {
            _book = null;
            throw;
        }
        finally
        {
            _isInTransaction = false;
        }
    }

    /// <summary>Does something with the book; when that fails, the transaction is made without it.</summary>
    /// <param name="events">What happens is added to it.</param>
    /// <param name="goingOn">Incidents that open by this where they are closed; null for none.</param>
    public void With(
        KeptStatements statements, List<IncidentEvent> events, Action<IncidentBook, IncidentWriting> work,
        Func<IncidentBook, IReadOnlySet<long>>? goingOn = null)
    {
        var now = Now;
        var mended = state.SetAside + state.DamagedRows.Of(StateTables.Findings) + state.DamagedRows.Of(StateTables.Incidents)
            + state.DamagedRows.Of(StateTables.IncidentFindings);
        if (_mended != mended) (_book, _mended) = (null, mended);
        if (_book is null && now < _notBefore && _notBefore - now <= PauseMilliseconds) return;
        try
        {
            if (_book is null) Restore(statements, now, events);
            var writing = new IncidentWriting(statements, goingOn?.Invoke(_book!) ?? FrozenSet<long>.Empty, options.Gap, now);
            work(_book!, writing);
            foreach (var reopened in writing.TakeReopened()) writing.Apply(_book!.Reopen(reopened));
            events.AddRange(writing.Events(state.DamagedRows));
        }
        catch (Exception failure) when (failure is not SqliteException && !Database.IsDiskFailure(failure))
        {
            // A fault of ours: findings go on without it, and the log names it.
            throw new BookFailure(failure);
        }
    }

    /// <summary>Makes the book of what the store holds, and writes what differs.</summary>
    private void Restore(KeptStatements statements, long now, List<IncidentEvent> events)
    {
        var connection = statements.Connection;
        var book = new IncidentBook(options);
        var standing = KeptIncident.ReadStanding(connection);
        var members = Members(connection);
        var ofClosed = members.ToLookup(member => member.Value, member => member.Key);
        var stated = book.Restore(
            FindingOutlines.ReadStanding(connection),
            standing.Where(kept => kept.State == IncidentState.Closed)
                .Select(kept => (kept.Id, (IReadOnlyList<long>)[.. ofClosed[kept.Id]])));

        // 1. What the book says otherwise.
        var before = standing.ToDictionary(kept => kept.Id);
        var changes = new List<IncidentChange>();
        var placed = new HashSet<long>();
        foreach (var change in stated.Where(change => change.Kind != ActivityChangeKind.Withdrawn))
        {
            var findings = book.FindingsOf(change.Incident.Id);
            placed.UnionWith(findings);
            var joined = findings.Where(id => !members.TryGetValue(id, out var incident) || incident != change.Incident.Id).ToList();
            if (joined.Count == 0 && before.TryGetValue(change.Incident.Id, out var kept)
                && kept.Facts == IncidentFacts.Of(change.Incident))
                continue;
            changes.Add(change with { Joined = joined });
        }

        // 2. What the book does not know: it has gone to where its findings are.
        foreach (var kept in standing.Where(kept => book.Find(kept.Id) is null))
        {
            var into = ofClosed[kept.Id].Prepend(kept.Id).Select(book.IncidentOf).FirstOrDefault(incident => incident is not null);
            if (IncidentRows.Find(connection, kept.Id, now, state.DamagedRows) is not { } stored) continue;
            changes.Add(new IncidentChange(ActivityChangeKind.Withdrawn, stored.Told, [], into));
        }

        foreach (var gone in members.Keys.Where(finding => !placed.Contains(finding))) IncidentWriting.Leave(statements, gone);
        if (changes.Count > 0)
        {
            // After a failure of the book findings were written without it: those of closed incidents may have gone on.
            var writing = new IncidentWriting(statements, NotAllBenign(statements, now), options.Gap, now);
            writing.Apply(changes);
            foreach (var reopened in writing.TakeReopened()) writing.Apply(book.Reopen(reopened));
            events.AddRange(writing.Events(state.DamagedRows));
            IncidentLog.Restored(logger, book.Count, changes.Count);
        }

        _book = book;
    }

    /// <summary>Closed incidents with a finding that nobody calls benign.</summary>
    private static HashSet<long> NotAllBenign(KeptStatements statements, long now)
    {
        var open = new HashSet<long>();
        using var rows = statements.Read(
            $"""
            SELECT DISTINCT i.incident FROM incident_findings i
                JOIN incidents n ON n.id = i.incident AND n.state = {(int)IncidentState.Closed}
                JOIN findings f ON f.id = i.finding {FindingConditions.HoldingVerdict} WHERE NOT {FindingConditions.IsBenign}
            """,
            ("$now", now));
        while (rows.Read()) open.Add(rows.Row.Integer(0));
        return open;
    }

    private static Dictionary<long, long> Members(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT finding, incident FROM incident_findings";
        var members = new Dictionary<long, long>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) members[reader.GetInt64(0)] = reader.GetInt64(1);
        return members;
    }

    private void Count(IncidentTransaction? transaction)
    {
        foreach (var told in transaction?.Events ?? [])
        {
            switch (told.Kind)
            {
                case IncidentEventKind.Added:
                    Interlocked.Increment(ref _added[(int)told.Incident.Severity]);
                    break;
                case IncidentEventKind.Merged:
                    Interlocked.Increment(ref _merged);
                    break;
                case IncidentEventKind.Withdrawn:
                    Interlocked.Increment(ref _withdrawn);
                    break;
                default:
                    break;
            }
        }

        Interlocked.Add(ref _reopened, transaction?.Reopened ?? 0);
    }

    /// <summary>A fault of ours in the book, or in writing what it says.</summary>
    private sealed class BookFailure(Exception fault) : Exception(fault.Message, fault);
}
