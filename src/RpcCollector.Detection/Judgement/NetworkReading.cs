using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>Shows people what the judge knows of hosts and edges, a slice at a time.</summary>
internal sealed class NetworkReading(JudgeState state, ExporterDirectory exporters)
{
    // Of an open hour so many facts say by which exporters it was seen.
    private const int FactsLookedAt = 4;

    // A host whose edges are forgotten while they are read is read from the beginning so often.
    private const int MostRestarts = 3;

    private readonly List<EdgeProfile> _pair = [];

    /// <returns>True when all was read.</returns>
    public bool Read(NetworkSurvey survey, int rows)
    {
        survey.Days = Days();
        for (; survey.NextHost < state.Edges.HostEnd && rows > 0; survey.NextHost++, rows--)
        {
            var index = survey.NextHost;
            if (!state.Edges.IsHost(index) || !state.Edges.Host(index).IsBase) continue;
            ref var host = ref state.Edges.Host(index);
            survey.CountHost(host.Address, state.RoleNow(index), host.FirstAsClient >= 0);
        }

        for (; survey.NextEdge < state.Edges.EdgeEnd && rows > 0; survey.NextEdge++, rows--)
        {
            var index = survey.NextEdge;
            if (!state.Edges.IsEdge(index)) continue;
            NoteExporters(survey, index);
            if (!ReadPair(index, choice: null, fromAnyEdge: false)) continue;
            survey.CountPair(_pair[0].Client, _pair[0].Server, _pair.Max(static edge => edge.LastSeenUnixMilliseconds));
            foreach (var edge in _pair) survey.CountEdge(edge);
        }

        return survey.NextHost >= state.Edges.HostEnd && survey.NextEdge >= state.Edges.EdgeEnd;
    }

    /// <returns>True when all was read.</returns>
    public bool Read(HostSelection selection, int rows)
    {
        if (selection.Next == 0) state.Roles.ReadAgain();
        for (; selection.Next < state.Edges.HostEnd && rows > 0; selection.Next++, rows--)
        {
            var index = selection.Next;
            if (!state.Edges.IsHost(index) || !state.Edges.Host(index).IsBase) continue;
            var address = state.Edges.Host(index).Address;
            if (!selection.MayKeep(address) || (selection.Role is { } role && state.RoleNow(index) != role)) continue;
            selection.Add(address);
        }

        return selection.Next >= state.Edges.HostEnd;
    }

    /// <returns>True when all was read.</returns>
    public bool Read(EdgeSelection selection, int rows)
    {
        // One host's edges are few among all.
        if (selection.Choice.Client is { IsSingle: true } client) return ReadOf(client.Network, isClient: true, selection, rows);
        if (selection.Choice.Server is { IsSingle: true } server) return ReadOf(server.Network, isClient: false, selection, rows);
        return ReadAll(selection, rows);
    }

    private bool ReadOf(HostAddress address, bool isClient, EdgeSelection selection, int rows)
    {
        var host = state.Edges.FindHost(address);
        if (host < 0)
        {
            selection.Forget();
            return true;
        }

        // 1. Where it goes on: at the host's first edge, or at the one that it came to.
        if (selection.HasBegun && selection.Next >= 0 && !IsOf(selection.Next, host, isClient)) selection.Forget();
        if (!selection.HasBegun)
        {
            state.Roles.ReadAgain();
            selection.Begin(NextOf(host, Edges.None, isClient));
            if (selection.Restarts > MostRestarts) rows = int.MaxValue;
        }

        // 2. One after the other.
        for (; selection.Next >= 0 && rows > 0; rows--)
        {
            var index = selection.Next;
            selection.Next = NextOf(host, index, isClient);
            if (MayKeep(selection, index) && ReadPair(index, selection.Choice, selection.TakesPairsAgain)) selection.Add(_pair);
        }

        return selection.Next < 0;
    }

    private bool ReadAll(EdgeSelection selection, int rows)
    {
        if (selection.Next == 0) state.Roles.ReadAgain();
        for (; selection.Next < state.Edges.EdgeEnd && rows > 0; selection.Next++, rows--)
        {
            var index = selection.Next;
            if (!state.Edges.IsEdge(index)) continue;
            if (MayKeep(selection, index) && ReadPair(index, selection.Choice, selection.TakesPairsAgain)) selection.Add(_pair);
        }

        return selection.Next >= state.Edges.EdgeEnd;
    }

    private bool MayKeep(EdgeSelection selection, int index)
    {
        ref var edge = ref state.Edges[index];
        return selection.MayKeep(state.Edges.Host(edge.Client).Address, state.Edges.Host(edge.Server).Address);
    }

    private int Days()
    {
        var since = state.LearnedSince == Epoch.None ? state.LatestOpenEpoch : state.LearnedSince;
        var until = Math.Max(state.LatestOpenEpoch, state.ClosedEpoch);
        return since == Epoch.None ? 1 : Math.Max(1, (until / Epoch.PerDay) - (since / Epoch.PerDay) + 1);
    }

    /// <summary>The next edge of an address, whoever held it; its first after none.</summary>
    private int NextOf(int host, int edge, bool isClient)
    {
        var row = edge < 0 ? host : isClient ? state.Edges[edge].Client : state.Edges[edge].Server;
        var next = edge < 0 ? First(row) : isClient ? state.Edges[edge].NextOfClient : state.Edges[edge].NextOfServer;
        while (next < 0 && (row = state.Edges.Host(row).NextOfAddress) >= 0) next = First(row);
        return next;

        int First(int index) => isClient ? state.Edges.Host(index).FirstAsClient : state.Edges.Host(index).FirstAsServer;
    }

    private bool IsOf(int edge, int host, bool isClient) => edge < state.Edges.EdgeEnd && state.Edges.IsEdge(edge)
        && state.Edges.Host(isClient ? state.Edges[edge].Client : state.Edges[edge].Server).Base == host;

    /// <summary>
    /// Reads all between the two addresses of an edge, whoever held them, when the edge is the first of it: so each pair is read once.
    /// </summary>
    /// <param name="fromAnyEdge">Whichever of it the edge is.</param>
    private bool ReadPair(int index, EdgeChoice? choice, bool fromAnyEdge)
    {
        _pair.Clear();
        var (client, server) = (state.Edges.Host(state.Edges[index].Client).Base, state.Edges.Host(state.Edges[index].Server).Base);
        var isFirst = true;
        for (var service = (EdgeService)0; (int)service < EdgeServiceName.Count; service++)
        {
            if (choice?.Wants(service) == false) continue;
            EdgeProfile? together = null;
            for (var from = client; from >= 0; from = state.Edges.Host(from).NextOfAddress)
            {
                for (var to = server; to >= 0; to = state.Edges.Host(to).NextOfAddress)
                {
                    var edge = from == state.Edges[index].Client && to == state.Edges[index].Server && service == state.Edges[index].Service
                        ? index
                        : state.Edges.Find(from, to, service);
                    if (edge < 0 || !state.IsShown(edge)) continue;
                    if (isFirst && edge != index && !fromAnyEdge) return false;
                    isFirst = false;
                    var profile = state.EdgeProfile(edge);
                    together = together is null ? profile : JudgeState.Together(together, profile);
                }
            }

            if (together is not null) _pair.Add(together);
        }

        return _pair.Count > 0;
    }

    private void NoteExporters(NetworkSurvey survey, int index)
    {
        ref var edge = ref state.Edges[index];
        for (var open = edge.Open; open >= 0; open = state.Facts[open].NextOfEdge)
        {
            if (state.Facts[open].SeenBy is > 0 and var one) NoteExporter(survey, edge, one - 1);
            var left = FactsLookedAt;
            for (var fact = state.Facts[open].Facts; fact >= 0 && left > 0; fact = state.Facts.Fact(fact).NextOfOpen, left--)
            {
                ref readonly var seenBy = ref state.Facts.Fact(fact).Exporters;
                for (var i = 0; i < seenBy.Count; i++) NoteExporter(survey, edge, seenBy.IdAt(i));
            }
        }
    }

    private void NoteExporter(NetworkSurvey survey, in EdgeState edge, int id)
    {
        survey.NoteExporter(state.Edges.Host(edge.Client).Address, exporters[id]);
        survey.NoteExporter(state.Edges.Host(edge.Server).Address, exporters[id]);
    }
}
