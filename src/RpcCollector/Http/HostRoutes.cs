using RpcCollector.Http.Access;

namespace RpcCollector.Http;

/// <summary>The part of the API about roles, the network and how far it is known, on one page.</summary>
internal static class HostRoutes
{
    private const string Json = "application/json";

    private const string Telling =
        "It counts from now on, for every hour that is not closed yet, without a restart; what was found stands. It outranks what was " +
        "learned and is kept until it is taken back; the settings outrank it (409). Of networks the smallest counts, and a host before " +
        "them. It belongs to the address, whoever holds it.";

    public static void MapNetwork(this RouteGroupBuilder api)
    {
        MapRoles(api);
        api.MapGet("/network", NetworkEndpoint.ReadAsync).WithTags("Hosts")
            .WithName("readNetwork")
            .WithSummary("Who drives whom: hosts, and the edges between them, the rarest first.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/learning", LearningEndpoint.ReadAsync).WithTags("Hosts")
            .WithName("readLearning")
            .WithSummary("How far along learning is, and what changes when.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/coverage", CoverageEndpoint.ReadAsync).WithTags("Hosts")
            .WithName("readCoverage")
            .WithSummary("In which networks hosts were seen, by which exporters, and in which none were.")
            .WithDescription(
                "From what is known already: hosts that the judge remembers, and exporters of the hours that are still open and of the " +
                "latest activities. A network without RPC, SMB, WinRM, Kerberos or LDAP does not appear, however well it is covered.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static void MapRoles(RouteGroupBuilder api)
    {
        api.MapGet("/roles", RoleEndpoints.Read).WithTags("Hosts")
            .WithName("listRoles")
            .WithSummary("All roles that were told: by the settings, and by people.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        Deed(api.MapPut("/roles", RoleEndpoints.TellAsync))
            .WithName("tellRole")
            .WithSummary("Tells the role of a host, or of all hosts of a network.")
            .Accepts<RoleRequest>(Json);
        Deed(api.MapDelete("/roles", RoleEndpoints.Withdraw))
            .WithName("withdrawRole")
            .WithSummary("Takes back what was told of a host or a network.");
        Deed(api.MapPut("/hosts/{address}/role", RoleEndpoints.TellOneAsync))
            .WithName("tellHostRole")
            .WithSummary("Tells the role of a host.")
            .Accepts<HostRoleRequest>(Json);
        Deed(api.MapDelete("/hosts/{address}/role", RoleEndpoints.WithdrawOneAsync))
            .WithName("withdrawHostRole")
            .WithSummary("Takes back what was told of a host: it counts as what was learned, or was told of its network.");
    }

    private static RouteHandlerBuilder Deed(RouteHandlerBuilder deed) => deed.WithTags("Hosts").ForAnalysts()
        .WithDescription(Telling)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
