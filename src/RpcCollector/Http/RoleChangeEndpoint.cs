using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Detection;
using RpcCollector.Judging;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>/api/v1/role-changes: which hosts have earned or lost a role that exempts or softens, and whom that rests on.</summary>
internal static class RoleChangeEndpoint
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    public static async Task<Results<Ok<RoleChangesPage>, ValidationProblem, ProblemHttpResult>> ReadAsync(
        HttpContext context,
        JudgeThread judge,
        [Description("Address, or a prefix such as 10.0.0.0/8.")] string? address,
        [Description("The role since: unknown for roles that were lost.")] string? role,
        [Description("Items, 1 to 1000; 100 when absent. The latest 1000 are kept.")] string? limit)
    {
        var reader = new QueryReader(context.Request.Query, nameof(address), nameof(role), nameof(limit));
        var within = reader.Addresses(nameof(address));
        var to = reader.Named<HostRole>(nameof(role));
        var most = reader.Limit(nameof(limit), DefaultLimit, MaxLimit);
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

        try
        {
            var changes = await HostEndpoints.AskAsync(judge, asked => asked.RoleChanges.Reverse()
                .Where(change => (within is not { } range || range.Contains(change.Host)) && (to is null || change.To == to))
                .Take(most).ToList(), [], context);
            return TypedResults.Ok(new RoleChangesPage([.. changes.Select(RoleChangeJson.From)]));
        }
        catch (Exception failure) when (failure is JudgeBusyException or TimeoutException)
        {
            return HostEndpoints.Busy(failure);
        }
    }
}
