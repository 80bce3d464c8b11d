using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store;

namespace RpcCollector.Tests.Store;

/// <summary>
/// A folder of its own for the store of one test, gone afterwards; exporter 0 is 198.51.100.1, exporter 1 is 2001:db8::1.
/// </summary>
internal sealed class TemporaryStore : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "rpc-collector-" + Guid.NewGuid().ToString("N"));

    private StoreFolder? _opened;
    private StateStore? _state;

    public TemporaryStore()
    {
        Options.Folder = _folder;
        Catalog = new ExporterCatalog(Exporters);
        Exporters.TryGetId(HostAddress.Parse("198.51.100.1"), out _);
        Exporters.TryGetId(HostAddress.Parse("2001:db8::1"), out _);
    }

    public StoreOptions Options { get; } = new();

    public ExporterDirectory Exporters { get; } = new();

    public ExporterCatalog Catalog { get; }

    public ManualTime Time { get; } = new();

    public ArrivalClock Clock => field ??= new ArrivalClock(Time);

    public LogLines Log { get; } = new();

    public string DatabasePath => Path.Combine(Options.Folder, ActivityStore.FileName);

    public string StatePath => Path.Combine(Options.Folder, StateTables.FileName);

    /// <summary>The folder, locked from the first call on.</summary>
    public StoreFolder Folder => _opened ??= StoreFolder.Open(Options);

    public ActivityStore Open() => ActivityStore.Open(Folder, Options, Catalog, Log.For<ActivityStore>(), Clock);

    public StateStore OpenState() => StateStore.Open(Folder, Log.For<StateStore>(), Clock);

    /// <summary>One state.db for all who need one and do not look at it.</summary>
    public StateStore State => _state ??= OpenState();

    /// <summary>Changes one row of state.db as a failing disk would: its checksum stays what it was.</summary>
    public void DamageRow(string table, string set, string where)
    {
        using var connection = new SqliteConnection($"Data Source={StatePath};Pooling=False");
        connection.Open();
        var checksum = Database.Ask(connection, $"SELECT checksum FROM {table} WHERE {where}");
        connection.CreateFunction("row_checksum", (object?[] _) => checksum, isDeterministic: true);
        Database.Execute(connection, $"UPDATE {table} SET {set} WHERE {where}");
    }

    /// <summary>Lets time pass while a process runs and reads the clock.</summary>
    public void Pass(TimeSpan time)
    {
        for (var rest = time; rest > TimeSpan.Zero; rest -= TimeSpan.FromHours(1))
        {
            Time.Now += rest < TimeSpan.FromHours(1) ? rest : TimeSpan.FromHours(1);
            _ = Clock.AgedUnixMilliseconds;
        }
    }

    /// <summary>Gives the folder back, as the end of the process does.</summary>
    public void Close()
    {
        _state?.Dispose();
        _opened?.Dispose();
        (_state, _opened) = (null, null);
    }

    public void Dispose()
    {
        Close();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>Collects log lines.</summary>
internal sealed class LogLines
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines) return [.. _lines];
        }
    }

    public ILogger<T> For<T>() => new Logger<T>(_lines);

    private sealed class Logger<T>(List<string> lines) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines) lines.Add($"{logLevel}: {formatter(state, exception)}");
        }
    }
}
