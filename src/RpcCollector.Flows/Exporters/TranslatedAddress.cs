using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Exporters;

/// <summary>
/// Tells whether one address stands for several exporters, as it does behind address translation (Docker's published ports are one).
/// </summary>
/// <remarks>
/// A device sends a domain from one port. When it restarts it may take another port, but then the old one is silent. Two ports of one
/// domain are two devices if they send at the same time and either disagree about when their device started or each have a complete
/// sequence.
/// </remarks>
internal static class TranslatedAddress
{
    // Sessions silent for longer than this are over, in milliseconds of arrival.
    private const long Recent = 300_000;

    // How long both must have sent at the same time.
    private const long LeastOverlap = 10_000;

    public static bool LooksLikeMany(Exporter exporter)
    {
        if (exporter.NumSessions < 2) return false;
        var since = exporter.LastSeenUnixMilliseconds - Recent;
        var active = exporter.Sessions.Where(session => session.FirstSeenUnixMilliseconds > 0 && session.LastSeenUnixMilliseconds >= since);
        foreach (var domain in active.GroupBy(session => session.Key with { ExporterPort = 0 }))
        {
            var sessions = domain.ToList();
            for (var i = 1; i < sessions.Count; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    if (Overlap(sessions[i], sessions[j]) >= LeastOverlap && Disagree(sessions[i], sessions[j])) return true;
                }
            }
        }

        return false;
    }

    private static long Overlap(SessionDomain one, SessionDomain other) =>
        Math.Min(
            one.LastSeenUnixMilliseconds, other.LastSeenUnixMilliseconds) - Math.Max(
                one.FirstSeenUnixMilliseconds, other.FirstSeenUnixMilliseconds);

    private static bool Disagree(SessionDomain one, SessionDomain other)
    {
        if (Start(one) is not 0 and var start && Start(other) is not 0 and var otherStart)
            return Math.Abs(start - otherStart) > BootClock.StepMilliseconds;

        // One device that spreads its datagrams over two ports numbers them across both, so that each port seems to lose the other's.
        return HasCompleteSequence(one) && HasCompleteSequence(other);
    }

    private static long Start(SessionDomain session) =>
        session.SystemInitUnixMilliseconds != 0 ? session.SystemInitUnixMilliseconds : session.Clock.EstimateUnixMilliseconds;

    private static bool HasCompleteSequence(SessionDomain session) => session.Sequence is { Lost: 0, Resets: 0, Duplicated: 0 };
}
