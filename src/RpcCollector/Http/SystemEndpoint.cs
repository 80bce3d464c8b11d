using System.Diagnostics;
using RpcCollector.Flows.Time;
using RpcCollector.Naming;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using RpcCollector.Store.Inputs;
using RpcCollector.Transport;
using RpcCollector.Vitals;

namespace RpcCollector.Http;

/// <summary>/api/v1/system: version, health of every part, what is kept and how much, what is received.</summary>
internal sealed class SystemEndpoint(
    Heartbeats heartbeats, StoreFolder folder, StoreOptions options, ActivityStore activities, StateStore state, FindingStore findings,
    IncidentStore incidents, CollectorGauges gauges, ArrivalClock clock, KeptInputs inputs)
{
    private readonly long _startedUnixMilliseconds = StartOfProcess();

    public static SystemJson Read(SystemEndpoint endpoint) => endpoint.Read();

    private SystemJson Read()
    {
        var (now, tick) = (clock.UnixMilliseconds, Environment.TickCount64);
        return new SystemJson(
            ProductVersion.Text, UtcMilliseconds.From(_startedUnixMilliseconds), UtcMilliseconds.From(now),
            [.. heartbeats.All.Select(heartbeat => PartOf(heartbeat, tick, now)).OfType<PartJson>(), .. Degraded()], Store(),
            [.. gauges.Listeners.Select(ListenerOf), .. gauges.Streams.Select(ListenerOf)], Environment.WorkingSet,
            Math.Round(Environment.CpuUsage.TotalTime.TotalSeconds, 3));
    }

    private StoreJson Store()
    {
        var span = Span();
        var damaged = StateTables.All.Sum(state.DamagedRows.Of) + activities.Skipped;
        return new StoreJson(
            options.Enabled, activities.IsWritable && state.IsWritable
                && folder.Loss is null, folder.FullName, folder.Loss, activities.Bytes,
            folder.FullName is null ? Math.Min(options.MaxBytes, ActivityStore.MaxMemoryBytes) : options.MaxBytes, state.Bytes,
            activities.Activities, span is { } known ? UtcMilliseconds.From(known.Earliest) : null,
            span is { } same ? UtcMilliseconds.From(same.Latest) : null, findings.Findings, options.MaxFindings,
            incidents.Count().Values.Sum(), damaged);
    }

    // A store that cannot be read is one of the things that this page is there to say.
    private (long Earliest, long Latest)? Span()
    {
        try
        {
            return activities.ReadSpan();
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return null;
        }
    }

    // Nothing but backtest waits for it: it is shown only while it needs somebody.
    private IEnumerable<PartJson> Degraded() => inputs.Fault is { } fault
        ? [new PartJson("kept_inputs", "kept for backtest", "degraded", Since: null, Doing: null, fault)]
        : [];

    /// <returns>Null for one that was not started, or has ended as planned.</returns>
    private static PartJson? PartOf(Heartbeat heartbeat, long tick, long now)
    {
        var state = heartbeat.At(tick);
        if (state == PartState.NotRunning) return null;
        var isBeating = state is PartState.Alive or PartState.Failing;
        return new PartJson(
            SnakeCase<Part>.Of(heartbeat.Part), heartbeat.Name, state == PartState.Alive ? "well" : SnakeCase<PartState>.Of(state),
            isBeating ? null : UtcMilliseconds.From(now - (tick - heartbeat.LastBeat)), heartbeat.Doing,
            heartbeat.Death?.GetType().Name ?? heartbeat.Fault);
    }

    private static ListenerJson ListenerOf(ListenerGauges listener) =>
        new("udp", listener.Endpoint ?? $"*:{listener.Port}", listener.Datagrams(), listener.KernelDrops());

    private static ListenerJson ListenerOf(StreamGauges listener) =>
        new(listener.Protocol, listener.Endpoint, listener.Messages(), Lost: 0);

    private static long StartOfProcess()
    {
        using var process = Process.GetCurrentProcess();
        return new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds();
    }
}
