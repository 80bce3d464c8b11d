using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Judgement.Rules;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>Learns an hour's edges as normal, except those that were reported: they wait until a person calls them benign.</summary>
internal sealed class Training(JudgeState state)
{
    // Habits are kept in 1024ths.
    private const uint One = 1024;

    /// <param name="isSweeping">True when the client was reported for sweeping, which covers all its new edges.</param>
    /// <param name="folded">Servers for which one finding about the client alone stands.</param>
    public void Learn(int client, int epoch, bool isSweeping, IReadOnlySet<HostIdentity> folded)
    {
        var address = state.Edges.Host(client).Identity;
        var isLearning = epoch - state.LearnedSince < state.Options.LearningPeriod.TotalHours;
        if (isSweeping && state.IsBenign(FindingDraft.IdOf(FindingKind.RpcSweep, address, null))) isSweeping = false;
        int newEdges = 0, newPeers = 0, newServers = 0;
        var isActive = false;
        for (var i = state.Edges.Host(client).FirstAsClient; i >= 0; i = state.Edges[i].NextOfClient)
        {
            var open = state.Facts.FindOpen(i, epoch);
            if (open < 0 || state.Facts[open].Count == 0) continue;
            ref var server = ref state.Edges.Host(state.Edges[i].Server);
            var habit = state.HabitEdge(i, epoch, mayAdd: false);
            if (habit < 0) continue;
            ref var edge = ref state.Edges[habit];
            var isNew = edge.FirstEpoch == epoch;
            var isBlocked = (isNew && isSweeping) || folded.Contains(server.Identity) || IsBlocked(address, server.Identity)
                || (habit != i && IsBlockedElsewhere(edge, isNew)) || IsInReturn(address, server.Identity);
            if (EdgeServiceName.IsAdministration(edge.Service))
            {
                // In the learning period habits are learned from reported edges too: they say how a client behaves, not whom it may
                // contact.
                isActive = true;
                if (isNew && (!isBlocked || isLearning))
                {
                    newEdges++;
                    if (server.Role is HostRole.Unknown or HostRole.Workstation) newPeers++;
                    if (!server.Role.IsServing()) newServers++;
                }

                if (isNew) RememberContact(i, open, epoch);
            }

            if (habit == i && edge.Service == EdgeService.Smb && LargeUpload.IsWritten(state.Facts, open))
            {
                // What is sampled was not judged, so that nobody was told of it is no sign that it is normal.
                var isNormal = !isBlocked && LargeUpload.Octets(state.Facts, open) >= Uploads.Octets;
                edge.LearnUpload(epoch / Epoch.PerDay, isNormal);
            }

            if (habit == i && edge.Service == EdgeService.Rpc && (!isBlocked || (isLearning && !IsTrying(address, server.Identity))))
                LearnBurst(habit, open, epoch);
            if (isBlocked) continue;
            if (habit == i && edge.Service == EdgeService.Smb && state.Facts[open].NumShaped > 0) edge.LearnRareUse(epoch);
            if (edge.TrainedEpoch == Epoch.None) edge.TrainedEpoch = epoch;
            if (habit == i) LearnMarks(ref edge, open);
        }

        LearnHabits(
            ref state.Edges.Host(state.HabitHost(client, epoch)), epoch, isActive, newEdges, newPeers, isSweeping
            && !isLearning ? 0 : newServers);
    }

    /// <summary>
    /// True when the machines were reported under the addresses by which they are known, or did so before and it was not learned: what
    /// was reported does not become normal by happening again somewhere else.
    /// </summary>
    private bool IsBlockedElsewhere(in EdgeState habit, bool isNew) => (!isNew && habit.TrainedEpoch == Epoch.None)
        || IsBlocked(state.Edges.Host(habit.Client).Identity, state.Edges.Host(habit.Server).Identity);

    /// <summary>Learns the edges between two hosts, or all edges of a client, unless another finding blocks them.</summary>
    public void LearnPair(HostIdentity client, HostIdentity? server, int epoch, StandingFinding except)
    {
        var index = state.Edges.FindHost(state.Leases.HabitOf(client, epoch));
        HostIdentity? wanted = server is { } named ? state.Leases.HabitOf(named, epoch) : null;
        if (index < 0) return;
        for (var i = state.Edges.Host(index).FirstAsClient; i >= 0; i = state.Edges[i].NextOfClient)
        {
            ref var edge = ref state.Edges[i];
            var to = state.Edges.Host(edge.Server).Identity;
            if (wanted is { } only && only != to) continue;
            if (edge.TrainedEpoch == Epoch.None && edge.IsClosedOnce && !IsBlocked(client, to, except)) edge.TrainedEpoch = epoch;
        }
    }

    /// <summary>
    /// True when the two have a finding of medium severity or above that neither a verdict nor a role explains, or any finding that
    /// somebody called malicious.
    /// </summary>
    /// <param name="server">Null for the findings about the client alone.</param>
    /// <param name="mayBeNew">
    /// Not by what was of medium severity because it was new while the network was being learned: everything was.
    /// </param>
    public bool IsBlocked(HostIdentity client, HostIdentity? server, StandingFinding? except = null, bool mayBeNew = false)
    {
        foreach (var finding in state.Findings.OfPair(client, server))
        {
            if (finding == except || (finding.Closed ?? finding.Held) is not { } closed || IsMeasure(finding, closed)) continue;
            var verdict = state.VerdictOf(finding);
            if (verdict == VerdictMeaning.Malicious) return true;
            if (mayBeNew && closed is { IsEarly: true, Severity: FindingSeverity.Medium }) continue;
            if (verdict is null && !finding.IsExplained && closed.Severity.IsAtLeast(FindingSeverity.Medium)) return true;
        }

        return false;
    }

    /// <summary>
    /// True when the host contacted another only in return: what was reported of that does not become normal by happening again.
    /// </summary>
    private bool IsInReturn(HostIdentity client, HostIdentity server)
    {
        foreach (var finding in state.Findings.OfPair(server, client))
        {
            if (finding.Kind != FindingKind.ContactInReturn || (finding.Closed ?? finding.Held) is not { } closed) continue;
            var verdict = state.VerdictOf(finding);
            if (verdict == VerdictMeaning.Malicious) return true;
            if (verdict is null && !finding.IsExplained && closed.Severity.IsAtLeast(FindingSeverity.Medium)) return true;
        }

        return false;
    }

    /// <summary>
    /// True for bursts of the learning period that no exploit alone makes: they are the pair's own measure, after they were shown.
    /// </summary>
    private bool IsMeasure(StandingFinding finding, FindingDraft closed) =>
        finding.Kind == FindingKind.MapperBurst && closed.IsEarly && !IsTrying(finding, closed)
        && Epoch.Of(closed.Last) - state.LearnedSince < state.Options.LearningPeriod.TotalHours;

    private bool IsBurstBenign(in EdgeState edge) => state.IsBenign(FindingDraft.IdOf(
        FindingKind.MapperBurst, state.Edges.Host(edge.Client).Identity, state.Edges.Host(edge.Server).Identity));

    /// <summary>True for a pair of which a burst was reported that is no measure of what is normal.</summary>
    private bool IsTrying(HostIdentity client, HostIdentity server)
    {
        foreach (var finding in state.Findings.OfPair(client, server))
            if (finding.Kind == FindingKind.MapperBurst && (finding.Closed ?? finding.Held) is { } closed && IsTrying(finding, closed))
                return true;
        return false;
    }

    private bool IsTrying(StandingFinding finding, FindingDraft closed) => state.VerdictOf(finding) is { } verdict
        ? verdict == VerdictMeaning.Malicious
        : closed.Severity.IsAtLeast(FindingSeverity.High);

    /// <summary>Remembers a first contact by a host whose job is not to contact many: what its target does next is of interest.</summary>
    private void RememberContact(int edge, int open, int epoch)
    {
        var (client, server) = (state.Edges[edge].Client, state.HabitHost(state.Edges[edge].Server, epoch));
        if (Pivot.EarliestAnswered(state.Facts, open) is { } earliest
            && Pivot.Matters(state.HabitHost(client, epoch), epoch, state.Edges, state.Roles,
            state.Options)) state.Edges.Host(server).Contacted.Add(earliest, state.Edges.Host(client).Address);
    }

    private void LearnMarks(ref EdgeState edge, int open)
    {
        if (edge.Service == EdgeService.Rpc && state.Facts[open].NumShaped > 0) LearnReplication(ref edge, open);
        if (edge.Service == EdgeService.Rpc && state.Facts[open].NumUnanswered > 0) edge.Marks |= EdgeMarks.Firewalled;
    }

    private void LearnReplication(ref EdgeState edge, int open)
    {
        var (ratio, isDirectory) = (0, false);
        for (var i = state.Facts[open].Facts; i >= 0; i = state.Facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref state.Facts.Fact(i);
            if ((fact.Marks & FactMarks.Shaped) == FactMarks.None) continue;
            ratio = Math.Max(ratio, ReplicationShapes.RatioOf(fact));
            isDirectory |= ReplicationShapes.IsDirectory(fact);
        }

        edge.LearnReplication(ratio, isDirectory);
    }

    private void LearnBurst(int edge, int open, int epoch)
    {
        var (most, calls) = (0, MostCalls(edge, open, epoch));

        // Twice a lower one is no more than the setting.
        if (calls < EdgeState.MostBurst && state.Facts[open].Count > state.Options.MapperBurst / 2)
            most = MapperBurst.Most(state.Facts, open);

        // What a person called normal need not be a habit.
        if (calls > 0 && IsBurstBenign(state.Edges[edge])) most = Math.Max(most, calls);
        if (most > 0 || calls > 0) state.Bursts.Learn(edge, epoch / Epoch.PerDay, most, calls);
    }

    /// <summary>The most calls over one connection, of an hour that has connections of many; else 0.</summary>
    private int MostCalls(int edge, int open, int epoch)
    {
        var most = 0;
        var first = state.Facts[open].NumUploads == 0 ? OpenFacts.None : state.Facts[open].Facts;
        for (var i = first; i >= 0; i = state.Facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref state.Facts.Fact(i);
            if (Uploads.AreHundreds(fact)) return EdgeState.MostBurst;

            // Fewer are told of controllers alone, and elsewhere are no measure of anything.
            if (fact.IsUpload && state.Roles.At(state.Edges[edge].Server, epoch) == HostRole.DomainController)
                most = Math.Max(most, Math.Min(Uploads.CallsOf(fact), EdgeState.MostBurst - 1));
        }

        return most;
    }

    private void LearnHabits(ref HostState host, int epoch, bool isActive, int newEdges, int newPeers, int newServers)
    {
        var aged = Math.Max(state.AgedEpoch(epoch), host.HabitEpoch);
        if (host.HabitEpoch != Epoch.None)
        {
            var kept = Math.Pow(0.5, (aged - host.HabitEpoch) / state.Options.HalfLife.TotalHours);
            host.ActiveEpochs = (uint)(host.ActiveEpochs * kept);
            host.NewPeerEpochs = (uint)(host.NewPeerEpochs * kept);
            host.NewEdges = (uint)(host.NewEdges * kept);
            host.NewServers = (uint)(host.NewServers * kept);
        }

        host.HabitEpoch = aged;
        if (isActive) host.ActiveEpochs += One;
        if (newPeers > 0) host.NewPeerEpochs += One;
        host.NewEdges += (uint)newEdges * One;
        host.NewServers = Math.Max(host.NewServers, (uint)newServers * One);
    }
}
