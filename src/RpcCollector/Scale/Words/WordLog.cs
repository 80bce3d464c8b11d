using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Outbox;
using RpcCollector.Store.Words;
using RpcCollector.Vitals;

namespace RpcCollector.Scale.Words;

/// <summary>
/// Appends what people say to the judge's log before it is committed here: a judge that takes this one's place reads it there. Any
/// thread may call it; one word is on its way at a time.
/// </summary>
internal sealed class WordLog(ScaleOptions options, IFlowLog log, JudgeStanding standing, StateStore state, ArrivalClock clock)
    : IWordLog, IDisposable
{
    /// <summary>What nobody waits for, while the broker is away; what comes beyond it is not said.</summary>
    public const int MostWaiting = 10_000;

    private const int WriterOctets = 8;
    private const int MostAtOnce = 500;

    // A person waits for it, and so does whatever else is to be written; where the broker was away already, less.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestWhileAway = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentDictionary<(string Table, object Key), bool> _soon = new();
    private readonly ulong _epoch = (ulong)Math.Max(1, clock.UnixMilliseconds);
    private ulong _number;
    private long _dropped;

    /// <summary>This process among all that ever write.</summary>
    public string Writer { get; } = RandomNumberGenerator.GetHexString(2 * WriterOctets, lowercase: true);

    /// <summary>What found no room to wait for the broker.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public void Watch(SqliteConnection connection) => SaidCapture.Watch(connection);

    public void Begin(SqliteConnection connection) => SaidCapture.Begin(connection);

    public void Say(SqliteConnection connection)
    {
        var rows = SaidCapture.Take(connection);
        if (rows.Count == 0) return;
        var number = Append(rows);
        (SaidMark.Read(connection) with { Writer = Writer, Number = number }).Keep(connection);
    }

    // In one commit: whoever reads it in the log waits until it stands here, and does not write it once more.
    public void Say(string table, IReadOnlyList<(string Key, string? Line)> lines, Action write) => state.CommitSaid(connection =>
    {
        var number = Append([.. lines.Select(line => new SaidRow(table, line.Key, line.Line is null ? null : [line.Key, line.Line]))]);
        write();
        (SaidMark.Read(connection) with { Writer = Writer, Number = number }).Keep(connection);
        return true;
    });

    public void Soon(string table, object key)
    {
        if (!standing.IsActive) return;
        if (_soon.Count < MostWaiting) _soon[(table, key)] = true;
        else Interlocked.Increment(ref _dropped);
    }

    /// <summary>Says that this process begins to speak: once it reads that in the log, it knows all that was said before.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="FlowLogException">The broker did not confirm it.</exception>
    public Task<long> BeginAsync(CancellationToken stopping) => AppendAsync(new SaidDeed(Writer, IsSoon: false, []), stopping);

    /// <summary>Says rows that stand already.</summary>
    /// <exception cref="FlowLogException">The broker did not confirm it.</exception>
    public Task SayAsync(IReadOnlyList<SaidRow> rows, CancellationToken stopping) =>
        rows.Count == 0 ? Task.CompletedTask : AppendAsync(new SaidDeed(Writer, IsSoon: true, rows), stopping);

    /// <summary>Says some of what waits, as it is now.</summary>
    /// <exception cref="FlowLogException">The broker did not confirm it: it waits on.</exception>
    public async Task FlushAsync(CancellationToken stopping)
    {
        List<(string Table, object Key)> some = [.. _soon.Keys.Take(MostAtOnce)];
        if (some.Count == 0) return;
        foreach (var one in some) _soon.TryRemove(one, out _);
        try
        {
            var rows = state.Read(connection => some.ConvertAll(one => Read(connection, SaidTables.Find(one.Table)!, one.Key)));
            await SayAsync([.. rows.OfType<SaidRow>()], stopping);
        }
        catch
        {
            foreach (var one in some) _soon.TryAdd(one, true);
            throw;
        }
    }

    public void Dispose() => _turn.Dispose();

    private SaidRow? Read(SqliteConnection connection, SaidTable table, object key)
    {
        if (table == SaidTables.Sinks)
            return OutboxStore.ToldUpTo(connection, (string)key, clock.UnixMilliseconds) is { } told
                ? new SaidRow(table.Name, key, [key, told])
                : null;
        var row = SaidCapture.Read(connection, table, key);
        return row.Values is not null || table.TellsDeletions ? row : null;
    }

    private long Append(IReadOnlyList<SaidRow> rows)
    {
        if (!standing.IsActive)
            throw new NotSaidException($"This judge stands by: {standing.Other ?? "another one"} takes changes. Nothing was changed");
        var longest = log.Absence is null ? Longest : LongestWhileAway;
        using var patience = new CancellationTokenSource(longest);
        try
        {
            // Not on the thread that waits: it may be the only one of its kind.
            return Task.Run(() => AppendAsync(new SaidDeed(Writer, IsSoon: false, rows), patience.Token)).GetAwaiter().GetResult();
        }
        catch (FlowLogException away)
        {
            throw new NotSaidException(
                $"The broker is away, and no other judge could know of it ({away.Message}). Nothing was changed", away);
        }
        catch (OperationCanceledException late)
        {
            throw new NotSaidException(
                $"The broker did not confirm it within {longest.TotalSeconds:0} s, and no other judge may know of it. Nothing was " +
                "changed; should the broker have it all the same, it will be in a moment", late);
        }
    }

    private async Task<long> AppendAsync(SaidDeed deed, CancellationToken stopping)
    {
        var written = deed.Write();
        if (written.Length > SaidDeed.MostOctets || deed.Rows.Count > SaidDeed.MostRows)
            throw new NotSaidException("It changes more at once than other judges can be told in one word. Nothing was changed");
        await _turn.WaitAsync(stopping);
        try
        {
            var number = ++_number;
            foreach (var message in SaidDeed.Messages(options.KnownAs, _epoch, number, clock.UnixMilliseconds, written))
                await log.AppendAsync(LogSubject.Said, message, stopping).WaitAsync(stopping);
            return (long)number;
        }
        finally
        {
            _turn.Release();
        }
    }
}
