using RpcCollector.Flows;

namespace RpcCollector.Detection.Advice;

/// <summary>What advice is filled in with: of a finding the addresses, times and ports, and no text that others chose.</summary>
public sealed record AdviceSubject
{
    public required FindingKind Kind { get; init; }

    public required HostAddress Client { get; init; }

    /// <summary>Null when the finding is about the client alone.</summary>
    public HostAddress? Server { get; init; }

    /// <summary>As <see cref="Finding.NumServers"/>.</summary>
    public int NumServers { get; init; } = 1;

    public required long FirstSeenUnixMilliseconds { get; init; }

    public required long LastSeenUnixMilliseconds { get; init; }

    /// <summary>As <see cref="Finding.Operations"/>: they choose among phrases of the table, and are never shown.</summary>
    public IReadOnlyList<string> Operations { get; init; } = [];

    /// <summary>The earliest of its flows, up to <see cref="Finding.MaxFlows"/>.</summary>
    public IReadOnlyList<AdviceFlow> Flows { get; init; } = [];

    public static AdviceSubject Of(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return new AdviceSubject
        {
            Kind = finding.Kind,
            Client = finding.Client,
            Server = finding.Server,
            NumServers = finding.NumServers,
            FirstSeenUnixMilliseconds = finding.FirstSeenUnixMilliseconds,
            LastSeenUnixMilliseconds = finding.LastSeenUnixMilliseconds,
            Operations = finding.Operations,
            Flows =
            [
                .. finding.Flows.Select(
                    flow => new AdviceFlow(flow.Client, flow.ClientPort, flow.Server, flow.ServerPort, flow.CommunityId)),
            ],
        };
    }
}

/// <summary>The ends of a flow behind a finding.</summary>
public readonly record struct AdviceFlow(
    HostAddress Client, ushort ClientPort, HostAddress Server, ushort ServerPort, string CommunityId);
