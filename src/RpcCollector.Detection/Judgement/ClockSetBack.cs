using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement;

/// <summary>
/// Goes on from an earlier moment when the clock of arrivals was ahead: hours are opened again, and what was learned "in the future"
/// counts as learned now.
/// </summary>
/// <remarks>Nothing is forgotten and nothing that was said is taken back.</remarks>
internal sealed class ClockSetBack(JudgeState state, EpochClosing closing)
{
    /// <param name="arrivalUnixMilliseconds">The moment at hand.</param>
    /// <param name="closable">The last hour that can be over by then.</param>
    public void To(long arrivalUnixMilliseconds, int closable)
    {
        // 1. Hours that lie ahead are closed as far as they go: what they say stays said, and what they teach is kept.
        var hour = Epoch.Of(arrivalUnixMilliseconds);
        int[] epochs = [.. state.Facts.Epochs.Keys.Union(state.Operations.Epochs).Order()];
        foreach (var ahead in epochs.Where(epoch => epoch > hour && epoch > state.ClosedEpoch)) closing.JudgeAndLearn(ahead);
        var until = Math.Max(state.LearnedUntil, Math.Max(state.ClosedEpoch, epochs.LastOrDefault(epoch => epoch > hour, Epoch.None)));

        // Nobody holds a flow for longer than a day: what comes of later hours was not learned.
        state.LearnedUntil = Math.Min(until, hour + Epoch.PerDay);

        // 2. Hours that cannot be over are opened again, empty: what was kept of them has been learned.
        foreach (var learned in epochs.Where(epoch => epoch > hour || (epoch > closable && epoch <= state.ClosedEpoch)))
        {
            state.Facts.Drop(learned);
            state.Operations.Drop(learned);
        }

        state.ClosedEpoch = Math.Min(state.ClosedEpoch, closable);

        // 3. What is dated later than this hour is dated to it.
        MoveEdges(hour);
        MoveHosts(hour);
        state.KnownEndpoints.MoveTo(hour);
        state.Octets.MoveTo(hour);
        state.CountRarityAgain();
        state.Ports.MoveTo(hour);
        state.RareUses.MoveTo(hour);
        state.Leases.MoveTo(hour, state.ClosedEpoch);
        state.CommonCalls.MoveTo(hour);
        state.Bursts.MoveTo(hour / Epoch.PerDay);
        state.Snapshot = state.KnownEndpoints.Snapshot(state.Snapshot);
        state.LearnedSince = Math.Min(state.LearnedSince, hour);
        state.ForgottenDay = Math.Min(state.ForgottenDay, hour / Epoch.PerDay);
        state.Clock = arrivalUnixMilliseconds;
        state.Aging.AdvanceTo(arrivalUnixMilliseconds);
    }

    private void MoveEdges(int hour)
    {
        for (var i = 0; i < state.Edges.EdgeEnd; i++)
        {
            if (!state.Edges.IsEdge(i)) continue;
            ref var edge = ref state.Edges[i];
            edge.FirstEpoch = Math.Min(edge.FirstEpoch, hour);
            edge.LastEpoch = Math.Min(edge.LastEpoch, hour);
            edge.SeenEpoch = Math.Min(edge.SeenEpoch, hour);
            edge.UsedEpoch = Math.Min(edge.UsedEpoch, hour);
            edge.TrainedEpoch = Math.Min(edge.TrainedEpoch, hour);
            edge.WitnessedSince = Math.Min(edge.WitnessedSince, hour);
            edge.DrivenSince = Math.Min(edge.DrivenSince, hour);
            edge.RareEpoch = Math.Min(edge.RareEpoch, hour);
            if (edge.UploadDay > hour / Epoch.PerDay) edge.Burst = (ushort)(hour / Epoch.PerDay);
        }
    }

    private void MoveHosts(int hour)
    {
        for (var i = 0; i < state.Edges.HostEnd; i++)
        {
            if (!state.Edges.IsHost(i)) continue;
            ref var host = ref state.Edges.Host(i);
            host.FirstEpoch = Math.Min(host.FirstEpoch, hour);
            host.LastEpoch = Math.Min(host.LastEpoch, hour);
            host.HabitEpoch = Math.Min(host.HabitEpoch, hour);
            host.WorkstationSince = Math.Min(host.WorkstationSince, hour);
            host.Settled.SettledIn = Math.Min(host.Settled.SettledIn, hour);
            host.Settled.ActsFrom = Math.Min(host.Settled.ActsFrom, hour + RoleLearning.HoursUntilItActs(state.Options));
            host.Contacted.MoveTo(Epoch.StartOf(hour));
        }
    }
}
