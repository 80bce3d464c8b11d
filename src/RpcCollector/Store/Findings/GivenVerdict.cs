using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Store.Findings;

/// <summary>What a person said of a finding, why, and until when it holds.</summary>
/// <param name="ExpiresUnixMilliseconds">Null when it holds until another is given or it is withdrawn.</param>
/// <param name="WithdrawnUnixMilliseconds">Null while it was not withdrawn.</param>
/// <param name="From">The address that it came from; null when it is not known.</param>
/// <param name="WithdrawnFrom">Likewise of its withdrawal.</param>
internal sealed record GivenVerdict(
    VerdictMeaning Meaning, string Who, string Why, long GivenUnixMilliseconds, long? ExpiresUnixMilliseconds,
    long? WithdrawnUnixMilliseconds = null, string? From = null, string? WithdrawnFrom = null)
{
    /// <summary>True when the same person says the same until the same time: whoever repeats a request says nothing new.</summary>
    public bool SaysTheSame(GivenVerdict other) => (Meaning, Who, Why, ExpiresUnixMilliseconds)
        == (other.Meaning, other.Who, other.Why, other.ExpiresUnixMilliseconds);

    /// <summary>The same for the judge, which knows findings by kind, client and server.</summary>
    /// <remarks>
    /// One that was withdrawn is told as one that has expired, and never as benign: what is called benign is learned when it is told.
    /// </remarks>
    public Verdict On(FindingKind kind, HostAddress client, HostAddress? server) => WithdrawnUnixMilliseconds is { } withdrawn
        ? new(kind, client, server, VerdictMeaning.Malicious, Who, Why, GivenUnixMilliseconds, withdrawn)
        : new(kind, client, server, Meaning, Who, Why, GivenUnixMilliseconds, ExpiresUnixMilliseconds);

    public Verdict On(StoredFinding finding) => On(finding.Kind, finding.Client, finding.Server) with
    {
        ClientPeriod = finding.ClientPeriod,
        ServerPeriod = finding.ServerPeriod,
    };
}
