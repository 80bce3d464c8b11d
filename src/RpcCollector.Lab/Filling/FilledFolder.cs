using Microsoft.Extensions.Logging.Abstractions;
using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Lab.Evaluation;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Lab.Filling;

/// <summary>A data folder that is filled by what writes it in the product.</summary>
internal sealed class FilledFolder : IDisposable
{
    private const int InTransaction = 1_000;
    private const int NumSuppressions = 10;

    // Of each hundred stories people have closed so many as benign, and as malicious, and taken so many upon them.
    private const double Benign = 0.04;
    private const double Malicious = 0.01;
    private const double Taken = 0.05;

    private static readonly string[] People = ["ada", "bo", "cleo"];

    private readonly StoreFolder _folder;
    private readonly StateStore _state;
    private readonly ActivityStore _activities;
    private readonly FindingStore _findings;
    private readonly IncidentStore _incidents;
    private readonly IncidentDeeds _deeds;
    private readonly SuppressionStore _suppressions;
    private readonly ArrivalClock _clock = new(TimeProvider.System);

    /// <exception cref="StartupException">The folder cannot be opened, or another process has it.</exception>
    public FilledFolder(StoreOptions options)
    {
        var catalog = new ExporterCatalog(new ExporterDirectory());
        for (var i = 0; i < MadeUpHosts.NumExporters; i++) catalog.Directory.TryGetId(MadeUpHosts.Exporter(i), out _);
        options.Enabled = true;
        _folder = StoreFolder.Open(options);
        _state = StateStore.Open(_folder, NullLogger<StateStore>.Instance, _clock);
        _activities = ActivityStore.Open(_folder, options, catalog, NullLogger<ActivityStore>.Instance, _clock);
        _findings = new FindingStore(_state, catalog, options, _clock);
        var keeper = new IncidentKeeper(_state, new IncidentOptions(), _clock, NullLogger<IncidentKeeper>.Instance);
        _incidents = new IncidentStore(_state, keeper, _findings, options, _clock);
        _deeds = new IncidentDeeds(keeper, new VerdictStore(_state, _clock));
        _suppressions = new SuppressionStore(_state, _clock);
    }

    public FillResult Fill(FillPlan plan)
    {
        var now = _clock.UnixMilliseconds;
        foreach (var some in new MadeUpFindings(plan, now).Make().Chunk(InTransaction))
            _incidents.Write([.. some.Select(finding => new FindingChange(ActivityChangeKind.Added, finding))]);
        Judge(plan);
        foreach (var some in new MadeUpActivities(plan, now).Make().Chunk(InTransaction)) _activities.Write(some);
        File.WriteAllText(_folder.PathOf("names.csv"), MadeUpHosts.Names(plan.Incidents));
        return new FillResult(
            _findings.Findings, _incidents.Count().Values.Sum(), _suppressions.Read().Count, _activities.Activities);
    }

    public void Dispose()
    {
        _activities.Dispose();
        _state.Dispose();
        _folder.Dispose();
    }

    private void Judge(FillPlan plan)
    {
        var random = SeededRandom.Of(plan.Seed, "people");
        var page = _incidents.Read(new IncidentQuery { Limit = plan.Incidents, Order = IncidentOrder.LastSeen }, (_, _) => null);
        foreach (var incident in page.Items)
        {
            var said = new Said(random.Pick(People), null);
            switch (random.Uniform())
            {
                case < Benign:
                    _deeds.Give(incident.Id, Verdict(VerdictMeaning.Benign, said));
                    break;
                case < Benign + Malicious:
                    _deeds.Give(incident.Id, Verdict(VerdictMeaning.Malicious, said));
                    break;
                case < Benign + Malicious + Taken:
                    _deeds.Assign(incident.Id, said.Who, said);
                    _deeds.SetState(incident.Id, IncidentState.Acknowledged, "looked at; made up", said);
                    break;
            }
        }

        for (var i = 0; i < Math.Min(NumSuppressions, plan.Incidents); i++)
            _suppressions.Add(new Suppression(
                0, null, MadeUpHosts.Client(random.Below(plan.Incidents))
                    .ToString(), null, People[0], "made up", _clock.UnixMilliseconds, null));
    }

    private IncidentVerdict Verdict(VerdictMeaning meaning, Said said) => new(
        new GivenVerdict(meaning, said.Who ?? "", "made up", _clock.UnixMilliseconds, ExpiresUnixMilliseconds: null),
        VerdictReach.Incident);
}
