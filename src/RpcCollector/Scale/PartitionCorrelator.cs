using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;

namespace RpcCollector.Scale;

/// <summary>
/// Joins one partition: takes its log entry by entry, and says after each what follows from it for the judge. What it says depends on
/// the log alone, so that two owners of a partition say the same.
/// </summary>
/// <remarks>
/// Exporters have numbers of its own, for within it they are named by value at both ends. One thread at a time calls it.
/// </remarks>
internal sealed class PartitionCorrelator : IActivitySink
{
    // Without changes the judge is told once in so much of the partition's time how far it has come.
    private const long BetweenWatermarks = 1_000;

    private readonly ExporterDirectory _exporters = new();
    private readonly PartitionReader _reader;
    private readonly ActMessageWriter _writer;
    private readonly List<ReadOnlyMemory<byte>> _messages = [];
    private ulong _offset;

    /// <param name="name">The name of this process: who reads the judge's log sees who said what.</param>
    public PartitionCorrelator(
        string name, int partition, int numPartitions, JoinOptions join, HopCounters counters, PartitionCounts counts, ILogger logger,
        IKnownEndpoints? known = null)
    {
        var shard = new ClientShard(join, this, counters, numPartitions, _exporters) { KnownEndpoints = known };
        _reader = new PartitionReader(partition, numPartitions, shard, _exporters, counts, logger);
        _writer = new ActMessageWriter(name, (ushort)partition, epoch: 0, _exporters);
    }

    public ClientShard Shard => _reader.Shard;

    public PartitionClock Clock => _reader.Clock;

    /// <summary>The offset of the last entry that was taken; 0 before the first.</summary>
    public long Offset => _reader.Offset;

    /// <summary>What the last message said of the time; 0 before the first.</summary>
    public long SaidUnixMilliseconds { get; private set; }

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
    public byte[] Snapshot() => LogSnapshot.Write([_reader], _exporters);

    /// <summary>Goes on from a snapshot; nothing has been taken yet.</summary>
    /// <returns>How many flows wait again.</returns>
    /// <exception cref="InvalidDataException">It is damaged, or of another form.</exception>
    public int Restore(byte[] snapshot) => LogSnapshot.Restore(snapshot, [_reader], _exporters);

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
