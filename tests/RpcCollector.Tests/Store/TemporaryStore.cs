using Microsoft.Extensions.Logging;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Options;
using RpcCollector.Store;

namespace RpcCollector.Tests.Store;

/// <summary>A folder of its own for the store of one test, gone afterwards; exporter 0 is 198.51.100.1, exporter 1 is 2001:db8::1.</summary>
internal sealed class TemporaryStore : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "rpc-collector-" + Guid.NewGuid().ToString("N"));

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

    public LogLines Log { get; } = new();

    public string DatabasePath => Path.Combine(Options.Folder, ActivityDatabase.FileName);

    public ActivityStore Open() => ActivityStore.Open(Options, Catalog, Log.For<ActivityStore>(), Time);

    public void Dispose()
    {
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

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines) lines.Add($"{logLevel}: {formatter(state, exception)}");
        }
    }
}
