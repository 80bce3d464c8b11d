using System.Text;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.KeyValueStore;
using RpcCollector.Options;

namespace RpcCollector.Scale.Nats;

/// <summary>Leases in a key-value bucket: each key holds its holder's name, and is written only over the revision that was read.</summary>
/// <remarks>
/// No two clocks are compared: who wants a lease watches its revision, and takes it once that has stood still for as long as a lease lasts
/// by the clock of the watcher. Of two that try, the broker lets one. What is read is what the bucket's leader has: of a cluster any server
/// may answer the client's own way of reading, and one that was killed can have fallen behind for good. Who believes it waits for a lease
/// that somebody gave up long ago, and never writes over the right revision.
/// </remarks>
internal sealed class NatsLeases(NatsJSContext streams, INatsKVStore bucket, TimeSpan lease)
{
    private const string Bucket = "RPC_COLLECTOR_LEASES";
    private const int NotFound = 404;

    // Its mark is in the headers: "KV-Operation: DEL".
    private const string Operation = "KV-Operation:";

    public static async Task<NatsLeases> OpenAsync(NatsJSContext streams, ScaleOptions options, CancellationToken stopping)
    {
        var bucket = await new NatsKVContext(streams).CreateStoreAsync(
            new NatsKVConfig(Bucket) { Storage = NatsKVStorageType.File, NumberOfReplicas = options.Nats.Replicas, History = 1 }, stopping);
        return new NatsLeases(streams, bucket, options.Lease);
    }

    public async Task<HeldLease> HoldAsync(string name, string holder, HeldLease? held, CancellationToken stopping)
    {
        // 1. It is held already: once more, if nobody has taken it.
        if (held is { IsOwn: true }) return await TryWriteAsync(name, holder, held.Revision, stopping);

        // 2. Nobody holds it, or who does has not moved for as long as a lease lasts.
        var found = OfHolder(await FindAsync(name, stopping), holder);
        if (found is null) return await TryWriteAsync(name, holder, over: null, stopping);
        if (found.IsOwn || held is null || held.Revision != found.Revision) return found;
        var isOver = Environment.TickCount64 - held.SeenTicks >= lease.TotalMilliseconds;
        return isOver ? await TryWriteAsync(name, holder, held.Revision, stopping) : held;
    }

    /// <summary>Who holds it, or held it last; null when nobody ever did, or it was given back.</summary>
    public async Task<HeldLease?> FindAsync(string name, CancellationToken stopping)
    {
        try
        {
            var latest = (await streams.JSRequestResponseAsync<StreamMsgGetRequest, StreamMsgGetResponse>(
                $"$JS.API.STREAM.MSG.GET.KV_{Bucket}", new StreamMsgGetRequest { LastBySubj = $"$KV.{Bucket}.{name}" }, stopping)).Message;
            if (Encoding.UTF8.GetString(Convert.FromBase64String(latest.Hdrs ?? "")).Contains(Operation, StringComparison.Ordinal))
                return null;
            return new HeldLease(Encoding.UTF8.GetString(latest.Data.Span), IsOwn: false, (long)latest.Seq);
        }
        catch (NatsJSApiException missing) when (missing.Error.Code == NotFound)
        {
            return null;
        }
    }

    public async Task<bool> GiveBackAsync(string name, HeldLease held, CancellationToken stopping)
    {
        try
        {
            await bucket.DeleteAsync(name, new NatsKVDeleteOpts { Revision = (ulong)held.Revision }, stopping);
            return true;
        }
        catch (NatsKVWrongLastRevisionException)
        {
            // Somebody has it already.
            return false;
        }
    }

    private static HeldLease? OfHolder(HeldLease? found, string holder) =>
        found is null ? null : found with { IsOwn = string.Equals(found.Holder, holder, StringComparison.Ordinal) };

    private async Task<HeldLease> TryWriteAsync(string name, string holder, long? over, CancellationToken stopping)
    {
        var value = Encoding.UTF8.GetBytes(holder);
        try
        {
            var revision = over is { } former
                ? await bucket.UpdateAsync(name, value, (ulong)former, cancellationToken: stopping)
                : await bucket.CreateAsync(name, value, cancellationToken: stopping);
            return new HeldLease(holder, IsOwn: true, (long)revision);
        }
        catch (Exception other) when (other is NatsKVWrongLastRevisionException or NatsKVCreateException)
        {
            // Another was faster; or it was this process, and only the answer was lost.
            return OfHolder(await FindAsync(name, stopping), holder) ?? new HeldLease("nobody", IsOwn: false, Revision: 0);
        }
    }
}
