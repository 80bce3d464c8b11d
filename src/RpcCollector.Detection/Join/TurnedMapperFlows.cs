using RpcCollector.Detection.Tables;

namespace RpcCollector.Detection.Join;

/// <summary>
/// Flows to port 135 that are endpoint flows the other way round: their client took 135 as its source port, after it had asked the other
/// host's mapper. Holds them as endpoint flows too, and keeps both alike.
/// </summary>
/// <remarks>
/// Other flows are offered in both orientations. A mapper flow is not, because it comes to its server's shard anyway, and hardly any needs
/// turning: only where each host has a mapper flow to the other.
/// </remarks>
internal sealed class TurnedMapperFlows(
    JoinOptions options, HostPairs pairs, FlowTable mappers, FlowTable endpoints, Witnesses witnesses, JoinRule rule,
    Orientation orientation, Joiner joiner, Retention retention)
{
    private const int None = FlowRow.None;

    private readonly long _gap = (long)options.SameConnectionGap.TotalMilliseconds;
    private readonly long _skew = (long)options.ExporterSkew.TotalMilliseconds;
    private int[] _found = new int[16];

    /// <summary>A mapper flow is new or has changed; there are others of the opposite pair.</summary>
    public void MapperChanged(int mapper, int opposite)
    {
        // 1. It may have turned out to be an endpoint flow itself.
        ref var row = ref mappers[mapper];
        Reconsider(mapper, opposite);

        // 2. It may show that others are.
        var (from, to) = rule.EndpointStarts(row);
        var count = mappers.Starts.Collect(pairs[opposite].MapperRoot, from, to, ref _found);
        for (var i = 0; i < count; i++)
        {
            Reconsider(_found[i], row.Pair);
            joiner.ReconsiderReported(_found[i]);
        }
    }

    /// <summary>More is known of a mapper flow, but nothing that could change its joins.</summary>
    public void MapperTrafficChanged(int mapper)
    {
        ref var row = ref mappers[mapper];
        if (RowDirection.OrderOf(row) >= 0 && !JoinRule.IsRefuted(row)) return;
        if (pairs.Turned(row.Pair) is not None and var opposite && pairs[opposite].MapperRoot != None) Reconsider(mapper, opposite);
    }

    private void Reconsider(int mapper, int opposite)
    {
        ref var row = ref mappers[mapper];
        var turning = orientation.FindTurning(row);
        var turned = Orientation.Turn(row, opposite);
        var known = endpoints.Find(turned, _gap, _skew);

        // Two mapper flows may have become one.
        var hasAbsorbed = false;
        while (known != None && endpoints.Find(turned, _gap, _skew, otherThan: known) is not None and var other)
        {
            joiner.AbsorbEndpoint(known, other);
            hasAbsorbed = true;
        }

        if (turning == None && known != None && endpoints[known].Has(FlowMarks.WasJoined)) joiner.WithdrawEndpoint(known);
        else if (turning != None && known != None) Renew(known, row, turned, hasAbsorbed);
        else if (turning != None && !mappers[turning].Has(FlowMarks.OfOtherShard)) Hold(row, turned);
    }

    private void Hold(in FlowRow mapper, in FlowRow turned)
    {
        retention.MakeRoomForTurned(turned.Pair);
        ref var row = ref endpoints.Open(out var index);
        row = turned;
        (row.Marks, row.Activity, row.Spread) = (FlowMarks.WasJoined, None, None);
        witnesses.Retain(row.Witnesses);
        witnesses.SetTimes(ref row, mapper.Start, mapper.End, witnesses.FirstSeen(mapper), witnesses.LastSeen(mapper));
        NoteClocks(row);
        endpoints.Add(index, retention.Held);
        joiner.EndpointChanged(index);
    }

    /// <summary>Makes an endpoint flow what its mapper flow has become.</summary>
    private void Renew(int index, in FlowRow mapper, in FlowRow turned, bool hasAbsorbed)
    {
        ref var row = ref endpoints[index];
        var (before, wasSeenBy) = (row.Traffic, row.Witnesses);
        (row.ClientOctets, row.ServerOctets) = (turned.ClientOctets, turned.ServerOctets);
        (row.ClientTcpFlags, row.ServerTcpFlags) = (turned.ClientTcpFlags, turned.ServerTcpFlags);
        (row.For, row.Against, row.Half) = (turned.For, turned.Against, turned.Half);
        (row.Timed, row.First) = (turned.Timed, turned.First);
        var hasMoved = (row.Start, row.End) != (mapper.Start, mapper.End);
        var (firstSeen, lastSeen) = (witnesses.FirstSeen(mapper), witnesses.LastSeen(mapper));
        var isEarlier = firstSeen != witnesses.FirstSeen(row);
        if (hasMoved) endpoints.Move(index, mapper.Start, mapper.End, firstSeen, lastSeen);
        else witnesses.SetTimes(ref row, mapper.Start, mapper.End, firstSeen, lastSeen);
        if (wasSeenBy != mapper.Witnesses)
        {
            row.Witnesses = witnesses.Retain(mapper.Witnesses);
            witnesses.Release(wasSeenBy);
        }

        NoteClocks(row);
        if (hasMoved || isEarlier || hasAbsorbed || row.Traffic != before || row.Witnesses != wasSeenBy) joiner.EndpointChanged(index);
    }

    private void NoteClocks(in FlowRow endpoint)
    {
        ref var pair = ref pairs[endpoint.Pair];
        if (witnesses[endpoint.Witnesses].IsToldByOtherClocksThan(witnesses[mappers[pair.MapperRoot].Witnesses]))
            pair.HasSeveralClocks = true;
    }
}
