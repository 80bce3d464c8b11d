using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Scale;

/// <summary>Packs a sensor's flow starts for one partition into batches, and tells how far the sensor's clock has come.</summary>
/// <remarks>One thread at a time calls it, as a shard's. It never waits: <see cref="OutgoingBatches"/> is bounded by itself.</remarks>
internal sealed class PartitionWriter(
    int partition, int numPartitions, FlowBatchWriter batch, OutgoingBatches outgoing, HopCounters counters) : IShard
{
    // A batch that is not full goes after this time, at a turn of the shard's thread.
    private const long LongestHold = 200;

    // Without flow starts a batch says once a second how late it is; the thread's turns are half a second apart.
    private const long BetweenWatermarks = 900;

    // What a decoding thread has stamped may be so much later in its ring.
    private const long Slack = 250;

    private ulong _sequence;
    private long _watermark;
    private long _finished;
    private long _settled;
    private byte _era;

    /// <summary>
    /// Grows with every batch that is finished, and every turn that finds none begun: when it has, all that was offered before waits to be
    /// sent. Read by any thread.
    /// </summary>
    public long NumSettled => Volatile.Read(ref _settled);

    public void Offer(ReadOnlySpan<FlowStart> starts, int number = 0)
    {
        foreach (ref readonly var start in starts)
        {
            // In a batch each orientation is a row.
            Add(start);
            if (start.HasMirror) Add(start.Mirror);
            if (start.IsMirror || start.IsTranslation || ClientShard.Of(start.Client, numPartitions) != partition) continue;
            counters.Receive(Hop.FlowStart);
            counters.Use(Hop.FlowStart);
        }
    }

    public void AdvanceTo(ArrivalTime arrival)
    {
        Pass(arrival.UnixMilliseconds, arrival.Era);
        var since = Environment.TickCount64 - _finished;
        if (batch.NumRows > 0 ? since >= LongestHold : since >= BetweenWatermarks) Finish();
        else if (batch.NumRows == 0) Volatile.Write(ref _settled, _settled + 1);
    }

    public void Complete()
    {
        if (batch.NumRows > 0) Finish();
    }

    private void Add(in FlowStart start)
    {
        if (batch.TryAdd(start)) return;
        Pass(start.ArrivalUnixMilliseconds, start.ArrivalEra);
        Finish();
        batch.TryAdd(start);
    }

    // The watermark does not run backwards, but where the clock was set back.
    private void Pass(long now, byte era)
    {
        _watermark = era == _era ? Math.Max(_watermark, now - Slack) : now - Slack;
        _era = era;
    }

    private void Finish()
    {
        var flowStarts = batch.NumRows;
        outgoing.Add(partition, batch.Finish(_sequence++, Math.Max(0, _watermark)).ToArray(), flowStarts);
        _finished = Environment.TickCount64;
        Volatile.Write(ref _settled, _settled + 1);
    }
}
