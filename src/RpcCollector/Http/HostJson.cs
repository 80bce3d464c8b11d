using System.ComponentModel;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Naming;

namespace RpcCollector.Http;

/// <summary>What is known of a host.</summary>
internal sealed record HostJson(
    string Address,
    [property: Description(
        "unknown, workstation, server, management-server, scanner, domain-controller or directory-synchronizer.")] string Role,
    [property: Description("Why it has this role, in one sentence.")] string Why,
    [property: Description("The role that it looks like and has not earned yet, which softens nothing; absent when there is none.")]
    string? Provisional,
    [property: Description("Start of the first hour in which it was seen; absent when it never was.")] DateTimeOffset? FirstSeen,
    [property: Description("Start of the last hour in which it was seen; absent when it never was.")] DateTimeOffset? LastSeen,
    [property: Description("Edges on which it is the client.")] int ClientEdges,
    [property: Description("Edges on which it is the server.")] int ServerEdges,
    [property: Description("RPC interfaces that it is known to carry.")] IReadOnlyList<string> Serves)
{
    [Description("What it is called now; absent when nothing names it. Names come from the network: text, and no proof.")]
    public string? Name { get; init; }

    [Description("Who says so: file, dhcp, dns, ntlm, kerberos, smb or reverse-dns.")]
    public string? NameSource { get; init; }

    [Description("What sort of machine the names file calls it.")]
    public string? Kind { get; init; }

    [Description("Whose it is, as the names file says.")]
    public string? Owner { get; init; }

    [Description("Where it is, as the names file says.")]
    public string? Site { get; init; }

    [Description("Tags of the names file.")]
    public IReadOnlyList<string>? Tags { get; init; }

    [Description("The role that the settings or a person tell; absent when nobody does. It outranks what was learned.")]
    public ToldRoleJson? Told { get; init; }

    [Description("The role that was learned of it, whatever is told.")]
    public required string LearnedRole { get; init; }

    public static HostJson From(HostProfile host, RoleTable settings, NameBook names, long now) =>
        From(host.Address, names, now, From(host) with
        {
            Told = ToldRoleJson.Of(host.RoleSetting, settings, host.Told),
        });

    /// <summary>A host that was never seen.</summary>
    /// <param name="told">What a person told of it; null when nobody did, or the settings tell its role.</param>
    public static HostJson Unseen(HostAddress host, RoleTable settings, ToldRole? told, NameBook names, long now)
    {
        var (setting, unknown) = (settings.Find(host), KebabCase<HostRole>.Of(HostRole.Unknown));
        var role = setting >= 0 ? settings.Entries[setting].Role : told?.Role ?? HostRole.Unknown;
        var why = setting >= 0 ? "set in the settings" : told is null ? "it was never seen" : $"told by {told.Teller}: {told.Why}";
        return From(host, names, now, new HostJson(
            host.ToString(), KebabCase<HostRole>.Of(role), why, Provisional: null, FirstSeen: null, LastSeen: null, 0, 0, [])
        {
            Told = ToldRoleJson.Of(setting, settings, told),
            LearnedRole = unknown,
        });
    }

    private static HostJson From(HostAddress address, NameBook names, long now, HostJson host)
    {
        var (name, row) = (names.Find(address, now), names.Described(address));
        return host with
        {
            Name = name?.Name,
            NameSource = FindingJson.SourceOf(name),
            Kind = row?.Kind,
            Owner = row?.Owner,
            Site = row?.Site,
            Tags = row is { Tags.Count: > 0 } ? row.Tags : null,
        };
    }

    private static HostJson From(HostProfile host) => new(
        host.Address.ToString(), KebabCase<HostRole>.Of(host.Role), host.Why,
        host.Provisional is { } provisional ? KebabCase<HostRole>.Of(provisional) : null,
        UtcMilliseconds.From(host.FirstSeenUnixMilliseconds),
        UtcMilliseconds.From(host.LastSeenUnixMilliseconds),
        host.ClientEdges, host.ServerEdges, [.. RpcInterfaceNames.Of(host.Serves)])
    {
        LearnedRole = KebabCase<HostRole>.Of(host.LearnedRole),
    };
}

/// <summary>A page of hosts, in order of address.</summary>
internal sealed record HostsPage(
    IReadOnlyList<HostJson> Items,
    [property: Description("The cursor of the next page; absent on the last.")] string? Next);

/// <summary>A host with the pairs that it belongs to.</summary>
internal sealed record HostDetailJson(
    HostJson Host,
    [property: Description("Whom it drives, the rarest first, at most 1000; /api/v1/pairs?client= has them all.")]
    IReadOnlyList<HostEdgeJson> AsClient,
    [property: Description("How many they are.")] int AsClientTotal,
    [property: Description("Who drives it, the rarest first, at most 1000; /api/v1/pairs?server= has them all.")]
    IReadOnlyList<HostEdgeJson> AsServer,
    [property: Description("How many they are.")] int AsServerTotal,
    [property: Description("The services that it serves, each with how many clients.")] IReadOnlyList<ServiceUseJson> Serves,
    [property: Description("The services that it uses, each with how many servers.")] IReadOnlyList<ServiceUseJson> Uses)
{
    [Description("All that it was called in the last weeks, the names file apart; absent when nothing.")]
    public IReadOnlyList<HostNameJson>? Names { get; init; }

    [Description("Who logged on from it in the last days, each user once, the latest first; absent when nobody is known to have.")]
    public IReadOnlyList<LogonJson>? Users { get; init; }
}

/// <summary>A client and a server, and the services between them.</summary>
internal sealed record PairJson(
    string Client, string ClientRole, string Server, string ServerRole,
    [property: Description("Start of the first hour in which it was seen.")] DateTimeOffset FirstSeen,
    [property: Description("Start of the last hour in which it was seen.")] DateTimeOffset LastSeen,
    [property: Description("Activities and contacts, all services.")] long Count,
    IReadOnlyList<PairServiceJson> Services)
{
    public static PairJson From(EdgePair pair) => new(
        pair.Client.ToString(), KebabCase<HostRole>.Of(pair.ClientRole), pair.Server.ToString(), KebabCase<HostRole>.Of(pair.ServerRole),
        UtcMilliseconds.From(pair.FirstSeenUnixMilliseconds), UtcMilliseconds.From(pair.LastSeenUnixMilliseconds), pair.Flows,
        [.. pair.Edges.Select(PairServiceJson.From)]);
}

/// <summary>A service that a client uses of a server.</summary>
internal sealed record PairServiceJson(
    [property: Description("rpc, smb, win-rm, rpc-over-http, kerberos or ldap.")] string Service,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen,
    [property: Description("Activities and contacts.")] long Count,
    [property: Description("On how many days it was seen.")] int Days,
    [property: Description("True when it counts as normal.")] bool Learned,
    [property: Description("True when the server answered.")] bool Answered)
{
    public static PairServiceJson From(EdgeProfile edge) => new(
        KebabCase<EdgeService>.Of(edge.Service), UtcMilliseconds.From(edge.FirstSeenUnixMilliseconds),
        UtcMilliseconds.From(edge.LastSeenUnixMilliseconds),
        edge.Flows, edge.Days, edge.IsLearned, edge.IsAnswered);
}

/// <summary>A page of pairs, in order of client and server.</summary>
internal sealed record PairsPage(
    IReadOnlyList<PairJson> Items,
    [property: Description("The cursor of the next page; absent on the last.")] string? Next);
