using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Judgement.Rules;

namespace RpcCollector.Detection.Judgement;

/// <summary>
/// Learns by which ports servers are used, and decides over uses of rare ports when those ports have had the time to become common.
/// </summary>
/// <remarks>
/// <para>
/// All of it happens as hours are closed, in their order, and rests on the flows of hours that are closed alone: on no order of arrival.
/// </para>
/// <para>
/// A port has two hours. It has up to three days while a common port of the server is silent: then the one may be the other, restarted.
/// And it says nothing while it has as many clients as the common ones: that is how it looks when numbers change hands in a restart.
/// </para>
/// </remarks>
internal sealed class PortSettling(JudgeState state)
{
    private const int LongestHours = (int)(ServerPorts.Lately / Epoch.Milliseconds);

    // A port that one in ten uses would have been used by then, nineteen times of twenty: on a Sunday two hours are not enough.
    private const int Enough = 30;

    private readonly Training _training = new(state);
    private readonly List<FindingDraft> _drafts = [];
    private readonly List<RareUse> _told = [];
    private readonly List<RareUse> _habits = [];
    private readonly HashSet<int> _servers = [];

    /// <summary>The hours up to one are over: nothing more comes of them.</summary>
    public void SettleUntil(int epoch)
    {
        if (state.RareUses.Count == 0) return;
        _told.Clear();
        _habits.Clear();
        state.RareUses.Take(use =>
        {
            if (epoch < use.Epoch + Math.Ceiling(state.Options.CommonPortAfter.TotalHours)) return false;
            var stays = StaysRare(use, isLast: epoch >= use.Epoch + LongestHours);
            if (stays is not null && IsItsOwn(use)) _habits.Add(use);
            else if (stays == true) _told.Add(use);
            return stays is not null;
        });
        foreach (var use in _habits) LearnHabit(use);
        foreach (var client in _told.GroupBy(static use => (use.Epoch, use.Client))) Settle(client, client.Key.Epoch);
    }

    /// <summary>
    /// Learns the answers shaped like replication of an hour that is being closed, before the hour makes a habit of them: who got such
    /// before is another matter (<see cref="EdgeMarks.Replicates"/>).
    /// </summary>
    public void LearnShapes(int epoch)
    {
        foreach (var server in DrivenServers(epoch))
            state.Ports.LearnShapes(state.Edges.Host(server).Address, state.PortReading.Of(server, epoch));
        state.Ports.SettleShapes(epoch);
    }

    /// <summary>Learns an hour that is being closed, whose uses of rare ports wait already.</summary>
    public void Learn(int epoch)
    {
        // 1. How the ports of what waits were used since.
        foreach (var use in state.RareUses.InOrder())
        {
            if (use.Epoch > epoch || state.Edges.FindHost(use.Server.Address) is not (>= 0 and var server)
                || state.Ports.Find(use.Server.Address) is not { } known) continue;
            var hour = state.PortReading.Of(server, epoch);
            use.AtPort += hour.Find(use.Port)?.CountAfter(use.At) ?? 0;
            use.AtCommon += hour.MostAtCommonAfter(known, use.Port, use.At);
        }

        // 2. The ports of each server.
        foreach (var server in DrivenServers(epoch))
        {
            ref var host = ref state.Edges.Host(server);
            state.Ports.Learn(host.Address, state.PortReading.Of(server, epoch), epoch, state.PortReading.KnownClients(server, epoch));
        }

        if (state.Ports.Since == Epoch.None) state.Ports.Since = epoch;
        if (state.Ports.PipesSince == Epoch.None) state.Ports.PipesSince = epoch;
        state.PortReading.ReadAgain();

        // 3. What has waited long enough.
        SettleUntil(epoch);
    }

    /// <summary>The servers to endpoints of which flows went in an hour.</summary>
    private HashSet<int> DrivenServers(int epoch)
    {
        _servers.Clear();
        for (var open = state.Facts.Epochs.TryGetValue(epoch, out var first) ? first : OpenFacts.None; open >= 0;
            open = state.Facts[open].NextOfEpoch)
        {
            ref var edge = ref state.Edges[state.Facts[open].Edge];
            if (edge.Service == EdgeService.Rpc && state.Facts[open].NumDriven > 0) _servers.Add(state.Edges.Host(edge.Server).Base);
        }

        return _servers;
    }

    /// <summary>Whether the port is rare still, though it had its time; null while that is open.</summary>
    private bool? StaysRare(RareUse use, bool isLast)
    {
        if (state.Ports.Find(use.Server.Address) is not { } server) return false;
        if (!use.IsRareByName && server.Find(use.Port) is { IsCommon: true }) return false;
        var (all, any) = server.CommonInUse(use.Port, use.At);
        var isClear = all && use.AtCommon >= Enough && BetweenRestarts(use) is null;
        if (use.AtCommon > use.AtPort && (isClear || (isLast && any))) return true;
        return isLast ? false : null;
    }

    /// <summary>
    /// True for a port that this client alone has used for days, so that nobody was told of it: servers that keep folders alike do that.
    /// </summary>
    private bool IsItsOwn(RareUse use) =>
        state.Ports.Find(use.Server.Address)?.Find(use.Port) is { IsCommon: false } port
        && port.Days >= state.Options.StableDays && port.FirstAt < use.At - ServerPorts.Lately && port.CountBut(use.Client.Address) == 0
        && (use.Draft is null || state.Findings.Find(use.Draft.Id)?.Closed?.Severity.IsAtLeast(FindingSeverity.Medium) != true);

    /// <summary>Tells what one client did in an hour, or learns it.</summary>
    private void Settle(IEnumerable<RareUse> uses, int epoch)
    {
        _drafts.Clear();
        foreach (var use in uses)
        {
            var restarts = BetweenRestarts(use);
            var draft = use.Draft is { } rare && (TookToIt(use) ?? restarts) is { } why ? rare.Lowered(why) : use.Draft;

            // What anybody does while a server restarts says nothing of what he does otherwise.
            if ((draft is null || !IsReported(draft)) && restarts is null) LearnHabit(use);
            if (draft is null || (use.IsShown && !draft.Severity.IsAtLeast(FindingSeverity.Medium))) continue;
            var raised = use.IsShown && state.Findings.Find(draft.Id) is { Closed: not null } ? draft.OfNothingNew() : draft;
            if (_drafts.Count > 0 && _drafts[^1].Id == raised.Id) _drafts[^1] = _drafts[^1].With(raised);
            else _drafts.Add(raised);
        }

        if (_drafts.Count > 0) state.FoldInto(_drafts, epoch);
        foreach (var draft in _drafts) state.Findings.Commit(draft);
    }

    /// <summary>
    /// Why a port is that of a new service rather than of an old one that hardly anybody uses, in words: it came into use days ago at
    /// most, and a handful of known clients have taken to it. The first of them is told as it is: so who wants to look like a new
    /// service draws that alarm, and needs so many hosts.
    /// </summary>
    private string? TookToIt(RareUse use)
    {
        if (use.IsRareByName || state.Ports.Find(use.Server.Address)?.Find(use.Port) is not { } port
            || port.FirstAt >= use.At || port.FirstAt < use.At - ServerPorts.Lately) return null;
        var others = port.CountBut(use.Client.Address);
        return others < state.Options.ServerClients ? null : $"{others} other known clients have taken to this port, which is new";
    }

    /// <summary>
    /// Why a port is rather that of a service between two restarts, in words; null where that is clear. It is shown all the same: an
    /// intruder may have restarted the server.
    /// </summary>
    private string? BetweenRestarts(RareUse use) =>
        use.IsRareByName || state.Ports.Find(use.Server.Address)?.IsCommonInUseAcross(use.Port, use.At) != false
            ? null
            : "no common port of the server was in use both before and after it, as when a server restarts, and restarts again";

    /// <summary>True for what does not become normal by happening again.</summary>
    private bool IsReported(FindingDraft draft) => draft.Severity.IsAtLeast(FindingSeverity.Medium)
        && !state.IsBenign(draft.Id);

    private void LearnHabit(RareUse use)
    {
        var (client, server) = (state.Edges.FindHost(use.Client), state.Edges.FindHost(use.Server));
        if (client < 0 || server < 0 || _training.IsBlocked(use.Client, use.Server, mayBeNew: true)) return;
        if (state.Edges.Find(client, server, EdgeService.Rpc) is >= 0 and var index
            && state.HabitEdge(index, use.Epoch, mayAdd: false) == index) state.Edges[index].LearnRareUse(use.Epoch);
    }
}
