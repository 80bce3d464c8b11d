using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows.Time;
using RpcCollector.Judging;
using RpcCollector.Names;

namespace RpcCollector.Http;

/// <summary>/api/v1/network: who drives whom, all at once.</summary>
internal static class NetworkEndpoint
{
    private const int DefaultLimit = 5_000;
    private const int MaxLimit = 20_000;

    public static async Task<Results<Ok<NetworkJson>, ValidationProblem, ProblemHttpResult>> ReadAsync(
        HttpContext context, NetworkView network, NameBook names, ArrivalClock clock,
        [Description("Seen at this time or later: RFC 3339 or Unix seconds. What is known of an edge is its first and its last hour.")]
        string? since,
        [Description("First seen before this time: RFC 3339 or Unix seconds.")] string? until,
        [Description("rpc, smb, win-rm, rpc-over-http, kerberos or ldap; may be given several times. Only what is done by these counts.")]
        string[]? service,
        [Description("Role of either end.")] string? role,
        [Description("Only edges that are so rare, 0 to 1.")] string? min_rarity,
        [Description("Address or prefix of either end.")] string? host,
        [Description("How many edges, 1 to 20000; 5000 when absent. The commonest are left out.")] string? limit)
    {
        var reader = new QueryReader(
            context.Request.Query, nameof(since), nameof(until), nameof(service), nameof(role), nameof(min_rarity), nameof(host),
            nameof(limit));
        var choice = new EdgeChoice(
            reader.Time(nameof(since)), reader.Time(nameof(until)), reader.AllNamed<EdgeService>(nameof(service)),
            reader.Named<HostRole>(nameof(role)), reader.Share(nameof(min_rarity)), reader.Prefix(nameof(host)));
        var most = reader.Limit(nameof(limit), DefaultLimit, MaxLimit);
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

        using var patience = HostEndpoints.PatienceFor(context);
        try
        {
            var selection = await network.SelectAsync(choice, most, patience.Token);
            return TypedResults.Ok(NetworkJson.From(selection, names, clock.UnixMilliseconds));
        }
        catch (Exception failure) when (HostEndpoints.IsBusy(failure, context))
        {
            return HostEndpoints.Busy(failure);
        }
    }
}
