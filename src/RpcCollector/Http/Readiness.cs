using RpcCollector.Flows.Time;
using RpcCollector.Naming;
using RpcCollector.Scale.Sensors;
using RpcCollector.Sinks;
using RpcCollector.Store;
using RpcCollector.Store.Inputs;
using RpcCollector.Vitals;

namespace RpcCollector.Http;

/// <summary>Whether the process collects, and which part of it does not: what /readyz says, and a sensor to its judge.</summary>
internal sealed class Readiness(
    CollectorHealth health, ActivityStore activities, StateStore state, StoreFolder folder, Heartbeats heartbeats, ArrivalClock clock,
    SinkSet sinks, KeptInputs inputs, SensorView sensors)
{
    public ReadinessJson Read()
    {
        var now = Environment.TickCount64;

        // A sink that waits for the other side is no reason to call the appliance not ready; nor is what backtest will miss, or a sensor
        // that is silent: the others are judged.
        var parts = heartbeats.Unwell(now).ToLookup(part => part.Heartbeat.Part == Part.Sink && part.State == PartState.Stuck);
        UnwellPartJson[] unwell = [.. parts[false].Select(part => Describe(part.Heartbeat, part.State, now))];
        string[] degraded =
            [.. parts[true].Select(part => $"{part.Heartbeat.Name} is stuck"),
                .. sinks.Runners.Where(sink => sink.Status.IsFailing).Select(sink => $"sink {sink.Status.Name}: {sink.Status.Last.Error}"),
                .. inputs.Fault is { } fault ? (string[])[fault] : [], .. sensors.Complaints()];
        var isWritable = activities.IsWritable && state.IsWritable && folder.Loss is null;
        var isReady = health.ListenersBound && isWritable && unwell.Length == 0;
        return new ReadinessJson(
            isReady ? "ready" : "not ready", health.ListenersBound, isWritable, folder.Loss, unwell.Length == 0 ? null : unwell,
            degraded.Length == 0 ? null : degraded);
    }

    /// <summary>The same in a few lines, for the judge.</summary>
    public OwnReadiness Tell()
    {
        var said = Read();
        return new OwnReadiness(
            said.IsReady,
            [.. said.ListenersBound ? Array.Empty<string>() : ["the listeners are not bound"],
                .. said.StoreWritable ? Array.Empty<string>() : [said.Reason ?? "the store cannot be written"],
                .. (said.Parts ?? []).Select(part => $"{part.Name}: {part.Reason ?? part.State}"),
                .. said.Degraded ?? []]);
    }

    private UnwellPartJson Describe(Heartbeat heartbeat, PartState state, long now) => new(
        SnakeCase<Part>.Of(heartbeat.Part), heartbeat.Name, SnakeCase<PartState>.Of(state),
        state == PartState.Failing ? null : UtcMilliseconds.From(clock.UnixMilliseconds - (now - heartbeat.LastBeat)),
        heartbeat.Doing, heartbeat.Death?.GetType().Name ?? heartbeat.Fault);
}
