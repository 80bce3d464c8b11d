using RpcCollector.Detection.Octets;
using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>
/// Ends of connections that came in records of their own, as a firewall's teardown events: each extends the connection that it ended,
/// whichever of the two is told first, and begins none.
/// </summary>
/// <remarks>
/// Times of one clock alone belong together here: both events come from one firewall. What is kept is bounded; the oldest goes first.
/// </remarks>
internal sealed class EndsAlone(long reach)
{
    // Teardowns come after what they end, but for datagrams out of order: few are ever waited for.
    private const int Capacity = 16_384;

    private readonly Dictionary<Ends, long> _latest = [];
    private readonly Queue<(Ends Ends, long End)> _order = new();

    public int Count => _latest.Count;

    public long Bytes => (_latest.EnsureCapacity(0) + (long)_order.EnsureCapacity(0)) * 80;

    /// <summary>An end is told: it becomes a sighting of the connection that is held, or is kept until that is told.</summary>
    /// <returns>False when none is held.</returns>
    public bool TryComplete(in FlowStart end, int pair, FlowTable table, Witnesses witnesses, out FlowStart sighting)
    {
        sighting = end;
        Keep(end);
        if (pair == FlowRow.None) return false;
        var known = table.Find(pair, end.ClientPort, end.ServerPort, end.ClockKey, end.EndUnixMilliseconds, reach);
        if (known == FlowRow.None) return false;
        sighting.StartUnixMilliseconds = Math.Min(table[known].Start, end.EndUnixMilliseconds);
        sighting.ResolutionMilliseconds = Math.Max(end.ResolutionMilliseconds, witnesses[table[known].Witnesses].ResolutionMilliseconds);
        sighting.IsEndAlone = false;
        return true;
    }

    /// <summary>A connection's start is told: its end may have been told before.</summary>
    public bool TryEnd(in FlowStart start, out FlowStart ended)
    {
        ended = start;
        if (!_latest.TryGetValue(Ends.Of(start), out var end) || end <= start.EndUnixMilliseconds) return false;
        if (end - start.EndUnixMilliseconds > reach) return false;
        ended.EndUnixMilliseconds = end;
        return true;
    }

    /// <summary>What is kept, the first told first.</summary>
    public void SaveTo(OctetWriter to)
    {
        to.WriteNumber((ulong)_order.Count);
        foreach (var (ends, end) in _order)
        {
            to.Write(ends.Client);
            to.Write(ends.Server);
            to.Write(ends.ClientPort);
            to.Write(ends.ServerPort);
            to.Write(ends.ClockKey);
            to.Write(end);
        }
    }

    /// <summary>Keeps again what another process kept; nothing is kept yet.</summary>
    public void RestoreFrom(OctetReader from)
    {
        for (var count = from.ReadNumber(Capacity); count > 0 && from.Damage is null; count--)
        {
            var ends = new Ends(from.ReadAddress(), from.ReadAddress(), from.ReadUInt16(), from.ReadUInt16(), from.ReadUInt64());
            var end = from.ReadInt64();
            _latest[ends] = end;
            _order.Enqueue((ends, end));
        }
    }

    private void Keep(in FlowStart end)
    {
        var ends = Ends.Of(end);
        if (_latest.TryGetValue(ends, out var known) && known >= end.EndUnixMilliseconds) return;
        _latest[ends] = end.EndUnixMilliseconds;
        _order.Enqueue((ends, end.EndUnixMilliseconds));
        while (_order.Count > Capacity)
        {
            var (oldest, told) = _order.Dequeue();
            if (_latest.TryGetValue(oldest, out var latest) && latest == told) _latest.Remove(oldest);
        }
    }

    private readonly record struct Ends(HostAddress Client, HostAddress Server, ushort ClientPort, ushort ServerPort, ulong ClockKey)
    {
        public static Ends Of(in FlowStart start) =>
            new(start.Client, start.Server, start.ClientPort, start.ServerPort, start.ClockKey);
    }
}
