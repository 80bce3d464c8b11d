using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Naming;
using RpcCollector.Options;
using RpcCollector.Transport;
using RpcCollector.Vitals;

namespace RpcCollector.KnownExporters;

/// <summary>
/// Looks at all exporters every few seconds and says who fell silent, came back, restarted, changed its clock, or is several.
/// </summary>
/// <remarks>Every event is counted; lines in the log are bounded for each exporter and in all, because sources can be forged.</remarks>
internal sealed class ExporterWatch(
    CollectorOptions options, ExporterCatalog catalog, ExporterGauges gauges, CollectorGauges collector, ArrivalClock clock,
    TimeProvider time, Heartbeats heartbeats, ILogger<ExporterWatch> logger)
    : BackgroundService
{
    private const int MaxLinesPerLook = 20;
    private const long ClockLinePause = 60_000;

    // Who forges can do so all the time.
    private const long ContestLinePause = 3_600_000;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Heartbeat _heartbeat = heartbeats.Add(new Heartbeat(Part.ExporterWatch, "exporter watch", Heartbeat.OfThread));
    private readonly CrowdWatch _crowds = new(catalog, collector, logger);
    private Dictionary<HostAddress, Watched> _watched = [];
    private readonly Dictionary<ListenerGauges, (long Datagrams, long Drops)> _listeners = [];
    private readonly HashSet<(HostAddress Address, Rejection Format)> _others = [];
    private readonly long _started = time.GetTimestamp();
    private int _lines;

    /// <summary>Looks once; for the service itself, and for tests.</summary>
    public void Look()
    {
        // What is kept of arrivals is moved first when the clock was set.
        var now = clock.UnixMilliseconds;
        if (clock.HasUntoldStep) return;
        var (silent, translated, sampled, contested, wrong) = (0, 0, 0, 0, 0);
        (long Least, long Most)? offsets = null;
        _lines = 0;

        // Those that made room for others are watched no more.
        var all = new Dictionary<HostAddress, Watched>(_watched.Count);
        foreach (var exporter in catalog.Health())
        {
            var watched = all[exporter.Address] = _watched.GetValueOrDefault(exporter.Address) ?? new Watched();
            NoteSilence(exporter, watched, now);
            NoteClock(exporter, watched, now);
            NoteWrongClock(exporter, watched, now);
            NoteTranslation(exporter, watched);
            NoteContests(exporter, watched, now);
            if (watched.IsTranslated) translated++;
            if (exporter.SamplingInterval > 1) sampled++;
            if (exporter.Contested.IsNow) contested++;

            // An exporter that has been silent for very long is gone, which is no longer a fault.
            if (watched.IsSilent && now - exporter.LastSeenUnixMilliseconds <= options.Flows.TemplateLifetime.TotalMilliseconds) silent++;
            if (watched.IsSilent) continue;
            if (watched.IsClockWrong) wrong++;
            var offset = exporter.ArrivalOffsetMilliseconds;
            offsets = offsets is { } known ? (Math.Min(known.Least, offset), Math.Max(known.Most, offset)) : (offset, offset);
        }

        _watched = all;
        _crowds.Look(now);
        NoteOthers();
        if (_lines > MaxLinesPerLook) ExporterLog.MoreEvents(logger, _lines - MaxLinesPerLook);
        (gauges.Silent, gauges.Translated, gauges.Sampled, gauges.ArrivalOffsets) = (silent, translated, sampled, offsets);
        (gauges.Contested, gauges.ClockWrong) = (contested, wrong);
        CountKernelDrops(now);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _heartbeat.RunAsync(async () =>
    {
        do Look();
        while (await _heartbeat.DelayAsync(Interval, time, stoppingToken));
    }, stoppingToken);

    private void NoteSilence(in ExporterHealth exporter, Watched watched, long now)
    {
        // After a start the exporters first get time to send something.
        var quiet = Math.Min(now - exporter.LastSeenUnixMilliseconds, (long)time.GetElapsedTime(_started).TotalMilliseconds);
        var isSilent = quiet > options.Flows.SilentAfter.TotalMilliseconds;
        if (isSilent == watched.IsSilent) return;
        watched.IsSilent = isSilent;
        gauges.Count(isSilent ? ExporterEvent.Silent : ExporterEvent.Resumed);
        if (++_lines > MaxLinesPerLook) return;
        if (isSilent)
            ExporterLog.Silent(logger, exporter.Address, DateTimeOffset.FromUnixTimeMilliseconds(exporter.LastSeenUnixMilliseconds));
        else ExporterLog.Resumed(logger, exporter.Address);
    }

    private void NoteClock(in ExporterHealth exporter, Watched watched, long now)
    {
        // Who made room, and came back, counts anew.
        gauges.Count(ExporterEvent.Restarted, Math.Max(0, exporter.Restarts - watched.Restarts));
        gauges.Count(ExporterEvent.ClockStepped, Math.Max(0, exporter.ClockSteps - watched.ClockSteps));
        (watched.Restarts, watched.ClockSteps) = (exporter.Restarts, exporter.ClockSteps);
        var (restarts, steps) = (exporter.Restarts - watched.SaidRestarts, exporter.ClockSteps - watched.SaidClockSteps);
        if ((restarts == 0 && steps == 0) || now - watched.SaidUnixMilliseconds < ClockLinePause) return;
        (watched.SaidRestarts, watched.SaidClockSteps, watched.SaidUnixMilliseconds) = (exporter.Restarts, exporter.ClockSteps, now);
        if (restarts > 0 && ++_lines <= MaxLinesPerLook) ExporterLog.Restarted(logger, exporter.Address, restarts);
        if (steps > 0 && ++_lines <= MaxLinesPerLook) ExporterLog.ClockStepped(logger, exporter.Address, steps);
    }

    private void NoteWrongClock(in ExporterHealth exporter, Watched watched, long now)
    {
        var isWrong = exporter.ClockCorrectionMilliseconds != 0;
        if (isWrong == watched.IsClockWrong) return;
        watched.IsClockWrong = isWrong;
        if (isWrong) gauges.Count(ExporterEvent.ClockWrong);

        // Who forges a header now and then would fill the log; that it is right again is said only of what was said to be wrong.
        var isPause = watched.SaidClockUnixMilliseconds != 0 && now - watched.SaidClockUnixMilliseconds is >= 0 and < ContestLinePause;
        if (isWrong ? isPause : !watched.IsClockSaidWrong) return;
        watched.IsClockSaidWrong = isWrong;
        if (isWrong) watched.SaidClockUnixMilliseconds = now;
        if (++_lines > MaxLinesPerLook) return;
        if (!isWrong) ExporterLog.ClockRightAgain(logger, exporter.Address);
        else ExporterLog.ClockWrong(
            logger, exporter.Address, TimeSpan.FromSeconds(exporter.ClockCorrectionMilliseconds / 1000),
            TimeSpan.FromSeconds((999 + exporter.ClockUncertaintyMilliseconds) / 1000));
    }

    private void NoteTranslation(in ExporterHealth exporter, Watched watched)
    {
        if (exporter.LooksLikeManyExporters && !watched.WasTranslated && ++_lines <= MaxLinesPerLook)
            ExporterLog.LooksLikeMany(logger, exporter.Address);
        watched.WasTranslated |= exporter.LooksLikeManyExporters;
        watched.IsTranslated = exporter.LooksLikeManyExporters;
    }

    private void NoteContests(in ExporterHealth exporter, Watched watched, long now)
    {
        var (contested, address) = (exporter.Contested, exporter.Address);
        NoteContest(ExporterEvent.TemplateContested, contested.TemplateTimes, watched.Templates, ExporterLog.TemplateContested);
        NoteContest(ExporterEvent.OptionsContested, contested.OptionsTimes, watched.Options, ExporterLog.OptionsContested);
        NoteContest(ExporterEvent.ClockContested, contested.ClockTimes, watched.Clock, ExporterLog.ClockContested);

        void NoteContest(ExporterEvent kind, long times, Said said, Action<ILogger, HostAddress, long> say)
        {
            // Who made room, and came back, counts anew.
            if (times < said.Counted) (said.Counted, said.Times) = (0, 0);
            gauges.Count(kind, times - said.Counted);
            said.Counted = times;
            if (times == said.Times || (said.UnixMilliseconds != 0 && now - said.UnixMilliseconds is >= 0 and < ContestLinePause)) return;
            if (++_lines <= MaxLinesPerLook) say(logger, address, times - said.Times);
            (said.Times, said.UnixMilliseconds) = (times, now);
        }
    }

    /// <summary>Who sends what is not read is named once; that there are more than can be named shows in the counters alone.</summary>
    private void NoteOthers()
    {
        var senders = catalog.OtherSenders();
        foreach (var sender in senders)
        {
            if (_others.Contains((sender.Address, sender.Format)) || ++_lines > MaxLinesPerLook) continue;
            _others.Add((sender.Address, sender.Format));
            ExporterLog.NotRead(logger, sender.Address, FormatAdvice.NameOf(sender.Format), FormatAdvice.For(sender.Format));
        }

        _others.IntersectWith(senders.Select(sender => (sender.Address, sender.Format)));
    }

    private void CountKernelDrops(long now)
    {
        foreach (var listener in collector.Listeners)
        {
            var (datagrams, drops) = (listener.Datagrams(), listener.KernelDrops());
            var last = _listeners.GetValueOrDefault(listener);
            catalog.CountKernelDrops(
                (ushort)listener.Port, (int)Math.Clamp(datagrams - last.Datagrams, 0, int.MaxValue), Math.Max(drops - last.Drops, 0), now);
            _listeners[listener] = (datagrams, drops);
        }
    }

    /// <summary>What was known of an exporter at the last look.</summary>
    private sealed class Watched
    {
        public bool IsSilent { get; set; }

        public bool IsTranslated { get; set; }

        public bool WasTranslated { get; set; }

        public long Restarts { get; set; }

        public long ClockSteps { get; set; }

        public long SaidRestarts { get; set; }

        public long SaidClockSteps { get; set; }

        public long SaidUnixMilliseconds { get; set; }

        public bool IsClockWrong { get; set; }

        public bool IsClockSaidWrong { get; set; }

        public long SaidClockUnixMilliseconds { get; set; }

        public Said Templates { get; } = new();

        public Said Options { get; } = new();

        public Said Clock { get; } = new();
    }

    /// <summary>What was counted and said of one kind of event.</summary>
    private sealed class Said
    {
        public long Counted { get; set; }

        public long Times { get; set; }

        public long UnixMilliseconds { get; set; }
    }
}
