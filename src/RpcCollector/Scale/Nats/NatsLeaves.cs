using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using RpcCollector.Options;

namespace RpcCollector.Scale.Nats;

/// <summary>How the leaves are, as their own streams and those of the hubs say.</summary>
internal static class NatsLeaves
{
    private static readonly LogStream[] Both = [LogStream.Flow, LogStream.Act];

    /// <summary>Of a sensor's own leaf.</summary>
    /// <exception cref="FlowLogException">A stream was made and not opened.</exception>
    public static async Task<OwnLeaf> OwnAsync(NatsJSContext streams, ScaleOptions options, CancellationToken stopping)
    {
        StreamState? flows = null;
        foreach (var stream in Both)
        {
            var info = (await streams.GetStreamAsync(NatsSubjects.StreamOf(stream), cancellationToken: stopping)).Info;
            if (NatsStreams.IsClosed(info.Config)) throw new FlowLogException($"the leaf's stream {info.Config.Name} is not open yet");
            if (stream == LogStream.Flow) flows = info.State;
        }

        var state = flows!;
        var oldest = state.Messages == 0 || !DateTimeOffset.TryParse(
            state.FirstTs, System.Globalization.CultureInfo.InvariantCulture, out var first) ? 0 : first.ToUnixTimeMilliseconds();
        return new OwnLeaf((long)state.Messages, (long)state.Bytes, options.Nats.MaxBytes, oldest);
    }

    /// <summary>Of all leaves that the hubs take from, in the order of the settings.</summary>
    public static async Task<IReadOnlyList<LeafStanding>> AllAsync(
        NatsJSContext streams, ScaleOptions options, CancellationToken stopping)
    {
        var waiting = new Dictionary<string, LeafStanding>(StringComparer.Ordinal);
        foreach (var stream in Both)
        {
            var info = (await streams.GetStreamAsync(NatsSubjects.StreamOf(stream), cancellationToken: stopping)).Info;
            foreach (var source in info.Sources ?? [])
            {
                if (NatsStreams.LeafOf(source.External) is not { } leaf) continue;
                var known = waiting.GetValueOrDefault(leaf, new LeafStanding(leaf, 0, TimeSpan.Zero));

                // One connection carries both; a stream that has just been made may not have been heard of yet.
                waiting[leaf] = known with { Waiting = known.Waiting + (long)source.Lag, Silent = Longer(known.Silent, source.Active) };
            }
        }

        return [.. options.Nats.Leaves.Select(leaf => waiting.GetValueOrDefault(leaf, new LeafStanding(leaf, 0, null)))];
    }

    private static TimeSpan? Longer(TimeSpan? one, TimeSpan? other) => one is null || other is null ? null : one > other ? one : other;
}
