using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>Which connections look as if a file was written, or as if one call was made hundreds of times.</summary>
/// <remarks>
/// <para>
/// Evidence: a service's binary that is copied by SMB is 50 KB or more, with five times what comes back (a recorded hijack of a library:
/// 220 KB against 5 KB, one week of PsExec: 575 KB); 4 of 54 recordings of attacks have such a connection, none of 161 enumerations.
/// </para>
/// <para>
/// A recorded Zerologon sent 114 KB and got 70 KB over one connection in 1.1 s: hundreds of small calls, each answered by a small reply.
/// Reading has far more in the answer, writing and printing far less.
/// </para>
/// <para>
/// Fewer calls count where they come faster: of 17 connections to dynamic ports in public logs none sent 7 KB, so that 15 KB within a
/// second, or faster, are some sixty calls that hardly any service makes; 17 are few. The recorded exploit sends 100 KB a second: at half
/// of that pace half as many say it, and where they are so fast, the answers may be as large as what is asked. Only who asks a
/// controller's lsass is told of that (<see cref="Rules.MapperBurst"/>).
/// </para>
/// <para>
/// Sampled flows show neither: their octets are an estimate. But where enough of one was looked at, it shows that its server is one that is
/// written to.
/// </para>
/// </remarks>
internal static class Uploads
{
    /// <summary>What is written at least, in octets.</summary>
    public const int Octets = 50_000;

    /// <summary>How many times what comes back.</summary>
    public const int Ratio = 5;

    // Connections that each carry a part of it count together, from this many octets on.
    private const int Part = 10_000;

    // What many small calls have at least for each octet of the answer, and at most.
    private const double LeastOfCalls = 1.2;
    private const double MostOfCalls = 2.5;

    // So many octets within so many milliseconds, or faster, over the whole connection.
    private const int CallsWithin = 10_000;

    // And so many within so many, which are fewer and faster.
    private const int FewOctets = 15_000;
    private const int FewWithin = 1_000;

    // Half as many at more than three times that pace; and what such have at least for each octet of the answer.
    private const int FewestOctets = 7_500;
    private const int FewestWithin = 150;
    private const double LeastOfFast = 0.8;

    // What one of the recorded calls sends, so that the octets of a connection tell how many it carried.
    private const int OctetsOfCall = 255;

    public static bool IsUpload(in AdministrationContact contact) =>
        contact.Flow.ServerPort is WellKnownPort.Smb or WellKnownPort.NetBiosSession
        && IsMeasured(contact.Traffic, contact.SamplingInterval) && contact.Traffic.Direction != DirectionConfidence.Uncertain
        && contact.Traffic.ClientOctets >= Part
        && contact.Traffic.ClientOctets >= Ratio * (long)contact.Traffic.ServerOctets;

    /// <summary>
    /// True for a sampled flow that wrote much more than came back, by the part that was looked at. Where nothing of the other half was, it
    /// may be that this half is all that its exporter sees.
    /// </summary>
    public static bool IsSampledUpload(in Fact fact) =>
        fact is { SamplingInterval: > 1, HasFlow: true, IsAnswered: true, ServerOctets: > 0 }
        && fact.ServerPort is WellKnownPort.Smb or WellKnownPort.NetBiosSession
        && fact.ClientOctets >= (long)Part * fact.SamplingInterval && fact.ClientOctets >= Ratio * (long)fact.ServerOctets;

    public static bool IsManyCalls(in RpcActivity activity)
    {
        if (activity.Endpoint is not { } endpoint || !IsMeasured(activity.Traffic, activity.SamplingInterval)) return false;
        if (activity.Traffic.Direction == DirectionConfidence.Uncertain && activity.Basis is not (JoinBasis.Car or JoinBasis.Extended))
            return false;
        var (sent, got) = ((double)activity.Traffic.ClientOctets, (double)activity.Traffic.ServerOctets);
        var lasted = Math.Max(0, endpoint.EndUnixMilliseconds - endpoint.StartUnixMilliseconds);
        if (sent > MostOfCalls * got) return false;
        if (sent >= LeastOfFast * got && IsAtPace(sent, lasted, FewestOctets, FewestWithin)) return true;
        return sent >= LeastOfCalls * got
            && (IsAtPace(sent, lasted, Octets, CallsWithin) || IsAtPace(sent, lasted, FewOctets, FewWithin));
    }

    /// <summary>True for a connection of many calls that are hundreds, and answered by less than was asked.</summary>
    public static bool AreHundreds(in Fact fact) =>
        fact is { IsUpload: true, ClientOctets: >= Octets } && fact.ClientOctets >= LeastOfCalls * fact.ServerOctets;

    /// <summary>How many calls a connection of many carried, about.</summary>
    public static int CallsOf(in Fact fact) => (int)(fact.ClientOctets / OctetsOfCall);

    // So many octets, and so many within so many milliseconds or more.
    private static bool IsAtPace(double sent, long lasted, int octets, int within) =>
        sent >= octets && sent * within >= (double)octets * lasted;

    // Both halves, and whole.
    private static bool IsMeasured(in FlowTraffic traffic, uint samplingInterval) =>
        traffic.Half == FlowHalf.Both && samplingInterval <= 1;
}
