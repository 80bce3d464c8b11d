using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>
/// Holds most flows of a shard once, although they are offered in both orientations: the one that is more likely stands for the other, as
/// long as nothing else is held of that one's pair.
/// </summary>
/// <remarks>
/// Where no mapper flow is held from the one host to the other, an endpoint flow between the two in that order becomes an activity only if
/// its endpoint is known. So it gets a row when anything else of its pair comes, or when its endpoint is found to be known after it has
/// waited; from then on both orientations are held, and everything is as if they had been all along: what was merged into the one would
/// have been merged into the other. It is held for as long from then on, which may be longer than the other is.
/// </remarks>
internal sealed class Mirrors(
    JoinOptions options, HostPairs pairs, FlowTable endpoints, Contacts contacts, JoinRule rule, Witnesses witnesses, KnownEndpoints known,
    Joiner joiner, Retention retention)
{
    private const int None = FlowRow.None;

    private readonly long _hold = (long)options.EndpointHold.TotalMilliseconds;
    private Turned[] _turned = new Turned[16];
    private int[] _found = new int[16];
    private bool _isOpening;

    // One that leaves.
    private Turned[] _leaving = new Turned[1];
    private HostAddress _client;
    private HostAddress _server;

    // True once one could not be reported for lack of room.
    private bool _withoutRoom;

    /// <summary>
    /// A flow start comes without its mirror: what it may become part of stands for none, or the mirror that comes later
    /// would be counted twice.
    /// </summary>
    public void TakeAlone(in FlowStart start)
    {
        if (start.IsMirror || start.Half == FlowHalf.None) return;
        var mayStand = rule.KindOf(start) switch
        {
            FlowKind.Contact => contacts.MayStandForMirror(start),
            FlowKind.Endpoint => endpoints.MayStandForMirror(
                pairs.Find(start.Client, start.Server), start.ClientPort, start.ServerPort),
            _ => false,
        };
        if (mayStand) Find(start.Server, start.Client);
    }

    /// <summary>
    /// A flow start that has its mirror has just become part of a row: the row stands for that, if nothing is held of its pair.
    /// </summary>
    /// <param name="isNew">
    /// True when the row began with it. Of a row that was there, and does not stand, the mirror of what it began with may still come.
    /// </param>
    /// <returns>False when the mirror must be taken for itself.</returns>
    public bool TryStandFor(in FlowStart start, FlowKind kind, int row, bool isNew)
    {
        if (!isNew && !(kind == FlowKind.Contact ? contacts[row] : endpoints[row]).StandsForMirror) return false;
        if (pairs.Find(start.Server, start.Client) != None) return false;

        // 1. What has waited, and is known better now, is judged as it is now.
        if (kind == FlowKind.Endpoint)
        {
            endpoints.LetStandForMirror(row);
            if (endpoints[row].Has(FlowMarks.Reported)) Judge(endpoints[row]);
            return true;
        }

        // 2. Nobody judges a contact later: one that rather goes the other way waits as that.
        contacts.LetStandForMirror(row);
        ref var contact = ref contacts[row];
        if (contact.Against != DirectionEvidence.None || RowDirection.OrderOf(contact) < 0) Find(start.Server, start.Client);
        return true;
    }

    /// <summary>The pair of two hosts; what was held of it by the other orientation alone gets rows first. None when nothing is.</summary>
    public int Find(HostAddress client, HostAddress server)
    {
        var pair = pairs.Find(client, server);
        if (pair != None) return pair;

        // Making room may drop flows of this pair, and the pair with them.
        var count = Collect(client, server);
        for (var i = 0; i < count; i++)
        {
            _isOpening = true;
            retention.MakeRoomForTurned(pair);
            _isOpening = false;
            pair = pairs.Find(client, server) is not None and var known ? known : pairs.Add(client, server);
            Hold(_turned[i], pair);
        }

        return pair;
    }

    /// <summary>An endpoint flow that stands for its mirror has waited long enough: that is reported if its endpoint is known.</summary>
    public void Judge(in FlowRow endpoint)
    {
        if (!IsKnown(endpoint)) return;

        // Nothing leaves for it: whoever judges goes on with the next flow in the order of arrival. It is reported when it leaves itself.
        var (client, server) = (pairs.ServerOf(endpoint.Pair), pairs.ClientOf(endpoint.Pair));
        if (_isOpening || !retention.HasRoom(FlowKind.Endpoint, None) || pairs.Find(client, server) != None)
        {
            _withoutRoom = true;
            return;
        }

        var pair = None;
        for (int i = 0, count = Collect(client, server); i < count; i++)
        {
            if (!retention.HasRoom(FlowKind.Endpoint, pair))
            {
                witnesses.Release(_turned[i].Row.Witnesses);
                continue;
            }

            if (pair == None) pair = pairs.Add(client, server);
            var index = Hold(_turned[i], pair);
            if (endpoints[index].Has(FlowMarks.Reported)) joiner.EndpointChanged(index);
        }
    }

    /// <summary>An endpoint flow leaves that stands for its mirror: takes that, if it could not be reported for lack of room.</summary>
    /// <returns>False where there is nothing to report.</returns>
    public bool TryTakeLeaving(ref FlowRow endpoint)
    {
        if (!_withoutRoom || !IsKnown(endpoint)) return false;
        (_client, _server) = (pairs.ServerOf(endpoint.Pair), pairs.ClientOf(endpoint.Pair));
        var count = 0;
        Take(ref endpoint, FlowMarks.Reported, ref count, ref _leaving);
        return count > 0;
    }

    /// <summary>It has left: reports the mirror that was taken, and lets go of it.</summary>
    public void ReportLeaving()
    {
        var pair = pairs.Find(_client, _server) is not None and var held ? held : pairs.Add(_client, _server);
        var index = Hold(_leaving[0], pair);
        joiner.EndpointChanged(index);
        joiner.ReleaseEndpoint(index);
    }

    /// <summary>True when the mirror of an endpoint flow goes to a known endpoint, as far as is known of it.</summary>
    private bool IsKnown(in FlowRow endpoint) => known.MayKnow(endpoint.ClientPort)
        && !KnownEndpoints.IsUnlikely(Orientation.Turn(endpoint, None))
        && known.Knows(pairs.ClientOf(endpoint.Pair), endpoint.ClientPort, endpoint.Start);

    /// <summary>All that is held of a pair by the other orientation alone, turned; their witnesses are retained.</summary>
    private int Collect(HostAddress client, HostAddress server)
    {
        var count = 0;
        for (var i = endpoints.CollectMirrored(pairs.Find(server, client), ref _found) - 1; i >= 0; i--)
            Take(ref endpoints[_found[i]], FlowMarks.Reported, ref count, ref _turned);
        for (var i = contacts.CollectMirrored(server, client, ref _found) - 1; i >= 0; i--)
        {
            ref var contact = ref contacts[_found[i]];
            if (retention.Held - contact.Arrival <= _hold) Take(ref contact, FlowMarks.None, ref count, ref _turned);
            else contact.StandsForMirror = false;
        }

        return count;
    }

    /// <param name="marks">Those that the mirror has too: a contact's have other meanings.</param>
    private void Take(ref FlowRow flow, FlowMarks marks, ref int count, ref Turned[] taken)
    {
        if (!flow.StandsForMirror) return;
        flow.StandsForMirror = false;
        if (count == taken.Length) Array.Resize(ref taken, 2 * count);
        ref var turned = ref taken[count++];
        turned.Row = Orientation.Turn(flow, None);
        (turned.FirstSeen, turned.LastSeen) = (witnesses.FirstSeen(flow), witnesses.LastSeen(flow));
        (turned.Row.Marks, turned.Row.Activity, turned.Row.Spread) = (flow.Marks & marks, None, None);
        witnesses.Retain(flow.Witnesses);
    }

    private int Hold(in Turned turned, int pair)
    {
        ref var row = ref endpoints.Open(out var index);
        row = turned.Row;
        row.Pair = pair;
        witnesses.SetTimes(ref row, turned.Row.Start, turned.Row.End, turned.FirstSeen, turned.LastSeen);
        ref var held = ref pairs[pair];
        if (held.EndpointRoot != None)
        {
            ref var other = ref endpoints[held.EndpointRoot];
            if (witnesses[row.Witnesses].IsToldByOtherClocksThan(witnesses[other.Witnesses])) held.HasSeveralClocks = true;
        }

        endpoints.Add(index, retention.Held);
        return index;
    }

    private struct Turned
    {
        public FlowRow Row;
        public long FirstSeen;
        public long LastSeen;
    }
}
