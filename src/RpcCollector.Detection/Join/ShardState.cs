using RpcCollector.Detection.Octets;
using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>
/// All of the state of one shard that decides what it publishes from now on, with the numbers of its exporters: who goes on from it
/// publishes the very same.
/// </summary>
/// <remarks>
/// <code>
/// state  = "RpcShard" (8) | version (1) | number of exporters | address ... | clock (25) | coarsest resolution
///          | mapper flow ... | 0 | number not judged | endpoint flow ... | 0 | number not judged | contact ... | 0
///          | translation, rank in the order of arrival ... | 0 | number of ends | end ...
/// </code>
/// Flows are as in <see cref="ShardFlowsForm"/> (of version 1 as in its version 3),
/// those of other shards' clients among them, the latest arrival first. The learned distances
/// between clocks, which are only shown, are left out; what is known of endpoints is whoever's who sets it.
/// </remarks>
public static class ShardState
{
    private const ulong Magic = 0x6472_6168_5363_7052;
    private const byte Version = 3;
    private const byte VersionWithoutCounters = 1;

    private static readonly FlowKind[] Kinds = [FlowKind.Mapper, FlowKind.Endpoint, FlowKind.Contact];

    /// <param name="exporters">The shard's own: it is written whole.</param>
    public static ReadOnlyMemory<byte> Write(ClientShard shard, ExporterDirectory exporters)
    {
        ArgumentNullException.ThrowIfNull(shard);
        ArgumentNullException.ThrowIfNull(exporters);
        var to = new OctetWriter();
        to.Write(Magic);
        to.Write(Version);
        to.WriteNumber((ulong)exporters.Count);
        for (var id = 0; id < exporters.Count; id++) to.Write(exporters[id]);
        var clock = shard.Clock;
        to.Write(clock.Held);
        to.Write(clock.DroppedUpTo);
        to.Write(clock.Offset);
        to.Write(clock.Era);
        to.WriteNumber((ulong)shard.SeenBy.CoarsestResolutionMilliseconds);
        var flows = new SavedFlowWriter(to, exporters, clock.UnixMilliseconds);
        foreach (var kind in Kinds)
        {
            using var held = shard.HeldLatestFirst(kind, withOfOthers: true);
            while (held.MoveNext()) flows.Write(kind, shard: 0, held.Current);
            to.Write(ShardFlowsForm.End);
            if (kind != FlowKind.Contact) to.WriteNumber((ulong)shard.CountDue(kind));
        }

        foreach (var (translation, rank) in shard.Translated.HeldAsAdded((uint)clock.Held))
        {
            flows.Write(translation);
            to.WriteNumber((ulong)rank);
        }

        to.Write(ShardFlowsForm.End);
        shard.Ended.SaveTo(to);
        return to.Written;
    }

    /// <summary>Brings a shard that has taken nothing, and whose exporters have no numbers, to where another was.</summary>
    /// <remarks>Where there is less room than there was, those seen longest ago are left out.</remarks>
    /// <returns>How many flows are held.</returns>
    /// <exception cref="InvalidDataException">It is damaged, or of another form; the shard is of no use then.</exception>
    public static int Restore(ReadOnlyMemory<byte> state, ClientShard shard, ExporterDirectory exporters)
    {
        ArgumentNullException.ThrowIfNull(shard);
        ArgumentNullException.ThrowIfNull(exporters);
        var from = new OctetReader(state);
        from.Check(from.ReadUInt64() == Magic, "this is no state of a shard");
        var version = from.ReadOctet();
        from.Check(version is >= VersionWithoutCounters and <= Version, "its form is unknown");
        RestoreExporters(from, exporters);
        var clock = new HeldClock(from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadOctet());
        shard.Clock = clock;
        shard.SeenBy.RestoreCoarsest((int)from.ReadNumber(int.MaxValue));
        var form = version == VersionWithoutCounters ? ShardFlowsForm.VersionWithoutCounters : ShardFlowsForm.Version;
        var flows = new SavedFlowReader(from, exporters, form, isOfOneShard: true);
        var count = 0;
        foreach (var kind in Kinds)
        {
            count += RestoreFlows(kind, from, flows, shard, clock.UnixMilliseconds);
            if (kind != FlowKind.Contact) shard.BeginDue(kind, (int)from.ReadNumber(int.MaxValue));
        }

        RestoreTranslations(from, flows, shard, clock);
        shard.Ended.RestoreFrom(from);
        from.Check(from.IsAtEnd, "it goes on behind its end");
        return from.Damage is { } damage ? throw new InvalidDataException(damage) : count;
    }

    private static void RestoreExporters(OctetReader from, ExporterDirectory exporters)
    {
        var count = (int)from.ReadNumber(int.MaxValue);
        from.Check(count <= exporters.Capacity, "it has more exporters than there are numbers");
        for (var number = 0; number < count && from.Damage is null; number++)
            from.Check(exporters.TryGetId(from.ReadAddress(), out var id) && id == number, "an exporter twice");
    }

    private static int RestoreFlows(FlowKind kind, OctetReader from, SavedFlowReader flows, ClientShard shard, long savedAt)
    {
        var count = 0;
        while (from.ReadNumber(ShardFlowsForm.Flow) == ShardFlowsForm.Flow)
        {
            from.Check(flows.Read(kind, savedAt, out var flow), "a flow of unknown exporters");
            if (from.Damage is not null) break;
            var index = shard.Restore(kind, flow);
            if (kind == FlowKind.Mapper) flows.AddMapper(index);
            if (index != FlowRow.None) count++;
        }

        return count;
    }

    private static void RestoreTranslations(OctetReader from, SavedFlowReader flows, ClientShard shard, in HeldClock clock)
    {
        var held = new List<(int Index, int Rank, uint Arrival)>();
        while (from.ReadNumber(ShardFlowsForm.Flow) == ShardFlowsForm.Flow)
        {
            var translation = flows.ReadTranslation(clock.UnixMilliseconds);
            var rank = (int)from.ReadNumber(int.MaxValue);
            from.Check(translation.ExporterId >= 0, "a translation of an unknown exporter");
            if (from.Damage is not null) return;
            var arrival = (uint)clock.Held - (uint)translation.Age;
            if (shard.Translated.Restore(translation, arrival) is not FlowRow.None and var index) held.Add((index, rank, arrival));
        }

        held.Sort(static (one, other) => one.Rank.CompareTo(other.Rank));
        foreach (var (index, _, arrival) in held) shard.Translated.Touch(index, arrival);
    }
}
