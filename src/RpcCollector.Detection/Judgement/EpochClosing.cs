using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Judgement.Leases;
using RpcCollector.Detection.Judgement.Rules;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>Closes an hour: judges it for good, then learns from it.</summary>
internal sealed class EpochClosing(JudgeState state)
{
    private readonly List<int> _clients = [];
    private readonly HashSet<int> _isClient = [];
    private readonly HashSet<int> _sweeping = [];
    private readonly HashSet<HostIdentity> _none = [];
    private readonly Dictionary<int, HashSet<HostIdentity>> _folded = [];
    private readonly List<FindingDraft> _drafts = [];
    private readonly List<FindingDraft> _ofClient = [];
    private readonly List<int> _draftsOf = [];
    private readonly Training _training = new(state);
    private readonly PortSettling _settling = new(state);

    public void Close(int epoch)
    {
        // 1. What it says, and what it teaches.
        JudgeAndLearn(epoch);

        // 2. Roles that are known now may explain what was reported before, which goes on to stand.
        Reconsider(epoch);

        SettleLeases(epoch);

        // 3. Let go. This hour stays until the next is closed, whose first minutes it is needed for.
        state.Facts.DropBefore(epoch);
        state.Facts.DropDirectories(epoch, state.Leases.IsEmpty ? long.MaxValue : Epoch.StartOf(epoch + 1) - LeaseBook.Quiet);
        state.Operations.DropBefore(epoch);
        if (state.AgedEpoch(epoch) / Epoch.PerDay > state.ForgottenDay) Forget(state.AgedEpoch(epoch));
        else if (state.Edges.NumEdges > state.Options.MaxEdges) MakeRoom();
        state.CountRarityAgain();
        state.KnownEndpoints.MakeRoom();
        state.Ports.MakeRoom();
        state.Snapshot = state.KnownEndpoints.Snapshot(state.Snapshot);
    }

    /// <summary>What the leases up to an hour say is settled; findings are told where something spoke against one.</summary>
    public void SettleLeases(int epoch)
    {
        foreach (var (address, note) in state.Leases.Settle(epoch)) state.Findings.Annotate(address, Epoch.StartOf(epoch + 1), note);
    }

    /// <summary>The hours up to one are over, those without flows too: what waited for that is decided.</summary>
    public void SettlePorts(int epoch) => _settling.SettleUntil(epoch);

    /// <summary>Judges an hour for good, and learns from it; nothing is withdrawn or let go.</summary>
    public void JudgeAndLearn(int epoch)
    {
        // 1. Count the edges as seen, whatever the judgement says of them.
        SettlePorts(epoch - 1);
        Remember(epoch);
        state.ReadAgain();

        // 2. Judge, against what was learned before this hour.
        _sweeping.Clear();
        _folded.Clear();
        _drafts.Clear();
        _draftsOf.Clear();
        foreach (var client in _clients)
        {
            _ofClient.Clear();
            state.JudgeClient(client, epoch, _ofClient);
            foreach (var draft in _ofClient)
            {
                // Of low ones there may be very many, and nobody is told with them.
                if (UnsureFindings.IsLow(draft)) Commit(client, draft);
                else
                {
                    _drafts.Add(draft);
                    _draftsOf.Add(client);
                }
            }

            foreach (var use in state.CompleteRareUses()) state.RareUses.Add(use);
        }

        CrowdFold.Fold(_drafts);
        for (var i = 0; i < _drafts.Count; i++) Commit(_draftsOf[i], _drafts[i]);
        _drafts.Clear();
        _ofClient.Clear();

        // 3. Learn: how many contact whom, and which roles follow from that, which act on later hours only.
        state.RoleLearning.Learn(epoch, state.IsMalicious);
        foreach (var change in state.RoleLedger.SettledBy(epoch))
        {
            // Where a person told the role, the host counts as that.
            if (state.Told.ByPerson(change.Host) is null)
                state.Findings.Annotate(change.Host, change.SettledUnixMilliseconds, NoteOf(change));
        }

        if (state.LearnedSince == Epoch.None) state.LearnedSince = epoch;
        _settling.LearnShapes(epoch);
        foreach (var client in _clients)
            _training.Learn(client, epoch, _sweeping.Contains(client), _folded.GetValueOrDefault(client, _none));
        state.Bursts.Settle(epoch);
        state.Population.Learn();
        state.CommonCalls.Learn(state.Operations.Of(epoch), epoch, state.Population.NumClients, state.IsMalicious);
        LearnEndpoints(epoch);
        state.Octets.Learn(epoch);
        _settling.Learn(epoch);
    }

    /// <summary>Learns the edges that a person called normal.</summary>
    public void LearnVerdict(Verdict verdict)
    {
        var from = new HostIdentity(verdict.Client, verdict.ClientPeriod);
        HostIdentity? to = verdict.Server is { } named ? new HostIdentity(named, verdict.ServerPeriod) : null;
        LearnVerdict(verdict.Kind, from, to);

        // Of a contact in return it is what the server did that is normal.
        if (verdict.Kind == FindingKind.ContactInReturn && to is { } server) LearnVerdict(verdict.Kind, server, from);
    }

    private void LearnVerdict(FindingKind kind, HostIdentity from, HostIdentity? to)
    {
        var latest = Math.Max(0, state.ClosedEpoch);

        // Of a machine that is known by another address nothing is learned there: nobody judged what it does there.
        if (state.Leases.HabitOf(from, latest) != from || (to is { } host && state.Leases.HabitOf(host, latest) != host)) return;
        var client = state.Edges.FindHost(from);

        // Another finding about the client alone stands for edges that have none of their own.
        if (client < 0 || (to is null && _training.IsBlocked(from, server: null))) return;
        for (var i = state.Edges.Host(client).FirstAsClient; i >= 0; i = state.Edges[i].NextOfClient)
        {
            ref var edge = ref state.Edges[i];
            var server = state.Edges.Host(edge.Server).Identity;
            if (to is { } only && only != server) continue;
            if (edge.Service == EdgeService.Rpc && (kind == FindingKind.UnusualEndpoint || IsRareUseBenign(from, server))
                && !_training.IsBlocked(from, to ?? server)) edge.LearnRareUseForGood(latest);
            if (edge.Service == EdgeService.Smb && kind == FindingKind.PipeOpened && !_training.IsBlocked(from, to ?? server))
                edge.LearnRareUseForGood(latest);
            if (edge.TrainedEpoch != Epoch.None || !edge.IsClosedOnce || _training.IsBlocked(from, to ?? server)) continue;
            edge.Marks |= EdgeMarks.ByVerdict;
            edge.TrainedEpoch = Math.Max(0, state.ClosedEpoch - RoleLearning.HoursUntilItActs(state.Options));
        }
    }

    /// <summary>
    /// True when a person called rare ports normal that a client used of a server, perhaps while something else was reported.
    /// </summary>
    private bool IsRareUseBenign(HostIdentity client, HostIdentity server) =>
        state.IsBenign(FindingDraft.IdOf(FindingKind.UnusualEndpoint, client, server))
        || state.IsBenign(FindingDraft.IdOf(FindingKind.UnusualEndpoint, client, server: null));

    private void Commit(int client, FindingDraft draft)
    {
        state.Findings.Commit(draft);
        if (draft.Kind == FindingKind.RpcSweep && draft.Severity.IsAtLeast(FindingSeverity.Medium)) _sweeping.Add(client);
        NoteFolded(client, draft);
    }

    private void NoteFolded(int client, FindingDraft draft)
    {
        if (draft.Folded.Count == 0 || !draft.Severity.IsAtLeast(FindingSeverity.Medium)) return;
        if (state.IsBenign(draft.Id)) return;
        if (!_folded.TryGetValue(client, out var servers)) _folded.Add(client, servers = []);
        servers.UnionWith(draft.Folded);
    }

    private void Remember(int epoch)
    {
        _clients.Clear();
        _isClient.Clear();
        for (var open = state.Facts.Epochs.TryGetValue(epoch, out var first) ? first : OpenFacts.None; open >= 0;
            open = state.Facts[open].NextOfEpoch)
        {
            ref var hour = ref state.Facts[open];
            if (hour.Count == 0) continue;
            var (addresses, habit) = (state.AddressEdge(hour.Edge), state.HabitEdge(hour.Edge, epoch, mayAdd: true));
            if (_isClient.Add(state.Edges[hour.Edge].Client)) _clients.Add(state.Edges[hour.Edge].Client);
            if (addresses < 0 || habit < 0) continue;
            if (state.Edges[habit].FirstEpoch == Epoch.None) state.Edges[habit].FirstEpoch = epoch;
            state.Edges[habit].UsedEpoch = epoch;
            ref var edge = ref state.Edges[addresses];
            if (edge.SeenEpoch == Epoch.None) edge.SeenEpoch = epoch;
            if (edge.LastEpoch == Epoch.None || edge.LastEpoch / Epoch.PerDay != epoch / Epoch.PerDay) CountDay(ref edge, epoch);
            edge.LastEpoch = epoch;
            edge.Flows = (uint)Math.Min(uint.MaxValue, (long)edge.Flows + hour.Count);
            if (hour.IsAnswered) edge.Marks |= EdgeMarks.Answered;
            if (hour.IsAnswered && edge.WitnessedSince == Epoch.None) edge.WitnessedSince = epoch;
            if (hour.NumDriven > 0 && edge.DrivenSince == Epoch.None) edge.DrivenSince = epoch;
            Remember(ref state.Edges.Host(edge.Client), epoch);
            Remember(ref state.Edges.Host(edge.Server), epoch);
            ref var client = ref state.Edges.Host(edge.Client);
            if (client.WorkstationSince == Epoch.None && state.Roles.IsServer(edge.Server, epoch)) client.WorkstationSince = epoch;
            ref var judged = ref state.Edges[hour.Edge];

            // A host that begins to serve is judged for that.
            if (hour.IsAnswered && WorkstationServes.Concerns(edge.Service) && !state.Roles.IsServer(edge.Server, epoch)
                && _isClient.Add(judged.Server)) _clients.Add(judged.Server);

            // And who made a server contact it.
            if (ContactInReturn.MayBe(state.Edges, hour.Edge) && _isClient.Add(judged.Server)) _clients.Add(judged.Server);
        }

        foreach (var host in state.Operations.ClientsOf(epoch))
        {
            var client = state.Edges.FindOrAddHost(host);
            if (_isClient.Add(client)) _clients.Add(client);
        }

        foreach (var operation in state.Operations.Of(epoch)) LearnInterface(operation, epoch);

        _clients.Sort((left, right) => state.Edges.Host(left).Identity.CompareTo(state.Edges.Host(right).Identity));
    }

    private static void CountDay(ref EdgeState edge, int epoch)
    {
        if (edge.Days < ushort.MaxValue) edge.Days++;
        var isDayBefore = edge.LastEpoch != Epoch.None && edge.LastEpoch / Epoch.PerDay == (epoch / Epoch.PerDay) - 1;
        edge.Marks = isDayBefore ? edge.Marks | EdgeMarks.DayBefore : edge.Marks & ~EdgeMarks.DayBefore;
    }

    private static void Remember(ref HostState host, int epoch)
    {
        if (host.FirstEpoch == Epoch.None) host.FirstEpoch = epoch;
        host.LastEpoch = epoch;
    }

    /// <summary>Learns from a call which interfaces its server serves, and where.</summary>
    private void LearnInterface(in RpcOperation operation, int epoch)
    {
        // Who opens a pipe says what it wants, not what is there.
        if (operation.IsPipeOnly) return;
        if (OperationCatalog.TryGetCarriedInterfaces(operation, out var carried))
            state.KnownEndpoints.Learn(operation.Server, operation.ServerPort, epoch, carried, KnownEndpointTable.Named);
        var index = state.Edges.FindHost(operation.Server);
        if (index < 0) return;
        ref var host = ref state.Edges.Host(index);
        var served = OperationCatalog.Of(operation);
        host.Served |= served;
    }

    private void LearnEndpoints(int epoch)
    {
        for (var open = state.Facts.Epochs.TryGetValue(epoch, out var first) ? first : OpenFacts.None; open >= 0;
            open = state.Facts[open].NextOfEpoch)
        {
            ref var edge = ref state.Edges[state.Facts[open].Edge];
            if (edge.Service != EdgeService.Rpc) continue;
            var server = state.Edges.Host(edge.Server).Address;
            for (var i = state.Facts[open].Facts; i >= 0; i = state.Facts.Fact(i).NextOfOpen)
            {
                ref var fact = ref state.Facts.Fact(i);
                if (!fact.HasFlow || fact.IsUnanswered) continue;
                if (fact.Basis is JoinBasis.Car or JoinBasis.Extended)
                    state.KnownEndpoints.Learn(server, fact.ServerPort, epoch, RpcInterfaces.None, 1);
                else if (fact.IsAnswered) state.KnownEndpoints.Refresh(server, fact.ServerPort, epoch);
            }
        }
    }

    /// <summary>
    /// Says of findings that a role explains them which is known only now, and learns their edges; they stand, for they were shown.
    /// </summary>
    private void Reconsider(int epoch)
    {
        foreach (var finding in state.Findings.InOrder())
        {
            var isExplained = (finding.Closed ?? finding.Held) is { } closed && IsExplained(finding, closed);
            if (isExplained == finding.IsExplained) continue;
            finding.IsExplained = isExplained;
            state.Findings.Annotate(
                finding, new FindingNote(Epoch.StartOf(epoch + 1), isExplained ? Explanation(finding) : NoLonger, isExplained));
            if (!isExplained) continue;
            if (finding is { Kind: FindingKind.ContactInReturn, Server: { } server })
                _training.LearnPair(server, finding.Client, epoch, except: finding);
            else _training.LearnPair(finding.Client, finding.Server, epoch, except: finding);
        }
    }

    public const string NoLonger = "What explained this holds no longer: it counts as it was shown.";

    private static string NoteOf(RoleChange change) => change.To == HostRole.Unknown
        ? $"{change.Host} counts as {RoleName.InWords(change.From)} no longer: it {change.Reason}."
        : $"{change.Host} counts as {RoleName.InWords(change.To)} from here on: it {change.Reason}.";

    private string Explanation(StandingFinding finding)
    {
        var client = RoleOf(finding.Client);
        return finding.Kind != FindingKind.ContactInReturn
            && client is HostRole.DomainController or HostRole.ManagementServer or HostRole.Scanner
            ? $"{finding.Client} {IsKnownAs(finding.Client, client)}, which explains this: what it did is learned as normal."
            : $"{finding.Server} {IsKnownAs(finding.Server!.Value, RoleOf(finding.Server!.Value))}, which explains this: "
                + "what was done is learned as normal.";
    }

    private string IsKnownAs(HostIdentity host, HostRole role) => state.Told.ByPerson(host.Address) is { } told
        ? $"is a {RoleName.InWords(role)}, told by {told.Teller}"
        : $"is known to be a {RoleName.InWords(role)} now";

    private bool IsExplained(StandingFinding finding, FindingDraft closed)
    {
        if (finding.Kind.IsFromNamedOperations() || state.VerdictOf(finding) == VerdictMeaning.Malicious) return false;
        var client = RoleOf(finding.Client);
        if (!closed.IsEarly) return false;
        if (finding is { Kind: FindingKind.ContactInReturn, Server: { } returned })
            return RoleOf(returned) is HostRole.ManagementServer or HostRole.Scanner;
        if (finding.Kind is FindingKind.MapperBurst or FindingKind.ReplicationToClient or FindingKind.ServerTurnsClient) return false;
        if (client is HostRole.ManagementServer or HostRole.Scanner or HostRole.DomainController) return true;
        return closed.AssumesNoServer && finding.Server is { } server && RoleOf(server).IsServer();
    }

    private HostRole RoleOf(HostIdentity host) =>
        state.Edges.FindHost(host.Address) is >= 0 and var index ? state.Edges.Host(index).Role : HostRole.Unknown;

    private void Forget(int epoch)
    {
        state.ForgottenDay = epoch / Epoch.PerDay;
        var before = epoch - (int)state.Options.Retain.TotalHours;

        // 1. What was not seen for too long.
        for (var i = 0; i < state.Edges.EdgeEnd; i++)
        {
            if (state.Edges.IsEdge(i) && state.Edges[i].Open < 0 && state.Edges[i].LatestEpoch < before) state.Edges.Remove(i);
        }

        MakeRoom();
        for (var i = 0; i < state.Edges.HostEnd; i++)
        {
            if (state.Edges.IsHost(i)) state.Edges.RemoveHostWithoutEdges(i);
        }

        // 2. What depends on it.
        state.KnownEndpoints.Forget(before);
        state.Octets.Forget();
        state.Ports.Forget(Epoch.StartOf(Math.Max(0, before)));
        state.Leases.Forget(before);
        state.Findings.Forget(Epoch.StartOf(Math.Max(0, before)));
        var expired = state.Verdicts.Where(entry => entry.Value.ExpiresUnixMilliseconds <= state.Aging.AgedUnixMilliseconds)
            .Select(entry => entry.Key).ToList();
        foreach (var verdict in expired) state.Verdicts.Remove(verdict);
    }

    /// <summary>
    /// When there are too many edges, forgets those not seen for longest, and a twentieth more, so that this is not needed every hour.
    /// </summary>
    private void MakeRoom()
    {
        if (state.Edges.NumEdges <= state.Options.MaxEdges) return;
        var closed = new List<int>(state.Edges.NumEdges);
        for (var i = 0; i < state.Edges.EdgeEnd; i++)
        {
            if (state.Edges.IsEdge(i) && state.Edges[i].Open < 0) closed.Add(i);
        }

        closed.Sort((left, right) =>
        {
            var (one, other) = (state.Edges[left], state.Edges[right]);
            var order = one.LatestEpoch.CompareTo(other.LatestEpoch);
            if (order == 0) order = state.Edges.Host(one.Client).Identity.CompareTo(state.Edges.Host(other.Client).Identity);
            if (order == 0) order = state.Edges.Host(one.Server).Identity.CompareTo(state.Edges.Host(other.Server).Identity);
            return order != 0 ? order : ((int)one.Service).CompareTo((int)other.Service);
        });
        var surplus = Math.Min(closed.Count, state.Edges.NumEdges - (state.Options.MaxEdges - (state.Options.MaxEdges / 20)));
        for (var i = 0; i < surplus; i++) state.Edges.Remove(closed[i]);
        state.EvictedEdges += surplus;
    }
}
