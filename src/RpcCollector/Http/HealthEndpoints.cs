using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Accounts;
using RpcCollector.Http.Access;
using RpcCollector.Judging;
using RpcCollector.Vitals;

namespace RpcCollector.Http;

/// <summary>/healthz says whether to restart the process, /readyz whether it collects, and which part of it does not.</summary>
internal static class HealthEndpoints
{
    public static JsonHttpResult<HealthJson> ReadLiveness(
        HttpContext context, CollectorHealth health, JudgeThread judge, Heartbeats heartbeats)
    {
        string[] judging = judge.IsRunning ? [] : ["judge"];
        var dead = heartbeats.All.Where(heartbeat => heartbeat.Death is not null).Select(heartbeat => heartbeat.Name);
        string[] stopped = [.. health.StoppedThreads().Concat(judging).Concat(dead).Distinct(StringComparer.Ordinal)];
        return stopped.Length == 0
            ? TypedResults.Json(new HealthJson("alive", StoppedThreads: null), CollectorJson.Default.HealthJson)
            : TypedResults.Json(
                new HealthJson("threads stopped", IsTold(context) ? stopped : null), CollectorJson.Default.HealthJson,
                statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    public static JsonHttpResult<ReadinessJson> ReadReadiness(HttpContext context, Readiness readiness)
    {
        var said = readiness.Read();
        return TypedResults.Json(
            IsTold(context) ? said : said with { Reason = null, Parts = null, Degraded = null },
            CollectorJson.Default.ReadinessJson,
            statusCode: said.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Reasons name folders and more: they are for who may read.</summary>
    private static bool IsTold(HttpContext context) =>
        Person.Of(context) is { Role: not null, Scope: TokenScope.All };
}
