using RpcCollector.Detection;
using RpcCollector.Options;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using RpcCollector.Store.Outbox;

namespace RpcCollector.Sinks;

/// <summary>Keeps Alertmanager told of every incident that is open: again and again while it is, and of its end.</summary>
/// <remarks>
/// Alertmanager forgets what it is not told again, and what it knew when it restarts. So this is not a feed of what happened but of how
/// things are: the journal only says when to look. Which alerts may be known there is kept in the store before they are told, so that
/// their end is told also after a crash.
/// </remarks>
internal sealed class AlertRunner(SinkOptions options, SinkStatus status, SinkReader reader, HttpPost post, SinkTools tools)
    : SinkRunner(options, status, reader, tools)
{
    public const string Path = "/api/v2/alerts";

    /// <summary>Open incidents that are told at once, the worst first; what is beyond is told when there is room.</summary>
    public const int MostAlerts = 5_000;

    private const int PerPost = 64;
    private const int PerLook = 256;

    private static readonly TimeSpan EverOpen = TimeSpan.FromDays(3_650);

    private long? _toldAll;

    public override (long Count, long? OldestUnixMilliseconds) Waiting() => Reader.Outbox.Waiting(Cursor, OutboxSubject.Incident);

    /// <summary>An alert that goes by itself after a minute, and that no route for incidents takes.</summary>
    public static Task<SinkFailure?> TestAsync(HttpPost post, SinkMessage example, SinkTools tools, CancellationToken stopping)
    {
        var now = example.AtUnixMilliseconds;
        var labels = AlertLabels.Of(example.Incident!) with { AlertName = "RpcCollectorTest", Severity = "none" };
        return post.TryAsync(Alert.Body([new Alert(labels, now, now + 60_000, example)], tools.Texts), [], stopping);
    }

    protected override async Task<SinkTurn> TurnAsync(CancellationToken stopping)
    {
        // 1. All that is open, once in a while: also what is hidden by now, which the journal does not say.
        var between = (long)(Options.AlertFor.TotalMilliseconds / 3);
        if (_toldAll is not { } told || Now - told >= between || Now < told) return await TellAllAsync(stopping);

        // 2. In between, what has changed.
        if (Reader.Outbox.Last <= Cursor) return SinkTurn.Idle;
        var entries = Reader.Outbox.Read(Cursor, PerLook, only: null);
        if (entries.Count == 0) return SinkTurn.Idle;
        var changed = entries.Where(entry => entry.Subject == OutboxSubject.Incident).Select(entry => entry.Id).Distinct().ToList();
        var failure = await TellAsync(
            changed.Select(Reader.Incidents.Kept).OfType<StoredIncident>()
                .ToDictionary(incident => incident.Id, incident => (incident, Reader.LeadOf(incident))),
            changed, stopping);
        if (failure is not null) return SinkTurn.Failed(failure);
        Acknowledge(entries[^1].Sequence);
        return SinkTurn.Done;
    }

    private async Task<SinkTurn> TellAllAsync(CancellationToken stopping)
    {
        var upTo = Reader.Outbox.Committed();
        var began = Now;
        var open = Reader.Incidents.ReadActive(EverOpen, MostAlerts).ToDictionary(active => active.Incident.Id);
        var known = Reader.Outbox.Alerts(Status.Name);
        if (await TellAsync(open, [.. open.Keys, .. known.Keys.Where(id => !open.ContainsKey(id))], stopping) is { } failure)
            return SinkTurn.Failed(failure);
        _toldAll = began;
        if (open.Count == 0 && Status.IsFailing) Status.Succeed(0, Now);
        Acknowledge(upTo);
        return SinkTurn.Done;
    }

    /// <summary>Tells of some incidents how they are: those that are open, and the end of those that were told and are not.</summary>
    /// <param name="incidents">As they are, each with its worst finding; one that is not there is not open.</param>
    private async Task<SinkFailure?> TellAsync(
        Dictionary<long, (StoredIncident Incident, StoredFinding? Lead)> incidents, IReadOnlyList<long> ids, CancellationToken stopping)
    {
        var known = Reader.Outbox.Alerts(Status.Name);
        foreach (var some in ids.Chunk(PerPost))
        {
            var alerts = new List<Alert>();
            var (begins, ends) = (new List<(long, string?)>(), new List<(long, string?)>());
            foreach (var id in some)
            {
                var (incident, lead) = incidents.GetValueOrDefault(id);
                var wanted = incident is not null && IsOpen(incident) ? AlertLabels.Of(incident) : (AlertLabels?)null;
                if (known.TryGetValue(id, out var text) && AlertLabels.TryParse(text, out var former) && former != wanted)
                {
                    alerts.Add(new Alert(
                        former, incident?.RecordedUnixMilliseconds ?? Now, Now, incident is null ? null : Message(incident, lead)));
                    if (wanted is null) ends.Add((id, null));
                }

                if (wanted is not { } labels) continue;
                alerts.Add(new Alert(
                    labels, incident!.RecordedUnixMilliseconds, Now + (long)Options.AlertFor.TotalMilliseconds,
                    Message(incident, lead)));
                if (!labels.ToString().Equals(text, StringComparison.Ordinal)) begins.Add((id, labels.ToString()));
            }

            if (alerts.Count == 0) continue;

            // Before it is told: what was told and not kept would never end.
            Reader.Outbox.KeepAlerts(Status.Name, begins);
            if (await PostAsync(alerts, stopping) is { } failure) return failure;
            Reader.Outbox.KeepAlerts(Status.Name, ends);
            Status.Succeed(alerts.Count, Now);
        }

        return null;
    }

    private async Task<SinkFailure?> PostAsync(List<Alert> alerts, CancellationToken stopping)
    {
        var failure = await post.TryAsync(Alert.Body(alerts, Tools.Texts), [], stopping);
        if (failure is not { IsHopeless: true }) return failure;

        // One of them is refused: the others are not to suffer for it.
        foreach (var alert in alerts)
        {
            if (await post.TryAsync(Alert.Body([alert], Tools.Texts), [], stopping) is not { } refusal) continue;
            if (!refusal.IsHopeless) return refusal;
            Status.Drop(alert.Labels.ToString(), refusal.Reason);
        }

        return null;
    }

    private static SinkMessage Message(StoredIncident incident, StoredFinding? lead) =>
        new("", 0, incident.UpdatedUnixMilliseconds, OutboxEvent.Revised, incident, lead is null ? [] : [lead]);

    private bool IsOpen(StoredIncident incident) =>
        incident is { IsStanding: true, IsHidden: false, State: not IncidentState.Closed }
        && incident.Severity.IsAtLeast(Options.MinSeverity);

    private void Acknowledge(long upTo)
    {
        if (upTo <= Cursor) return;
        Cursor = upTo;
        Reader.Outbox.Advance(Status.Name, Cursor);
    }
}
