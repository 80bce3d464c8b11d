using RpcCollector.Detection;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Tests.Store.Findings;

/// <summary>Findings to store; unique as findings are, by kind, client and server.</summary>
internal static class SampleFindings
{
    public static Finding Found(
        string client, string? server = "192.0.2.20", FindingKind kind = FindingKind.PeerToPeerRpc,
        FindingSeverity severity = FindingSeverity.High, int count = 1, long seen = 0) => new()
        {
            Id = FindingId.Of(kind, HostAddress.Parse(client), server is null ? null : HostAddress.Parse(server)),
            Kind = kind,
            Severity = severity,
            Confidence = FindingConfidence.Medium,
            Client = HostAddress.Parse(client),
            Server = server is null ? null : HostAddress.Parse(server),
            Count = count,
            FirstSeenUnixMilliseconds = Activities.Epoch + seen,
            LastSeenUnixMilliseconds = Activities.Epoch + seen + (count * 1_000),
            Techniques = ["T1021", "T1021.003"],
            Analytics = ["CAR-2014-05-001"],
            Reason = "first RPC from this workstation to another workstation in 21 days; 1 endpoint flow; unsampled",
            Flows =
            [
                new ContributingFlow(
                    HostAddress.Parse(client), 50_001, HostAddress.Parse(server ?? "192.0.2.99"), 49_667, Activities.Epoch + seen,
                    Activities.Epoch + seen + 900,
                    "1:LQU9qZlK+B5F3KDmev6m5PMibrg=", ExporterSet.Of(0), 1),
            ],
            Operations = ["svcctl CreateServiceW"],
        };

    /// <summary>All that can be known of how rare a finding is.</summary>
    public static FindingRarity Rare { get; } = new()
    {
        Service = "SMB",
        KnownHours = 510,
        ServerClients = 212,
        ServerClientsLike = 3,
        PairFirstSeenUnixMilliseconds = Activities.Epoch - 86_400_000,
        PairDays = 1,
        PairFlows = 14,
        ClientServersLike = 2,
        Octets = 575_000,
        IsUpload = true,
        OctetsService = "SMB",
        OctetsPercentile = 99,
        OctetsFlows = 4_120,
        OctetsOfRole = HostRole.Workstation,
    };

    public static FindingChange Added(Finding finding) => new(ActivityChangeKind.Added, finding);

    public static FindingChange Revised(Finding finding) => new(ActivityChangeKind.Revised, finding);

    public static FindingChange Withdrawn(Finding finding) =>
        new(ActivityChangeKind.Withdrawn, finding, FindingWithdrawal.FlowsReadOtherwise);
}
