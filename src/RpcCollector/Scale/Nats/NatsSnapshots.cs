using NATS.Client.JetStream;
using NATS.Client.ObjectStore;
using NATS.Client.ObjectStore.Models;
using RpcCollector.Options;

namespace RpcCollector.Scale.Nats;

/// <summary>Snapshots in an object store, which keeps what is larger than a message in parts and checks it by its digest.</summary>
internal sealed class NatsSnapshots(INatsObjStore store)
{
    private const string Bucket = "RPC_COLLECTOR_SNAPSHOTS";

    public static async Task<NatsSnapshots> OpenAsync(NatsJSContext stream, ScaleOptions options, CancellationToken stopping)
    {
        var context = new NatsObjContext(stream);
        return new NatsSnapshots(await context.CreateObjectStoreAsync(
            new NatsObjConfig(Bucket) { Storage = NatsObjStorageType.File, NumberOfReplicas = options.Nats.Replicas }, stopping));
    }

    public async Task<bool> PutAsync(string name, ReadOnlyMemory<byte> snapshot, CancellationToken stopping)
    {
        await store.PutAsync(name, snapshot.ToArray(), cancellationToken: stopping);
        return true;
    }

    public async Task<byte[]?> GetAsync(string name, CancellationToken stopping)
    {
        try
        {
            return await store.GetBytesAsync(name, stopping);
        }
        catch (NatsObjNotFoundException)
        {
            return null;
        }
    }
}
