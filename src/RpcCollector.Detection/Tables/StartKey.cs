namespace RpcCollector.Detection.Tables;

/// <summary>
/// The order of a pair's flows: by start, among equal starts the smaller client port last, so that the last one before a time is the
/// preferred one. What one device refused and another carried may be alike in all of that: the refused is the later.
/// </summary>
internal readonly struct StartKey
{
    public readonly long Start;

    // The ports, inverted, and whether it was refused.
    private readonly ulong _rest;

    public StartKey(long start, ushort clientPort, ushort serverPort, bool isRefused) =>
        (Start, _rest) = (start, (ulong)~((uint)clientPort << 16 | serverPort) << 1 | (isRefused ? 1UL : 0));

    private StartKey(long start, ulong rest) => (Start, _rest) = (start, rest);

    /// <summary>Before every flow with this start.</summary>
    public static StartKey Before(long start) => new(start - 1, ulong.MaxValue);

    /// <summary>After every flow with this start.</summary>
    public static StartKey After(long start) => new(start, ulong.MaxValue);

    public static bool operator <(in StartKey left, in StartKey right) =>
        left.Start < right.Start || (left.Start == right.Start && left._rest < right._rest);

    public static bool operator >(in StartKey left, in StartKey right) => right < left;
}
