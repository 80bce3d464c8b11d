using RpcCollector.Detection.Tables;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using static RpcCollector.Flows.TcpFlags;

namespace RpcCollector.Detection.Join;

/// <summary>Merges the sightings of one connection: halves, continuations, and what other exporters saw.</summary>
/// <remarks>
/// Every part of the result is a minimum, a maximum, a union or a sum, so it does not depend on the order of the sightings. Start and end
/// come from the reference clock alone: a mean over several clocks would move with every sighting, and the join compares flows of one clock
/// to the millisecond.
/// </remarks>
internal sealed class ConnectionMerge(Witnesses witnesses, ClockSkews skews)
{
    /// <summary>Reads one sighting as a connection of its own; its witnesses are retained.</summary>
    /// <param name="pair">None when no pair holds it yet.</param>
    public void Read(in FlowStart start, int pair, out FlowRow row)
    {
        row = default;
        row.Pair = pair;
        row.ClientPort = start.ClientPort;
        row.ServerPort = start.ServerPort;
        row.Activity = FlowRow.None;
        row.Spread = FlowRow.None;
        row.Witnesses = witnesses.RetainOf(start);
        row.ClientOctets = (uint)Math.Min(start.ClientOctets, uint.MaxValue);
        row.ServerOctets = (uint)Math.Min(start.ServerOctets, uint.MaxValue);
        row.ClientTcpFlags = (byte)start.ClientTcpFlags;
        row.ServerTcpFlags = (byte)start.ServerTcpFlags;
        row.Half = start.Half;
        if (start.Direction == DirectionConfidence.Stated) row.For = EvidenceIn(start.ClientTcpFlags);
        else if (start.Direction == DirectionConfidence.Refuted) row.Against = EvidenceIn(start.ServerTcpFlags);

        // Of a sampled flow the first packet is any.
        row.Timed = row.First = start.SamplingInterval > 1 ? FlowHalf.Both : start.Half;
        var first = Math.Clamp(start.StartUnixMilliseconds, 0, FlowRow.LatestTime);
        row.SetTimes(first, Math.Clamp(start.EndUnixMilliseconds, first, FlowRow.LatestTime));
        witnesses.Clocks.Observe(witnesses[row.Witnesses].Clock, start);
    }

    /// <summary>Adds what one row knows to another of the same connection; returns what that changed.</summary>
    public MergeChange Include(FlowTable table, int index, in FlowRow sighting)
    {
        ref var known = ref table[index];
        var (before, order, evidence) = (known.Traffic, RowDirection.OrderOf(known), (known.For, known.Against));

        // 1. Counters: those of one exporter alone, since two count the same octets; one that samples estimates them.
        var exporterOrder = witnesses[sighting.Witnesses].CompareCounters(witnesses[known.Witnesses], witnesses.Exporters);
        if (exporterOrder == 0)
        {
            known.ClientOctets = SaturatingSum(known.ClientOctets, sighting.ClientOctets);
            known.ServerOctets = SaturatingSum(known.ServerOctets, sighting.ServerOctets);
        }
        else if (exporterOrder < 0)
        {
            (known.ClientOctets, known.ServerOctets) = (sighting.ClientOctets, sighting.ServerOctets);
        }

        // 2. What was seen.
        known.ClientTcpFlags |= sighting.ClientTcpFlags;
        known.ServerTcpFlags |= sighting.ServerTcpFlags;
        known.Half |= sighting.Half;
        var isBesideSilence = IsSilent(known) != IsSilent(sighting);
        known.For = Merge(known.For, sighting.For, isBesideSilence);
        known.Against = Merge(known.Against, sighting.Against, isBesideSilence);

        // 3. When: by the reference clock.
        var (start, end) = (known.Start, known.End);
        var clockOrder = witnesses[sighting.Witnesses].CompareClocks(witnesses[known.Witnesses]);
        IncludeFirst(ref known, sighting, clockOrder);
        if (clockOrder == 0) (start, end) = (Math.Min(start, sighting.Start), Math.Max(end, sighting.End));
        else if (clockOrder < 0) (start, end) = (sighting.Start, sighting.End);
        if (witnesses[sighting.Witnesses].ClockKey != witnesses[known.Witnesses].ClockKey) skews.Learn(witnesses, sighting, known);
        var (firstSeen, lastSeen) =
            (Math.Min(witnesses.FirstSeen(known), witnesses.FirstSeen(sighting)),
                Math.Max(witnesses.LastSeen(known), witnesses.LastSeen(sighting)));
        var isEarlier = firstSeen != witnesses.FirstSeen(known);
        var hasMoved = (start, end) != (known.Start, known.End);
        if (hasMoved) table.Move(index, start, end, firstSeen, lastSeen);
        else witnesses.SetTimes(ref known, start, end, firstSeen, lastSeen);

        // 4. Who saw it.
        if (witnesses.Unite(ref known.Witnesses, sighting.Witnesses) || hasMoved) return MergeChange.Join;
        var traffic = known.Traffic;
        if (traffic.Direction != before.Direction || RowDirection.OrderOf(known) != order) return MergeChange.Join;

        // Its direction may be what it was, and that of the same flow turned another.
        if ((known.For, known.Against) != evidence) return MergeChange.Join;
        return traffic == before && !isEarlier ? MergeChange.None : MergeChange.Traffic;
    }

    /// <summary>Which half the reference clock saw first, of two sightings; called before their times are merged.</summary>
    private static void IncludeFirst(ref FlowRow known, in FlowRow sighting, int clockOrder)
    {
        if (clockOrder > 0) return;
        if (clockOrder < 0)
        {
            (known.Timed, known.First) = (sighting.Timed, sighting.First);
            return;
        }

        known.Timed |= sighting.Timed;
        if (sighting.Start == known.Start) known.First |= sighting.First;
        else if (sighting.Start < known.Start) known.First = sighting.First;
    }

    /// <summary>What a record rests on that names the client: its flags, where they show it, or the exporter's statement.</summary>
    private static bool IsSilent(in FlowRow row) => row.For == DirectionEvidence.None && row.Against == DirectionEvidence.None;

    private static DirectionEvidence Merge(DirectionEvidence one, DirectionEvidence other, bool isBesideSilence)
    {
        var larger = one > other ? one : other;
        return isBesideSilence && larger == DirectionEvidence.Stated ? DirectionEvidence.StatedBesideSilence : larger;
    }

    private static DirectionEvidence EvidenceIn(ushort clientFlags) =>
        (clientFlags & (Syn | Ack)) == Syn ? DirectionEvidence.SynWithoutAck : DirectionEvidence.Stated;

    private static uint SaturatingSum(uint left, uint right) => (uint)Math.Min((ulong)left + right, uint.MaxValue);
}
