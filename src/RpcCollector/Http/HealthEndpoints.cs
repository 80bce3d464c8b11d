using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Judging;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>/healthz says whether to restart the process, /readyz whether it collects.</summary>
internal static class HealthEndpoints
{
    public static JsonHttpResult<HealthJson> ReadLiveness(CollectorHealth health, JudgeThread judge)
    {
        IReadOnlyList<string> stopped = [.. health.StoppedThreads(), .. judge.IsRunning ? Array.Empty<string>() : ["judge"]];
        return stopped.Count == 0
            ? TypedResults.Json(new HealthJson("alive", StoppedThreads: null), CollectorJson.Default.HealthJson)
            : TypedResults.Json(
                new HealthJson("threads stopped", stopped), CollectorJson.Default.HealthJson,
                statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    public static JsonHttpResult<ReadinessJson> ReadReadiness(
        CollectorHealth health, ActivityStore activities, StateStore state, StoreFolder folder)
    {
        var isWritable = activities.IsWritable && state.IsWritable && folder.Loss is null;
        var isReady = health.ListenersBound && isWritable;
        return TypedResults.Json(
            new ReadinessJson(isReady ? "ready" : "not ready", health.ListenersBound, isWritable, folder.Loss),
            CollectorJson.Default.ReadinessJson,
            statusCode: isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
