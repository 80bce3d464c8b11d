namespace RpcCollector.Detection.Tables;

/// <summary>
/// How far other clocks than the reference clock saw a flow beyond its start and end, in milliseconds; few flows have one.
/// </summary>
internal struct SpreadRow : IRow
{
    /// <summary>From the first time that any clock told to the start.</summary>
    public long Lead;

    /// <summary>From the end to the last time that any clock told.</summary>
    public long Trail;

    public int NextFree
    {
        readonly get => (int)Lead;
        set => Lead = value;
    }
}
