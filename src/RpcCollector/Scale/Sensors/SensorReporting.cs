using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Naming;
using RpcCollector.Options;
using RpcCollector.Vitals;

namespace RpcCollector.Scale.Sensors;

/// <summary>Whether a process is ready, and why not.</summary>
internal readonly record struct OwnReadiness(bool IsReady, IReadOnlyList<string> Reasons);

/// <summary>Tells the judge every ten seconds how this sensor is and what it hears; sooner when it hears others than before.</summary>
/// <remarks>
/// Nothing waits for it, and nothing fails with it: while the broker is away there is no report, and a later one says all that an earlier
/// one would have. One is on its way at a time.
/// </remarks>
internal sealed class SensorReporting(
    ScaleOptions options, IFlowLog log, FlowLogWriting writing, LogGauges gauges, ExporterCatalog catalog, Func<OwnReadiness> readiness,
    ArrivalClock clock, Heartbeats heartbeats, TimeProvider time) : IHostedService, IDisposable
{
    /// <summary>Between two reports.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    // However many exporters come and go.
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly SensorReportWriter _writer = new(options.KnownAs, writing.Epoch, catalog, options.FindSite());
    private readonly Heartbeat _heartbeat = heartbeats.Add(new Heartbeat(Part.FlowLog, "sensor reports", Heartbeat.OfWriter));
    private readonly CancellationTokenSource _ending = new();
    private readonly long _startedUnixMilliseconds = clock.UnixMilliseconds;
    private Task _running = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.Run(() => _heartbeat.RunAsync(RunAsync, _ending.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_ending.IsCancellationRequested) return;
        await _ending.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _ending.Dispose();

    private async Task RunAsync()
    {
        var (reported, numExporters) = (long.MinValue / 2, 0);
        while (await _heartbeat.DelayAsync(BetweenLooks, time, _ending.Token))
        {
            var (since, heard) = (Environment.TickCount64 - reported, catalog.NumExporters);
            var isDue = since >= Interval.TotalMilliseconds || (heard != numExporters && since >= LeastInterval.TotalMilliseconds);
            if (!isDue || !writing.IsOpen || log.Absence is not null || !await TryReportAsync()) continue;
            (reported, numExporters) = (Environment.TickCount64, heard);
        }
    }

    private async Task<bool> TryReportAsync()
    {
        try
        {
            foreach (var message in _writer.Write(Look()))
            {
                _heartbeat.Beat();
                await log.AppendAsync(LogSubject.Told(options.KnownAs), message, _ending.Token);
            }

            _writer.Confirm();
            return true;
        }
        catch (FlowLogException)
        {
            // Who writes flow starts says so.
            return false;
        }
    }

    private ReportedSensor Look()
    {
        var (isReady, reasons) = readiness();
        var (sent, dropped) = (writing.NumSent, gauges.Dropped());
        return new ReportedSensor(
            ProductVersion.Text, _startedUnixMilliseconds, clock.UnixMilliseconds, isReady,
            [.. reasons.Take(ReportedSensor.MostReasons).Select(Cut)], sent.Batches, sent.FlowStarts, gauges.BufferBytes(),
            options.BufferBytes, dropped.Batches, dropped.FlowStarts, Exporters: 0)
        {
            Leaf = gauges.OwnLeaf is { } held ? ReportedLeaf.Of(options.Nats.LeafDomain, held) : null,
            NotRead = [.. catalog.OtherSenders().Take(ReportedSensor.MostNotRead).Select(ReportedSender.Of)],
        };
    }

    private static string Cut(string reason) =>
        reason.Length <= ReportedSensor.MostSigns ? reason : reason[..ReportedSensor.MostSigns];
}
