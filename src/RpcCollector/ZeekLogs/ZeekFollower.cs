using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Flows.Zeek;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Transport;
using RpcCollector.Vitals;

namespace RpcCollector.ZeekLogs;

/// <summary>Follows the logs of all Zeek and Suricata sensors on one thread and decodes them there.</summary>
internal sealed class ZeekFollower : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan BetweenSaves = TimeSpan.FromSeconds(1);

    // While the process ends, what has been written is still read, but a sensor that never pauses must not hold it up.
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(2);

    private static readonly string[] LogsOfZeek =
        [$"{ZeekLogKinds.Conn}.log", $"{ZeekLogKinds.ReducedConn}.log", $"{ZeekLogKinds.DceRpc}.log", $"{ZeekLogKinds.SmbFiles}.log",
            .. ZeekLogKinds.OfNames.Select(name => $"{name}.log")];

    private readonly List<FollowedLog> _logs = [];
    private readonly HashSet<FollowedLog> _failing = [];
    private readonly HashSet<FollowedLog> _unreadable = [];
    private readonly List<(string Folder, string Name, ZeekSensor Sensor)> _sources = [];
    private readonly ILogKeeper _keeper;
    private readonly ShardRouter _router;
    private readonly ArrivalClock _clock;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _stopping = new();

    /// <param name="state">Where positions are kept; asked for when it starts, and not at all when nothing is to be kept.</param>
    /// <param name="keeper">Keeps positions where others wait for what was read; null for the store alone.</param>
    /// <exception cref="StartupException">There are more sensors than there may be exporters.</exception>
    public ZeekFollower(
        CollectorOptions options,
        ExporterCatalog catalog,
        Func<StateStore> state,
        HopCounters counters,
        ShardRouter router,
        IOperationSink operations,
        NameBook names,
        ArrivalClock clock,
        ILogger logger,
        ILogKeeper? keeper = null)
    {
        (_router, _clock, _logger) = (router, clock, logger);
        Decoder = new ZeekDecoder(options.Flows, counters, router, operations, names);
        _keeper = keeper ?? new StoredPositions(options.Store.Enabled ? state : null, logger);
        foreach (var (address, folder) in options.Zeek.Sensors())
        {
            var sensor = SensorOf(catalog, address, $"{nameof(CollectorOptions.Zeek)}:{nameof(ZeekOptions.Folders)}");
            foreach (var name in LogsOfZeek) _sources.Add((Path.GetFullPath(folder), name, sensor));
            ZeekLogEvents.Following(logger, folder, address.ToString());
        }

        foreach (var (address, file) in options.Suricata.Sensors(options.Zeek.Folders.Length))
        {
            var sensor = SensorOf(catalog, address, $"{nameof(CollectorOptions.Suricata)}:{nameof(SuricataOptions.Files)}");
            var path = Path.GetFullPath(file);
            _sources.Add((Path.GetDirectoryName(path) ?? path, Path.GetFileName(path), sensor));
            ZeekLogEvents.FollowingEvents(logger, file, address.ToString());
        }

        _thread = new Thread(() => Heartbeat.Run(Run)) { Name = "zeek", IsBackground = true };
    }

    public ZeekDecoder Decoder { get; }

    /// <summary>At fault while a log is there and cannot be read.</summary>
    public Heartbeat Heartbeat { get; } = new(Part.ZeekFollower, "zeek", Heartbeat.OfThread);

    public bool IsRunning => _thread.IsAlive;

    /// <summary>Reads how far earlier processes came.</summary>
    /// <exception cref="StartupException">It cannot be read: it would soon be written over.</exception>
    public void Prepare()
    {
        var saved = _keeper.Load();
        foreach (var (folder, name, sensor) in _sources)
        {
            var log = Path.Combine(folder, name);
            var position = saved.FirstOrDefault(position => position.Path.Equals(log, StringComparison.Ordinal));
            _logs.Add(new FollowedLog(folder, name, sensor, Decoder, position));
        }
    }

    /// <summary>Follows from there.</summary>
    public void Start() => _thread.Start();

    /// <summary>Asks the thread to read what has been written and to end.</summary>
    public void Stop() => _stopping.Set();

    /// <summary>Waits for the end of the thread.</summary>
    /// <returns>False when it has not ended by then.</returns>
    public bool Join(TimeSpan? patience = null) => _thread.Join(patience ?? Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        foreach (var log in _logs) log.Dispose();
        _stopping.Dispose();
    }

    private static ZeekSensor SensorOf(ExporterCatalog catalog, HostAddress address, string setting) =>
        ZeekSensor.Of(catalog, address) ?? throw new StartupException(
            $"{CollectorOptions.RootSection}:{setting}: one sensor more than Flows:MaxExporters allows");

    private void Run()
    {
        var saved = Environment.TickCount64;
        while (!_stopping.IsSet)
        {
            var hasRead = ReadSome();
            if (Environment.TickCount64 - saved >= BetweenSaves.TotalMilliseconds)
            {
                Save();
                saved = Environment.TickCount64;
            }

            if (!hasRead) _stopping.Wait(Pause);
        }

        var end = Environment.TickCount64 + (long)LongestDrain.TotalMilliseconds;
        while (ReadSome() && Environment.TickCount64 < end)
        {
        }

        Save();
    }

    private bool ReadSome()
    {
        if (!_keeper.HasRoom)
        {
            Heartbeat.Beat();
            return false;
        }

        var (hasRead, now) = (false, _clock.Read());
        _router.ArrivalEra = now.Era;
        foreach (var log in _logs)
        {
            Heartbeat.Beat();
            hasRead |= Read(log, now.UnixMilliseconds);
        }

        _router.Flush();
        return hasRead;
    }

    private bool Read(FollowedLog log, long arrivalUnixMilliseconds)
    {
        try
        {
            var hasRead = log.Read(arrivalUnixMilliseconds);
            if (log.IsUnreadable && _unreadable.Add(log)) ZeekLogEvents.Unreadable(_logger, SensorLog.FirstLines, log.Path);
            if (!_failing.Remove(log)) return hasRead;
            ZeekLogEvents.ReadsAgain(_logger, log.Path);
            if (_failing.Count == 0) Heartbeat.Fault = null;
            return hasRead;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_failing.Add(log)) return false;
            ZeekLogEvents.ReadFailed(_logger, log.Path, e.Message);
            Heartbeat.Fault = $"{log.Path} cannot be read: {e.Message}";
            return false;
        }
    }

    private void Save() =>
        _keeper.Keep([.. _logs.Select(log => log.Position).OfType<LogPosition>()], _router.FlushAndFollow());
}
