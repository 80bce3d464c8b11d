using System.Collections.Concurrent;
using RpcCollector.Flows;

namespace RpcCollector.Names;

/// <summary>Who logged on from which client: rows of an hour each, the latest of each client, bounded in all.</summary>
internal sealed class LogonBook(int mostClients, NameChanges changes, NameCounts counts, Lock writing)
{
    private const int MostOfClient = 128;
    private const int MostShown = 64;

    // On average: clients that log on as nobody else leave room for those of many users.
    private const int RowsForClient = 2;

    private readonly ConcurrentDictionary<HostAddress, LogonRow[]> _rows = new();
    private readonly SeenOrder _order = new(mostClients);
    private int _count;

    /// <summary>Who is told of it; nobody when null.</summary>
    public INameSink? Others { get; set; }

    public int Count => Volatile.Read(ref _count);

    public IEnumerable<(HostAddress Client, LogonRow Row)> All => _rows.SelectMany(client => client.Value.Select(row => (client.Key, row)));

    /// <param name="named">What the server is called, which a ticket may name it by; null when it has no name.</param>
    public IReadOnlyList<UserSighting> Of(HostAddress client, HostAddress? server, string? named, long from, long until)
    {
        if (!_rows.TryGetValue(client, out var rows)) return [];
        return [.. rows.Where(row => row.IsWithin(from, until) && (server is null || row.Server == server || IsFor(row, named)))
            .Select(row => row.Shown(until))
            .OrderByDescending(row => row.AtUnixMilliseconds).ThenBy(row => row.User, StringComparer.Ordinal).ThenBy(row => row.Source)
            .Take(MostShown)];
    }

    public void Take(HostAddress client, LogonRow told)
    {
        lock (writing)
        {
            var rows = _rows.GetValueOrDefault(client, []);
            var same = Array.FindIndex(rows, row => row.IsSameAs(told));
            if (same >= 0)
            {
                var one = rows[same].With(told);
                if (one == rows[same]) return;
                rows = [.. rows];
                rows[same] = one;
                changes.Change(client, one);
                Others?.Offer(client, one);
                Set(client, rows);
                return;
            }

            var added = told with { Id = changes.NextId() };
            changes.Change(client, added);
            Others?.Offer(client, added);
            if (rows.Length < MostOfClient)
            {
                Set(client, [.. rows, added]);
                return;
            }

            var oldest = rows.MinBy(row => row.LastUnixMilliseconds)!;
            changes.DeleteLogon(oldest.Id);
            Set(client, [.. rows.Where(row => row != oldest), added]);
        }
    }

    /// <summary>The caller holds the lock.</summary>
    public void Restore(HostAddress client, IEnumerable<LogonRow> rows)
    {
        LogonRow[] known = [.. rows.OrderByDescending(row => row.LastUnixMilliseconds).Take(MostOfClient)];
        changes.Known(known.Max(row => row.Id));
        Set(client, known);
    }

    public void Forget(long before, long after)
    {
        foreach (var (client, rows) in _rows)
        {
            bool IsOver(LogonRow row) => row.LastUnixMilliseconds < before || row.FirstUnixMilliseconds > after;
            if (!Array.Exists(rows, IsOver)) continue;
            lock (writing)
            {
                if (!_rows.TryGetValue(client, out var now)) continue;
                foreach (var over in now.Where(IsOver)) changes.DeleteLogon(over.Id);
                Set(client, [.. now.Where(row => !IsOver(row))]);
            }
        }
    }

    /// <summary>By the first part of the name: a ticket may be for fs-02 or fs-02.corp.example.</summary>
    private static bool IsFor(LogonRow row, string? named) =>
        named is not null && row.Target is { } target && FirstLabel(target).Equals(FirstLabel(named), StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> FirstLabel(string name) =>
        name.IndexOf('.', StringComparison.Ordinal) is >= 0 and var dot ? name.AsSpan(0, dot) : name;

    private void Set(HostAddress client, LogonRow[] rows)
    {
        Interlocked.Add(ref _count, rows.Length - _rows.GetValueOrDefault(client, []).Length);
        if (rows.Length == 0)
        {
            _rows.TryRemove(client, out _);
            _order.Remove(client);
            return;
        }

        _rows[client] = rows;
        Remove(_order.See(client, rows.Length > 1));
        while (Count > mostClients * RowsForClient && _order.Oldest is { } oldest && oldest != client) Remove(oldest);
    }

    private void Remove(HostAddress? client)
    {
        if (client is not { } over || !_rows.TryRemove(over, out var gone)) return;
        _order.Remove(over);
        Interlocked.Add(ref _count, -gone.Length);
        foreach (var row in gone) changes.DeleteLogon(row.Id);
        counts.Evict();
    }
}
