using RpcCollector.Detection.Octets;
using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>Writes the flows that shards hold, see <see cref="ShardFlowsForm"/>. The shards' threads have ended.</summary>
public static class ShardFlowsWriter
{
    private const int FlushedOctets = 1 << 18;

    /// <returns>How many flows were written.</returns>
    /// <param name="isTooLate">Asked now and then: true ends the writing.</param>
    /// <exception cref="TimeoutException">It was too late: what was written is of no use.</exception>
    public static int Write(Stream stream, IReadOnlyList<ClientShard> shards, ExporterDirectory exporters, long nowUnixMilliseconds,
        Func<bool> isTooLate)
    {
        ArgumentNullException.ThrowIfNull(shards);
        var to = new OctetWriter();
        to.Write(ShardFlowsForm.Magic);
        to.Write(ShardFlowsForm.Version);
        to.Write(nowUnixMilliseconds);
        var writer = new SavedFlowWriter(to, exporters, nowUnixMilliseconds);
        var count = 0;
        foreach (var kind in (ReadOnlySpan<FlowKind>)[FlowKind.Mapper, FlowKind.Endpoint, FlowKind.Contact])
        {
            var held = shards.Select(shard => shard.HeldLatestFirst(kind)).ToArray();
            foreach (var shard in LatestFirst(held))
            {
                writer.Write(kind, shard, held[shard].Current);
                if (++count % 1_024 == 0 && isTooLate()) throw new TimeoutException($"{count} flows took too long to save.");
                if (to.Length >= FlushedOctets) Flush();
            }

            to.Write(ShardFlowsForm.End);
        }

        for (var shard = 0; shard < shards.Count; shard++)
        {
            foreach (var translation in shards[shard].HeldTranslations(shard))
            {
                writer.Write(translation);
                if (++count % 1_024 == 0 && isTooLate()) throw new TimeoutException($"{count} flows took too long to save.");
                if (to.Length >= FlushedOctets) Flush();
            }
        }

        to.Write(ShardFlowsForm.End);
        Flush();
        return count;

        void Flush()
        {
            stream.Write(to.Written.Span);
            to.Clear();
        }
    }

    /// <summary>Which of several lists has the next, in the order of ages.</summary>
    private static IEnumerable<int> LatestFirst(IEnumerator<SavedFlow>[] lists)
    {
        var hasMore = lists.Select(list => list.MoveNext()).ToArray();
        while (true)
        {
            var youngest = -1;
            for (var i = 0; i < lists.Length; i++)
            {
                if (hasMore[i] && (youngest < 0 || lists[i].Current.Age < lists[youngest].Current.Age)) youngest = i;
            }

            if (youngest < 0) yield break;
            yield return youngest;
            hasMore[youngest] = lists[youngest].MoveNext();
        }
    }
}
