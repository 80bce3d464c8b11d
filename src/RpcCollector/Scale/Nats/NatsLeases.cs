using System.Text;
using NATS.Client.JetStream;
using NATS.Client.KeyValueStore;
using RpcCollector.Options;

namespace RpcCollector.Scale.Nats;

/// <summary>Leases in a key-value bucket: each key holds its holder's name, and is written only over the revision that was read.</summary>
/// <remarks>
/// No two clocks are compared: who wants a lease watches its revision, and takes it once that has stood still for as long as a lease lasts
/// by the clock of the watcher. Of two that try, the broker lets one.
/// </remarks>
internal sealed class NatsLeases(INatsKVStore bucket, TimeSpan lease)
{
    private const string Bucket = "RPC_COLLECTOR_LEASES";

    public static async Task<NatsLeases> OpenAsync(NatsJSContext stream, ScaleOptions options, CancellationToken stopping)
    {
        var bucket = await new NatsKVContext(stream).CreateStoreAsync(
            new NatsKVConfig(Bucket) { Storage = NatsKVStorageType.File, NumberOfReplicas = options.Nats.Replicas, History = 1 }, stopping);
        return new NatsLeases(bucket, options.Lease);
    }

    public async Task<HeldLease> HoldAsync(string name, string holder, HeldLease? held, CancellationToken stopping)
    {
        try
        {
            // 1. It is held already: once more, if nobody has taken it.
            if (held is { IsOwn: true }) return await WriteAsync(name, holder, held.Revision, stopping);

            // 2. Nobody holds it, or who does has not moved for as long as a lease lasts.
            var entry = await bucket.TryGetEntryAsync<byte[]>(name, cancellationToken: stopping);
            if (!entry.Success)
                return entry.Error is NatsKVKeyNotFoundException or NatsKVKeyDeletedException
                    ? new HeldLease(holder, IsOwn: true, (long)await bucket.CreateAsync(name, Encoding.UTF8.GetBytes(holder),
                        cancellationToken: stopping))
                    : throw entry.Error;
            var (revision, other) = ((long)entry.Value.Revision, Encoding.UTF8.GetString(entry.Value.Value ?? []));
            if (held is null || held.Revision != revision) return new HeldLease(other, IsOwn: false, revision);
            if (Environment.TickCount64 - held.SeenTicks < lease.TotalMilliseconds) return held;
            return await WriteAsync(name, holder, revision, stopping);
        }
        catch (Exception lost) when (lost is NatsKVWrongLastRevisionException or NatsKVCreateException)
        {
            return new HeldLease("another", IsOwn: false, Revision: 0);
        }
    }

    private async Task<HeldLease> WriteAsync(string name, string holder, long over, CancellationToken stopping) =>
        new(holder, IsOwn: true, (long)await bucket.UpdateAsync(
            name, Encoding.UTF8.GetBytes(holder), (ulong)over, cancellationToken: stopping));
}
