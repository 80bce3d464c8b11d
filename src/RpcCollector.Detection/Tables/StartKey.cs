namespace RpcCollector.Detection.Tables;

/// <summary>
/// The order of a pair's flows: by start, among equal starts the smaller client port last, so that the last one before a time is the
/// preferred one.
/// </summary>
internal readonly struct StartKey
{
    public readonly long Start;
    private readonly uint _ports;

    public StartKey(long start, ushort clientPort, ushort serverPort) => (Start, _ports) = (start, ~((uint)clientPort << 16 | serverPort));

    private StartKey(long start, uint ports) => (Start, _ports) = (start, ports);

    /// <summary>Before every flow with this start.</summary>
    public static StartKey Before(long start) => new(start - 1, uint.MaxValue);

    /// <summary>After every flow with this start; no flow has both ports 0.</summary>
    public static StartKey After(long start) => new(start, uint.MaxValue);

    public static bool operator <(in StartKey left, in StartKey right) =>
        left.Start < right.Start || (left.Start == right.Start && left._ports < right._ports);

    public static bool operator >(in StartKey left, in StartKey right) => right < left;
}
