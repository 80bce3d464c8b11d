using System.Runtime.CompilerServices;

namespace RpcCollector.Detection.Tables;

/// <summary>Matches the connection that a sighting belongs to: the same pair and ports, close enough in time, and refused or not.</summary>
/// <param name="gap">How much time may lie between them, in milliseconds.</param>
/// <param name="skew">How much more when several clocks timed them.</param>
internal readonly struct ConnectionKey(in FlowRow sought, Witnesses witnesses, long gap, long skew, int otherThan) : IOrderedRowKey<FlowRow>
{
    private readonly int _pair = sought.Pair;
    private readonly ushort _clientPort = sought.ClientPort;
    private readonly ushort _serverPort = sought.ServerPort;
    private readonly int _witnesses = sought.Witnesses;
    private readonly bool _isRefused = sought.IsRefused;
    private readonly long _firstSeen = witnesses.FirstSeen(sought);
    private readonly long _lastSeen = witnesses.LastSeen(sought);

    public ulong Hash() => FlowRow.HashOf(_pair, _clientPort, _serverPort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Is(int index, in FlowRow row)
    {
        if (row.Pair != _pair || row.ClientPort != _clientPort || row.ServerPort != _serverPort || index == otherThan
            || row.IsRefused != _isRefused) return false;
        var apart = Math.Max(_firstSeen - witnesses.LastSeen(row), witnesses.FirstSeen(row) - _lastSeen);
        return apart <= gap || (apart <= gap + skew && witnesses[row.Witnesses].IsToldByOtherClocksThan(witnesses[_witnesses]));
    }

    // No two that are held begin together: they would be one.
    public bool IsBefore(in FlowRow row, in FlowRow than) => row.Start < than.Start;
}

/// <summary>Matches those that have a mark, among the rows that another key matches.</summary>
internal readonly struct MarkedKey(ConnectionKey key, FlowMarks mark) : IOrderedRowKey<FlowRow>
{
    public ulong Hash() => key.Hash();

    public bool Is(int index, in FlowRow row) => row.Has(mark) && key.Is(index, row);

    public bool IsBefore(in FlowRow row, in FlowRow than) => key.IsBefore(row, than);
}

/// <summary>Matches connections by pair and ports alone.</summary>
internal readonly struct EndsKey(int pair, ushort clientPort, ushort serverPort) : IRowKey<FlowRow>
{
    public ulong Hash() => FlowRow.HashOf(pair, clientPort, serverPort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Is(int index, in FlowRow row) => row.Pair == pair && row.ClientPort == clientPort && row.ServerPort == serverPort;
}

/// <summary>
/// Matches the connection that an end belongs to, told by the same clock: it began before, and was last seen not too long before.
/// </summary>
internal readonly struct EndedKey(
    int pair, ushort clientPort, ushort serverPort, ulong clockKey, long end, long reach, Witnesses witnesses) : IRowKey<FlowRow>
{
    public ulong Hash() => FlowRow.HashOf(pair, clientPort, serverPort);

    public bool Is(int index, in FlowRow row) => row.Pair == pair && row.ClientPort == clientPort && row.ServerPort == serverPort
        && row.Start <= end && end - row.End <= reach && witnesses[row.Witnesses].ClockKey == clockKey;
}

/// <summary>Matches connections by pair, ports and when they began.</summary>
internal readonly struct BeginningKey(int pair, ushort clientPort, ushort serverPort, long from, long to) : IRowKey<FlowRow>
{
    public ulong Hash() => FlowRow.HashOf(pair, clientPort, serverPort);

    public bool Is(int index, in FlowRow row) =>
        row.Pair == pair && row.ClientPort == clientPort && row.ServerPort == serverPort
        && row.Start >= from && row.Start <= to;
}
