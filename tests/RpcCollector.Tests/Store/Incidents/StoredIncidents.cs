using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Flows.Time;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Tests.Store.Incidents;

/// <summary>A store with incidents, closed and opened again as a process does.</summary>
internal sealed class StoredIncidents : IDisposable
{
    public const long Hour = 3_600_000;

    /// <param name="folder">Where another process left it; null for a new one.</param>
    public StoredIncidents(string? folder = null)
    {
        if (folder is not null) Temporary.Options.Folder = folder;
        Open();
    }

    public TemporaryStore Temporary { get; } = new();

    public StateStore State { get; private set; } = null!;

    public FindingStore Findings { get; private set; } = null!;

    public IncidentKeeper Keeper { get; private set; } = null!;

    public IncidentStore Incidents { get; private set; } = null!;

    public IncidentDeeds Deeds { get; private set; } = null!;

    public VerdictStore Verdicts { get; private set; } = null!;

    public ArrivalClock Clock => Temporary.Clock;

    public long Now => Temporary.Time.Now.ToUnixTimeMilliseconds();

    public void Open()
    {
        State = Temporary.OpenState();
        Findings = new FindingStore(State, Temporary.Catalog, Temporary.Options, Clock);
        Keeper = new IncidentKeeper(State, new IncidentOptions(), Clock, Temporary.Log.For<IncidentKeeper>());
        Incidents = new IncidentStore(State, Keeper, Findings, Temporary.Options, Clock);
        Verdicts = new VerdictStore(State, Clock);
        Deeds = new IncidentDeeds(Keeper, Verdicts);
    }

    public void Reopen()
    {
        State.Dispose();
        Open();
    }

    public IReadOnlyList<IncidentEvent> Write(params IReadOnlyCollection<FindingChange> changes) => Incidents.Write(changes).Incidents;

    /// <summary>All that stand and are not hidden, the worst first.</summary>
    public IReadOnlyList<StoredIncident> Standing(bool withHidden = true) => Incidents.Read(
        new IncidentQuery
        {
            States = [IncidentChoice.Open, IncidentChoice.Acknowledged, IncidentChoice.Closed],
            WithHidden = withHidden,
            Limit = 500,
        },
        (_, _) => null).Items;

    public StoredIncident Find(long id) => Incidents.Find(id)!.Incident;

    public void Dispose()
    {
        State.Dispose();
        Temporary.Dispose();
    }
}
