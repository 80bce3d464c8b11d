using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Judgement.Rules;

namespace RpcCollector.Detection.Judgement;

/// <summary>
/// Learns by which ports servers are used, and decides over uses of rare ports when those ports have had the time to become common.
/// </summary>
/// <remarks>
/// All of it happens as hours are closed, in their order, and rests on the flows of hours that are closed alone: on no order of arrival.
/// </remarks>
internal sealed class PortSettling(JudgeState state)
{
    private readonly Training _training = new(state);
    private readonly List<FindingDraft> _drafts = [];
    private readonly HashSet<int> _servers = [];

    /// <summary>The hours up to one are over: nothing more comes of them.</summary>
    public void SettleUntil(int epoch)
    {
        if (state.RareUses.Count == 0) return;
        foreach (var client in state.RareUses.TakeDue(epoch).GroupBy(static use => (use.Epoch, use.Client))) Settle(client);
    }

    /// <summary>Learns an hour that is being closed, whose uses of rare ports wait already.</summary>
    public void Learn(int epoch)
    {
        // 1. Whether common ports were used after what waits.
        foreach (var use in state.RareUses.InOrder())
        {
            if (use.IsAnchored || use.Epoch >= epoch || state.Edges.FindHost(use.Server.Address) is not (>= 0 and var server)) continue;
            use.IsAnchored = state.Ports.Find(use.Server.Address) is { } known
                && state.PortReading.Of(server, epoch).ShowsCommonInUse(known, use.Port, use.Client.Address, use.At);
        }

        // 2. The ports of each server.
        _servers.Clear();
        for (var open = state.Facts.Epochs.TryGetValue(epoch, out var first) ? first : OpenFacts.None; open >= 0;
            open = state.Facts[open].NextOfEpoch)
        {
            ref var edge = ref state.Edges[state.Facts[open].Edge];
            if (edge.Service != EdgeService.Rpc || state.Facts[open].NumDriven == 0) continue;
            var server = state.Edges.Host(edge.Server).Base;
            if (!_servers.Add(server)) continue;
            ref var host = ref state.Edges.Host(server);
            state.Ports.Learn(host.Address, state.PortReading.Of(server, epoch), epoch, host.Tally.Witnesses.Of(EdgeService.Rpc));
        }

        if (state.Ports.Since == Epoch.None) state.Ports.Since = epoch;
        state.PortReading.ReadAgain();

        // 3. What has waited long enough.
        SettleUntil(epoch);
    }

    /// <summary>Decides over what one client did in an hour.</summary>
    private void Settle(IEnumerable<RareUse> uses)
    {
        _drafts.Clear();
        foreach (var use in uses)
        {
            var port = state.Ports.Find(use.Server.Address)?.Find(use.Port);
            if (!use.IsAnchored || (port is { IsCommon: true } && !use.IsRareByName)) continue;
            if (use.Draft is not { } draft || !IsReported(draft)) LearnHabit(use);
            if (use.Draft is null || (use.IsShown && !use.Draft.Severity.IsAtLeast(FindingSeverity.Medium))) continue;
            var raised = use.IsShown && state.Findings.Find(use.Draft.Id) is { Closed: not null } ? use.Draft.OfNothingNew() : use.Draft;
            if (_drafts.Count > 0 && _drafts[^1].Id == raised.Id) _drafts[^1] = _drafts[^1].With(raised);
            else _drafts.Add(raised);
        }

        state.FoldInto(_drafts);
        foreach (var draft in _drafts) state.Findings.Commit(draft);
    }

    /// <summary>True for what does not become normal by happening again.</summary>
    private bool IsReported(FindingDraft draft) => draft.Severity.IsAtLeast(FindingSeverity.Medium)
        && !(state.Findings.Find(draft.Id) is { } standing && state.VerdictOf(standing) == VerdictMeaning.Benign);

    private void LearnHabit(RareUse use)
    {
        var (client, server) = (state.Edges.FindHost(use.Client), state.Edges.FindHost(use.Server));
        if (client < 0 || server < 0 || _training.IsBlocked(use.Client, use.Server)) return;
        if (state.Edges.Find(client, server, EdgeService.Rpc) is >= 0 and var index
            && state.HabitEdge(index, use.Epoch, mayAdd: false) == index) state.Edges[index].LearnRareUse(use.Epoch);
    }
}
