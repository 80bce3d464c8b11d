namespace RpcCollector.Flows.Exporters;

/// <summary>What one Observation Domain of an exporter told of itself: unique by exporter, version and Observation Domain ID.</summary>
internal sealed class ObservationDomain(int version, uint id)
{
    private long _lastSeenUnixMilliseconds;
    private long _datagrams;
    private long _dataRecords;
    private long _optionsRecords;
    private long _systemInitUnixMilliseconds;
    private uint _samplingInterval;

    public int Version { get; } = version;

    public uint Id { get; } = id;

    public long LastSeenUnixMilliseconds => Volatile.Read(ref _lastSeenUnixMilliseconds);

    public long Datagrams => Volatile.Read(ref _datagrams);

    public long DataRecords => Volatile.Read(ref _dataRecords);

    public long OptionsRecords => Volatile.Read(ref _optionsRecords);

    /// <summary>When the exporter started, from systemInitTimeMilliseconds (IE 160); 0 when not told.</summary>
    public long SystemInitUnixMilliseconds
    {
        get => Volatile.Read(ref _systemInitUnixMilliseconds);
        set => Volatile.Write(ref _systemInitUnixMilliseconds, value);
    }

    /// <summary>One packet in so many, from options data or a v5 header; 1 is unsampled, 0 not told.</summary>
    public uint SamplingInterval
    {
        get => Volatile.Read(ref _samplingInterval);
        set => Volatile.Write(ref _samplingInterval, value);
    }

    public void CountDatagram(long arrivalUnixMilliseconds, int dataRecords, int optionsRecords)
    {
        Volatile.Write(ref _lastSeenUnixMilliseconds, arrivalUnixMilliseconds);
        Interlocked.Increment(ref _datagrams);
        if (dataRecords != 0) Interlocked.Add(ref _dataRecords, dataRecords);
        if (optionsRecords != 0) Interlocked.Add(ref _optionsRecords, optionsRecords);
    }
}
