using System.ComponentModel;
using RpcCollector.Detection;
using RpcCollector.Naming;

namespace RpcCollector.Http;

/// <summary>How rare a finding is, as the API shows it.</summary>
internal sealed record FindingRarityJson
{
    [Description("Of which service the numbers are, the rarest of the finding's: RPC, SMB, WinRM, RPC over HTTP, Kerberos or LDAP.")]
    public required string Service { get; init; }

    [Description("For how many days the network was known, such as 0.5; not more than Judgement:Retain.")]
    public required double Days { get; init; }

    [Description("Clients that the server had answered by any service; absent when the finding is about the client alone.")]
    public int? ServerClients { get; init; }

    [Description("Those of them that it had answered by this one.")]
    public int? ServerClientsLike { get; init; }

    [Description("The hour in which these two had to do with each other by this service for the first time; absent for never.")]
    public DateTimeOffset? PairFirstSeen { get; init; }

    [Description("On how many days before; 0 for never, absent where an address changed hands and it is not known.")]
    public int? PairDays { get; init; }

    [Description("In how many flows before; as pair_days.")]
    public long? PairFlows { get; init; }

    [Description("How many other servers the client had contacted by this service.")]
    public int? ClientServersLike { get; init; }

    [Description("What went one way in the largest flow of the first hour: of the two ways the one that is more unusual.")]
    public long? Octets { get; init; }

    [Description("upload (to the server) or download.")]
    public string? OctetsWay { get; init; }

    [Description("The service of that flow.")]
    public string? OctetsService { get; init; }

    [Description("How many of a hundred known flows had less that way; absent when fewer than 20 were known.")]
    public int? OctetsPercentile { get; init; }

    [Description("Of how many known flows that is.")]
    public long? OctetsFlows { get; init; }

    [Description("Whose flows those were: this-server, or those of a role, such as workstations.")]
    public string? OctetsOf { get; init; }

    public static FindingRarityJson? From(FindingRarity? rarity) => rarity is null
        ? null
        : new FindingRarityJson
        {
            Service = rarity.Service,
            Days = RarityWords.DaysOf(rarity),
            ServerClients = rarity.ServerClients,
            ServerClientsLike = rarity.ServerClientsLike,
            PairFirstSeen = rarity.PairFirstSeenUnixMilliseconds is { } first ? UtcMilliseconds.From(first) : null,
            PairDays = rarity.PairDays,
            PairFlows = rarity.PairFlows,
            ClientServersLike = rarity.ClientServersLike,
            Octets = rarity.Octets,
            OctetsWay = RarityWords.WayOf(rarity),
            OctetsService = rarity.OctetsService,
            OctetsPercentile = rarity.OctetsPercentile,
            OctetsFlows = rarity.OctetsFlows,
            OctetsOf = RarityWords.ComparedWith(rarity),
        };
}
