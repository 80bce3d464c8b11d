using RpcCollector.Detection.Octets;
using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>
/// Gives the flows that <see cref="ShardFlowsWriter"/> wrote back to the shards that their clients belong to now. The shards' threads have
/// not begun.
/// </summary>
public sealed class ShardFlowsReader
{
    private readonly OctetReader _from;
    private readonly IReadOnlyList<ClientShard> _shards;
    private readonly ExporterDirectory _exporters;

    private ShardFlowsReader(ReadOnlyMemory<byte> saved, IReadOnlyList<ClientShard> shards, ExporterDirectory exporters) =>
        (_from, _shards, _exporters) = (new OctetReader(saved), shards, exporters);

    /// <summary>
    /// Restores all that there is room for. What was held goes on to age by the clock of arrivals; where that is earlier than it was, no
    /// time has passed.
    /// </summary>
    /// <returns>How many flows are held again, and what was found wrong; nothing is read beyond that.</returns>
    public static (int Count, string? Damage) Restore(
        ReadOnlyMemory<byte> saved, IReadOnlyList<ClientShard> shards, ExporterDirectory exporters, long nowUnixMilliseconds)
    {
        ArgumentNullException.ThrowIfNull(shards);
        return new ShardFlowsReader(saved, shards, exporters).Restore(nowUnixMilliseconds);
    }

    private (int Count, string? Damage) Restore(long now)
    {
        _from.Check(_from.ReadUInt64() == ShardFlowsForm.Magic, "these are no saved flows");
        var version = _from.ReadOctet();
        _from.Check(version is >= ShardFlowsForm.FirstVersion and <= ShardFlowsForm.Version,
            $"its version is {version}, and {ShardFlowsForm.Version} is read");
        var savedAt = _from.ReadInt64();
        var flows = new SavedFlowReader(_from, _exporters, version);
        var slept = Math.Max(0, now - savedAt);
        foreach (var shard in _shards) shard.BeginRestoring(now);
        var count = 0;
        foreach (var kind in (ReadOnlySpan<FlowKind>)[FlowKind.Mapper, FlowKind.Endpoint, FlowKind.Contact])
        {
            while (_from.ReadNumber(ShardFlowsForm.Flow) == ShardFlowsForm.Flow)
            {
                var isNamed = flows.Read(kind, savedAt, out var flow);
                if (_from.Damage is not null) break;
                flow.Age += slept;
                var index = isNamed ? Hold(kind, flow) : FlowRow.None;
                if (kind == FlowKind.Mapper) flows.AddMapper(index);
                if (index != FlowRow.None) count++;
            }
        }

        if (version > ShardFlowsForm.VersionWithoutTranslations) RestoreTranslations(flows, savedAt, slept);
        foreach (var shard in _shards) shard.EndRestoring();
        return (count, _from.Damage);
    }

    private void RestoreTranslations(SavedFlowReader flows, long savedAt, long slept)
    {
        var all = new List<SavedTranslation>();
        while (_from.ReadNumber(ShardFlowsForm.Flow) == ShardFlowsForm.Flow)
        {
            var translation = flows.ReadTranslation(savedAt);
            if (_from.Damage is not null) break;
            if (translation.ExporterId >= 0) all.Add(translation with { Age = translation.Age + slept });
        }

        // Each shard takes the oldest first.
        all.Sort(static (one, other) => other.Age.CompareTo(one.Age));
        Span<int> owners = stackalloc int[ClientShard.MostOwners];
        foreach (var translation in all)
        {
            var count = ClientShard.OwnersOf(translation.Seen, translation.Connection, _shards.Count, owners);
            foreach (var owner in owners[..count]) _shards[owner].Restore(translation);
        }
    }

    /// <summary>What stood for its mirror does so still, unless that belongs to another shard now.</summary>
    private int HoldWithMirror(FlowKind kind, in SavedFlow flow, int own, int servers)
    {
        if (servers == own || (flow.Marks & FlowMarks.OfOtherShard) == FlowMarks.None) return _shards[own].Restore(kind, flow);

        // Contacts come after endpoint flows, which are in the order of arrival by now.
        var isOfContact = kind == FlowKind.Contact;
        if (!isOfContact || _shards[servers].Awaits(flow.Age))
            _shards[servers].Restore(FlowKind.Endpoint, SavedFlows.Turn(flow, kind), seenNow: isOfContact);
        return _shards[own].Restore(kind, flow with { Marks = flow.Marks & ~FlowMarks.OfOtherShard });
    }

    /// <returns>Its index in its shard; none when there is no room.</returns>
    private int Hold(FlowKind kind, in SavedFlow flow)
    {
        var own = ClientShard.Of(flow.Client, _shards.Count);
        var servers = ClientShard.Of(flow.Server, _shards.Count);
        if (kind != FlowKind.Mapper) return HoldWithMirror(kind, flow, own, servers);
        var index = _shards[own].Restore(kind, flow);
        if (index == FlowRow.None) return index;

        // The server's shard needs it too, as it did before.
        if (servers != own) _shards[servers].Restore(kind, flow with { Marks = FlowMarks.OfOtherShard, ActivityId = null });
        return index;
    }
}
