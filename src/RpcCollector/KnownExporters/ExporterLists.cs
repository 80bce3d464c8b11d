using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Options;
using RpcCollector.Vitals;

namespace RpcCollector.KnownExporters;

/// <summary>
/// Who may export and who may speak for others: applied before the first datagram is read, and again whenever the configuration's files
/// change.
/// </summary>
/// <remarks>
/// The files are read again every other second, not watched: this also notices changes by a new link or a mount, as in containers. Wrong
/// new values are refused as a whole, so that a typing mistake neither lets everybody in nor shuts everybody out.
/// </remarks>
internal sealed class ExporterLists(
    EffectiveSettings settings, ExporterCatalog catalog, TimeProvider time, Heartbeats heartbeats, ILogger<ExporterLists> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Heartbeat _heartbeat = heartbeats.Add(new Heartbeat(Part.SettingsWatch, "settings watch", Heartbeat.OfWriter));
    private string[] _allowed = [];
    private string[] _forwarders = [];
    private string[] _sampling = [];
    private string _seen = "";
    private string _candidate = "";
    private string _refused = "";

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _candidate = _seen = ConfigurationSources.ReadFiles();
        Apply(settings.Options.Flows);
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Looks at the files once; for the service itself, and for tests.</summary>
    public void Reload()
    {
        var files = ConfigurationSources.ReadFiles();
        if (string.Equals(files, _seen, StringComparison.Ordinal)) return;

        // A change counts once it has been seen twice: a file that is being written may be empty or gone for a moment.
        if (!string.Equals(files, _candidate, StringComparison.Ordinal))
        {
            _candidate = files;
            return;
        }

        _seen = files;
        try
        {
            var flows = EffectiveSettings.Read(settings.Arguments).Options.Flows;
            _refused = "";
            if (flows.AllowedExporters.SequenceEqual(_allowed) && flows.TrustedForwarders.SequenceEqual(_forwarders)
                && flows.SamplingIntervals.SequenceEqual(_sampling)) return;
            Apply(flows);
            ExporterLog.ListsReloaded(
                logger, _allowed.Length == 0 ? "everybody" : string.Join(", ", _allowed),
                _forwarders.Length == 0 ? "nobody" : string.Join(", ", _forwarders));
        }
        catch (StartupException wrong)
        {
            // An editor may save in steps: the same mistake is reported once.
            if (!string.Equals(wrong.Message, _refused, StringComparison.Ordinal))
                ExporterLog.ListsRefused(logger, wrong.Message.ReplaceLineEndings("; "));
            _refused = wrong.Message;
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _heartbeat.RunAsync(async () =>
    {
        while (await _heartbeat.DelayAsync(Interval, time, stoppingToken)) Reload();
    }, stoppingToken);

    private void Apply(FlowOptions flows)
    {
        (_allowed, _forwarders, _sampling) = (flows.AllowedExporters, flows.TrustedForwarders, flows.SamplingIntervals);
        catalog.Admit(flows);
    }
}
