using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using NATS.Client.ObjectStore;
using NATS.Client.ObjectStore.Models;
using RpcCollector.Options;

namespace RpcCollector.Scale.Nats;

/// <summary>Snapshots in an object store, which keeps what is larger than a message in parts and checks it by its digest.</summary>
internal sealed class NatsSnapshots(NatsJSContext stream, INatsObjStore store)
{
    private const string Bucket = "RPC_COLLECTOR_SNAPSHOTS";

    public static async Task<NatsSnapshots> OpenAsync(NatsJSContext stream, ScaleOptions options, CancellationToken stopping)
    {
        var context = new NatsObjContext(stream);
        return new NatsSnapshots(stream, await context.CreateObjectStoreAsync(
            new NatsObjConfig(Bucket) { Storage = NatsObjStorageType.File, NumberOfReplicas = options.Nats.Replicas }, stopping));
    }

    public async Task<bool> PutAsync(string name, ReadOnlyMemory<byte> snapshot, CancellationToken stopping)
    {
        await store.PutAsync(name, snapshot.ToArray(), cancellationToken: stopping);
        return true;
    }

    /// <exception cref="InvalidDataException">It is there, and not whole.</exception>
    public async Task<byte[]?> GetAsync(string name, CancellationToken stopping)
    {
        try
        {
            // The client would wait for parts that are lost.
            var known = await store.GetInfoAsync(name, cancellationToken: stopping);
            var parts = await PartsOfAsync(known, stopping);
            if (parts < known.Chunks) throw new InvalidDataException($"the broker has {parts} of its {known.Chunks} parts");
            return await store.GetBytesAsync(name, stopping);
        }
        catch (NatsObjNotFoundException)
        {
            return null;
        }
        catch (NatsObjException damage)
        {
            throw new InvalidDataException(damage.Message, damage);
        }
    }

    private async Task<long> PartsOfAsync(ObjectMetadata known, CancellationToken stopping)
    {
        var wanted = new StreamInfoRequest { SubjectsFilter = $"$O.{Bucket}.C.{known.Nuid}" };
        var found = await stream.GetStreamAsync($"OBJ_{Bucket}", wanted, stopping);
        return found.Info.State.Subjects?.Values.Sum(static count => (long)count) ?? 0;
    }
}
