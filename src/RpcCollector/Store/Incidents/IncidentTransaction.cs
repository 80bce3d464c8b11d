using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Outbox;

namespace RpcCollector.Store.Incidents;

/// <summary>One transaction that changes findings and, by them or by what people do, incidents.</summary>
internal sealed class IncidentTransaction(IncidentKeeper keeper, KeptStatements statements, DamagedRows damaged, long now)
{
    private readonly List<IncidentEvent> _events = [];
    private readonly List<OutboxNews> _findings = [];

    public SqliteConnection Connection => statements.Connection;

    public long Now => now;

    /// <summary>What happened to incidents so far.</summary>
    public IReadOnlyList<IncidentEvent> Events => _events;

    /// <summary>What others are to be told: of findings, then of the incidents that they made.</summary>
    public IEnumerable<OutboxNews> News => _findings.Concat(_events.Select(told => new OutboxNews(
        OutboxSubject.Incident, told.Incident.Id, told.Kind switch
        {
            IncidentEventKind.Added => OutboxEvent.Added,
            IncidentEventKind.Revised => told.Before < told.Incident.Severity ? OutboxEvent.Worsened : OutboxEvent.Revised,
            IncidentEventKind.State => OutboxEvent.State,
            IncidentEventKind.Merged => OutboxEvent.Merged,
            _ => OutboxEvent.Withdrawn,
        })));

    /// <summary>How many opened by themselves.</summary>
    public int Reopened { get; private set; }

    /// <summary>Brings the book up to date with the store, where it is not.</summary>
    public void Open() => keeper.With(statements, _events, (_, _) => { });

    /// <summary>Findings have changed, and others are to be told.</summary>
    public void Tell(IReadOnlyList<FindingStep> steps) => _findings.AddRange(steps.Select(step => new OutboxNews(
        OutboxSubject.Finding, step.Finding.Id, step.Kind switch
        {
            ActivityChangeKind.Added => OutboxEvent.Added,
            ActivityChangeKind.Revised => step.Before < step.Finding.Severity ? OutboxEvent.Worsened : OutboxEvent.Revised,
            _ => OutboxEvent.Withdrawn,
        })));

    /// <summary>A person said something of a finding, or took it back, and others are to be told.</summary>
    public void TellVerdict(long finding) => _findings.Add(new OutboxNews(OutboxSubject.Finding, finding, OutboxEvent.State));

    /// <summary>Takes what changed of findings.</summary>
    public void Take(IReadOnlyList<FindingStep> steps)
    {
        if (steps.Count == 0) return;
        keeper.With(
            statements, _events,
            (book, writing) =>
            {
                var changes = book.Take(steps.Select(step => (step.Kind, FindingOutlines.Of(step.Finding))));
                foreach (var step in steps)
                {
                    if (step.Kind == ActivityChangeKind.Withdrawn) IncidentWriting.Leave(statements, step.Finding.Id);
                }

                writing.Apply(changes);
                Reopened += writing.NumReopened;
            },
            book => GoingOn(book, steps));
    }

    /// <summary>Findings are no longer in the store.</summary>
    public void Leave(IReadOnlyList<long> findings)
    {
        if (findings.Count == 0) return;
        keeper.With(statements, _events, (book, writing) =>
        {
            foreach (var finding in findings) IncidentWriting.Leave(statements, finding);
            writing.Apply(book.Take(findings.Select(id => (ActivityChangeKind.Withdrawn, Gone(id)))));
        });
    }

    /// <summary>A person has closed it.</summary>
    public void Close(long incident) => Say(incident, book => book.Close(incident));

    /// <summary>A person has opened it again.</summary>
    public void Reopen(long incident) => Say(incident, book => book.Reopen(incident));

    /// <summary>A person did something with it that concerns no other.</summary>
    public void Say(long incident) => Say(incident, _ => []);

    /// <summary>The incident that a finding belongs to.</summary>
    public long? IncidentOf(long finding) =>
        statements.Ask("SELECT incident FROM incident_findings WHERE finding = $finding", ("$finding", finding));

    /// <summary>The incident that an id leads to.</summary>
    public FoundIncident? Find(long id) => IncidentRows.Follow(statements.Connection, id, now, damaged);

    private void Say(long incident, Func<IncidentBook, IReadOnlyList<IncidentChange>> say) =>
        keeper.With(statements, _events, (book, writing) =>
        {
            writing.Apply(say(book));
            writing.TellState(incident);
        });

    private static HashSet<long> GoingOn(IncidentBook book, IReadOnlyList<FindingStep> steps) =>
    [
        .. steps.Where(step => step is { Kind: not ActivityChangeKind.Withdrawn, Finding.Verdict: not { Meaning: VerdictMeaning.Benign } })
            .Select(step => book.IncidentOf(step.Finding.Id)).OfType<long>(),
    ];

    // All that the book needs of what is gone is its id.
    private static FindingOutline Gone(long id) => new(
        id, default, default, default, default, Server: null, NumServers: 0, Count: 0, FirstSeenUnixMilliseconds: 0,
        LastSeenUnixMilliseconds: 0, []);
}
