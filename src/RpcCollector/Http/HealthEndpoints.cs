using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Accounts;
using RpcCollector.Flows.Time;
using RpcCollector.Http.Access;
using RpcCollector.Judging;
using RpcCollector.Naming;
using RpcCollector.Sinks;
using RpcCollector.Store;
using RpcCollector.Store.Inputs;
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

    public static JsonHttpResult<ReadinessJson> ReadReadiness(
        HttpContext context, CollectorHealth health, ActivityStore activities, StateStore state, StoreFolder folder, Heartbeats heartbeats,
        ArrivalClock clock, SinkSet sinks, KeptInputs inputs)
    {
        var now = Environment.TickCount64;

        // A sink that waits for the other side is no reason to call the appliance not ready; nor is what backtest will miss.
        var parts = heartbeats.Unwell(now).ToLookup(part => part.Heartbeat.Part == Part.Sink && part.State == PartState.Stuck);
        UnwellPartJson[] unwell = [.. parts[false].Select(part => Describe(part.Heartbeat, part.State, now, clock))];
        string[] degraded =
            [.. parts[true].Select(part => $"{part.Heartbeat.Name} is stuck"),
                .. sinks.Runners.Where(sink => sink.Status.IsFailing).Select(sink => $"sink {sink.Status.Name}: {sink.Status.Last.Error}"),
                .. inputs.Fault is { } fault ? (string[])[fault] : []];
        var isWritable = activities.IsWritable && state.IsWritable && folder.Loss is null;
        var isReady = health.ListenersBound && isWritable && unwell.Length == 0;
        return TypedResults.Json(
            new ReadinessJson(
                isReady ? "ready" : "not ready", health.ListenersBound, isWritable,
                IsTold(context) ? folder.Loss : null, unwell.Length == 0 || !IsTold(context) ? null : unwell,
                degraded.Length == 0 || !IsTold(context) ? null : degraded),
            CollectorJson.Default.ReadinessJson,
            statusCode: isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Reasons name folders and more: they are for who may read.</summary>
    private static bool IsTold(HttpContext context) =>
        Person.Of(context) is { Role: not null, Scope: TokenScope.All };

    private static UnwellPartJson Describe(Heartbeat heartbeat, PartState state, long now, ArrivalClock clock) => new(
        SnakeCase<Part>.Of(heartbeat.Part), heartbeat.Name, SnakeCase<PartState>.Of(state),
        state == PartState.Failing ? null : UtcMilliseconds.From(clock.UnixMilliseconds - (now - heartbeat.LastBeat)),
        heartbeat.Doing, heartbeat.Death?.GetType().Name ?? heartbeat.Fault);
}
