using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;

namespace RpcCollector.Scale;

/// <summary>
/// Joins one partition: takes its log entry by entry, and says after each what follows from it for the judge. What it says depends on
/// the log alone, so that two owners of a partition say the same, octet for octet, whichever snapshot each went on from.
/// </summary>
/// <remarks>
/// Exporters have numbers of its own, for within it they are named by value at both ends. Who forges exporters can use them up: those that
/// come later in the log are without number, the same ones for every owner; their flows are joined, and their names left out. One thread at
/// a time calls it.
/// </remarks>
internal sealed class PartitionCorrelator : IActivitySink
{
    /// <summary>How many exporters a partition has numbers for: all that one sensor can name.</summary>
    public const int MostExporters = 65_536;

    // Without changes the judge is told once in so much of the partition's time how far it has come.
    private const long BetweenWatermarks = 1_000;

    private readonly ExporterDirectory _exporters;
    private readonly int _partition;
    private readonly int _numPartitions;
    private readonly PartitionReader _reader;
    private readonly ActMessageWriter _writer;
    private readonly List<ReadOnlyMemory<byte>> _messages = [];
    private ulong _offset;

    /// <param name="name">The name of this process: who reads the judge's log sees who said what.</param>
    public PartitionCorrelator(
        string name, int partition, int numPartitions, JoinOptions join, HopCounters counters, PartitionCounts counts, ILogger logger,
        int mostExporters = MostExporters)
    {
        (_partition, _numPartitions, _exporters) = (partition, numPartitions, new ExporterDirectory(mostExporters));
        var shard = new ClientShard(join, this, counters, numPartitions, _exporters);
        _reader = new PartitionReader(partition, numPartitions, shard, _exporters, counts, logger);
        _writer = new ActMessageWriter(name, (ushort)partition, epoch: 0, _exporters);
    }

    public ClientShard Shard => _reader.Shard;

    public PartitionClock Clock => _reader.Clock;

    /// <summary>The offset of the last entry that was taken; 0 before the first.</summary>
    public long Offset => _reader.Offset;

    /// <summary>What the last message said of the time; 0 before the first.</summary>
    public long SaidUnixMilliseconds { get; private set; }

    /// <summary>The version of the known endpoints by which it joins; 0 before the judge has told any.</summary>
    public ulong EndpointsVersion => _reader.Told.Version;

    /// <summary>Exporters, once for each batch, for which it had no number left.</summary>
    public long UnnamedExporters => _reader.UnnamedExporters;

    /// <summary>Takes one entry of the partition's log.</summary>
    /// <param name="nowUnixMilliseconds">Says how far behind it is, and nothing else.</param>
    /// <returns>The messages that follow from it, in their order; none for most. Good until the next call.</returns>
    public IReadOnlyList<ReadOnlyMemory<byte>> Take(in LogEntry entry, long nowUnixMilliseconds)
    {
        _messages.Clear();
        _offset = (ulong)entry.Offset;
        _reader.Take(entry, nowUnixMilliseconds);
        if (_writer.NumChanges > 0 || _messages.Count > 0 || Clock.UnixMilliseconds - SaidUnixMilliseconds >= BetweenWatermarks)
        {
            SaidUnixMilliseconds = Clock.UnixMilliseconds;
            Finish(isLast: true);
        }

        return _messages;
    }

    /// <summary>All of its state; nothing is taken meanwhile.</summary>
    public byte[] Snapshot() => CorrelatorSnapshot.Write(_reader, _partition, _numPartitions, SaidUnixMilliseconds, _exporters);

    /// <summary>Goes on from a snapshot; nothing has been taken yet.</summary>
    /// <returns>How many flows wait again.</returns>
    /// <exception cref="InvalidDataException">It is damaged, of another form or partition; then begin with another correlator.</exception>
    public int Restore(byte[] snapshot)
    {
        (var count, SaidUnixMilliseconds) = CorrelatorSnapshot.Restore(snapshot, _reader, _partition, _numPartitions, _exporters);
        return count;
    }

    void IActivitySink.Publish(in ActivityChange change)
    {
        if (_writer.TryAdd(change)) return;
        Finish(isLast: false);
        _writer.TryAdd(change);
    }

    void IActivitySink.Publish(in ContactChange change)
    {
        if (_writer.TryAdd(change)) return;
        Finish(isLast: false);
        _writer.TryAdd(change);
    }

    private void Finish(bool isLast) => _messages.Add(_writer.Finish(_offset, Clock.UnixMilliseconds, isLast).ToArray());
}
