using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>A client that looks into one desktop after another, week after week, is told once in a while, and not each time.</summary>
/// <remarks>
/// That is what a help desk does: it meets few hosts on a day, each time others, by the same service. The first after the network was
/// learned calls for somebody, and its incident proposes a role; for as long as that stands and nobody has said otherwise, the next of the
/// very kind is the same question, and is low. Not so where more hosts were met on the day than on any day before, where others use the
/// host, or where anything stands of the client that is more than new. An intruder who has no such machine in his hands needs the habit:
/// days over more than a week, each of them told.
/// </remarks>
internal static class ToldOfHabit
{
    /// <summary>How long a finding that stands counts, in hours.</summary>
    public const int Within = 14 * Epoch.PerDay;

    // Who begins to drive more on a day is no help desk.
    private const int MostADay = 8;

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        if (subject.IsLearning || !subject.IsNoServer) return;
        for (var i = 0; i < found.Count; i++)
        {
            if (found[i] is not { Kind: FindingKind.PeerToPeerRpc, Severity: FindingSeverity.Medium, Server: { } server } draft) continue;
            if (subject.RoleOf(server) == HostRole.Workstation && Because(subject, server) is { } told) found[i] = draft.Lowered(told);
        }
    }

    private static string? Because(ClientCase subject, HostIdentity server)
    {
        if (subject.Habits.MostDrivenADay() is not (> 0 and <= MostADay and var most) || subject.ServesSome(server)) return null;
        var told = subject.NumDesktopsToldOf(but: server);
        return told == 0 || subject.NumDrivenToday() > most
            ? null
            : $"it is told already, within two weeks, that this client drove {(told == 1 ? "another host" : $"{told} other hosts")}; it " +
                $"begins to drive a few on days over weeks, {most} a day at most";
    }
}
