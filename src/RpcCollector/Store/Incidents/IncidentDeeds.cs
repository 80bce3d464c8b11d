using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Naming;
using RpcCollector.Store.Findings;

namespace RpcCollector.Store.Incidents;

/// <summary>What people do with incidents: each in one transaction, with its line of history.</summary>
internal sealed class IncidentDeeds(IncidentKeeper keeper, VerdictStore verdicts)
{
    /// <summary>A verdict that would make more suppressions is refused: they would be a list nobody keeps in order.</summary>
    public const int MaxSuppressions = 100;

    /// <param name="what">Open or acknowledged: a verdict closes.</param>
    public SaidOutcome SetState(long id, IncidentState what, string? why, Said said) => Do(id, (transaction, incident) =>
    {
        if (incident.State == IncidentState.Closed) return SaidOutcome.Refused(IncidentRefusal.IsClosed, new FoundIncident(incident, null));
        Update(
            transaction, incident.Id, "state = $state, seen_severity = CASE WHEN $state = 2 THEN severity END",
            ("$state", (int)what));
        Add(transaction, incident.Id, HistoryWhat.StateSet, said, KebabCase<IncidentState>.Of(what), why);
        transaction.Say(incident.Id);
        return null;
    });

    /// <param name="assignee">Null for nobody.</param>
    public SaidOutcome Assign(long id, string? assignee, Said said) => Do(id, (transaction, incident) =>
    {
        Update(transaction, incident.Id, "assignee = $assignee", ("$assignee", assignee));
        Add(transaction, incident.Id, HistoryWhat.Assigned, said, assignee, why: null);
        transaction.Say(incident.Id);
        return null;
    });

    public SaidOutcome Note(long id, string text, Said said) => Do(id, (transaction, incident) =>
    {
        if (IncidentHistory.CountNotes(transaction.Connection, incident.Id) >= IncidentHistory.MaxNotes)
            return SaidOutcome.Refused(IncidentRefusal.TooManyNotes);
        Update(transaction, incident.Id, "state = state");
        Add(transaction, incident.Id, HistoryWhat.Noted, said, value: null, text);
        transaction.Say(incident.Id);
        return null;
    });

    /// <summary>
    /// Gives a verdict on one finding. One that was withdrawn stands again by that, and belongs to an incident again.
    /// </summary>
    /// <returns>The finding with its new verdict, null when there is no such finding; and what happened to incidents.</returns>
    public (StoredFinding? Finding, IReadOnlyList<IncidentEvent> Incidents) GiveOnFinding(long id, GivenVerdict verdict) => keeper.Commit(
        transaction =>
        {
            var finding = verdicts.Give(transaction.Connection, id, verdict);
            if (finding is not null) transaction.TellVerdict(id);
            if (finding is { WithdrawnUnixMilliseconds: not null }) transaction.Take([new FindingStep(ActivityChangeKind.Added, finding)]);
            if (verdict.Meaning != VerdictMeaning.Benign) OpenAgain(transaction, id);
            return (finding, transaction.Events);
        },
        isSaid: true);

    /// <summary>
    /// Gives a verdict on many findings. One that has this very verdict already keeps it: what is said twice is said once.
    /// </summary>
    public ManyVerdicts GiveOnFindings(IReadOnlyList<long> ids, GivenVerdict verdict) => keeper.Commit(
        transaction =>
        {
            var (given, missing) = (new List<StoredFinding>(), new List<long>());
            foreach (var id in ids)
            {
                var known = verdicts.Find(transaction.Connection, id);
                if (known is null) missing.Add(id);
                else if (known.Verdict?.SaysTheSame(verdict) != true && verdicts.Give(transaction.Connection, id, verdict) is { } finding)
                {
                    given.Add(finding);
                    transaction.TellVerdict(id);
                }
            }

            transaction.Take(
                [.. given.Where(finding => finding.WithdrawnUnixMilliseconds is not null)
                    .Select(finding => new FindingStep(ActivityChangeKind.Added, finding))]);
            if (verdict.Meaning != VerdictMeaning.Benign)
            {
                foreach (var finding in given) OpenAgain(transaction, finding.Id);
            }

            return new ManyVerdicts(given, missing, transaction.Events);
        },
        isSaid: true);

    /// <summary>Takes back the verdict on one finding.</summary>
    /// <returns>The finding as it was, null when it has no verdict that holds; and what happened to incidents.</returns>
    public (StoredFinding? Former, IReadOnlyList<IncidentEvent> Incidents) WithdrawOnFinding(long id, string? from) => keeper.Commit(
        transaction =>
        {
            var former = verdicts.Withdraw(transaction.Connection, id, from);
            if (former is not null) transaction.TellVerdict(id);
            if (former is not null) OpenAgain(transaction, id);
            return (former, transaction.Events);
        },
        isSaid: true);

    /// <summary>Gives the verdict on each of its findings, and closes it; a former verdict on it no longer suppresses anything.</summary>
    public SaidOutcome Give(long id, IncidentVerdict verdict) => Do(id, (transaction, incident) =>
    {
        var connection = transaction.Connection;
        var members = Members(connection, incident.Id);
        var wanted = Suppressions(members, verdict);
        var former = incident.Verdict is { } given ? IncidentHistory.Made(connection, given)?.Suppressions.Count ?? 0 : 0;
        if (wanted.Count > MaxSuppressions || wanted.Count - former
            + Database.Ask(connection, "SELECT COUNT(*) FROM suppressions") > SuppressionStore.MaxSuppressions)
            return SaidOutcome.Refused(IncidentRefusal.TooManySuppressions);
        TakeBackSuppressions(connection, incident.Verdict);
        var judged = new List<StoredFinding>();
        var numbers = new List<long>();
        foreach (var member in members)
        {
            if (verdicts.Give(connection, member.Finding, verdict.Given) is not { } finding) continue;
            judged.Add(finding);
            transaction.TellVerdict(finding.Id);
            if (VerdictStore.NumberOf(connection, member.Finding) is { } number) numbers.Add(number);
        }

        var made = wanted.ConvertAll(suppression => SuppressionStore.Add(connection, suppression)!);
        var line = IncidentHistory.Add(
            connection, incident.Id,
            new HistoryLine(
                transaction.Now, HistoryWhat.VerdictGiven, verdict.Given.Who, verdict.Given.From,
                KebabCase<VerdictMeaning>.Of(verdict.Given.Meaning), verdict.Given.Why),
            new MadeByVerdict(numbers, [.. made.Select(suppression => suppression.Id)]));
        Update(
            transaction, incident.Id, "state = $state, closed_as = $as, closed_ms = $now, seen_severity = severity, verdict = $line",
            ("$state", (int)IncidentState.Closed), ("$as", (int)verdict.Given.Meaning), ("$line", line));
        transaction.Close(incident.Id);
        return new SaidOutcome(null, null, [], judged, made);
    });

    /// <summary>Takes back what its verdict made, as far as it still holds, and opens it.</summary>
    public SaidOutcome Withdraw(long id, Said said) => Do(id, (transaction, incident) =>
    {
        var connection = transaction.Connection;
        if (incident.Verdict is not { } number) return SaidOutcome.Refused(IncidentRefusal.HasNoVerdict);
        if (IncidentHistory.Made(connection, number) is not { } made) return SaidOutcome.Refused(IncidentRefusal.HasNoVerdict);
        var suppressions = TakeBackSuppressions(connection, number);
        var former = new List<StoredFinding>();
        foreach (var verdict in made.Verdicts)
        {
            // One that was followed by another is history already.
            if (FindingOf(connection, verdict) is { } finding && VerdictStore.NumberOf(connection, finding) == verdict
                && verdicts.Withdraw(connection, finding, said.From) is { } known)
            {
                former.Add(known);
                transaction.TellVerdict(finding);
            }
        }

        Update(
            transaction, incident.Id, "state = $state, closed_as = NULL, closed_ms = NULL, seen_severity = NULL, verdict = NULL",
            ("$state", (int)IncidentState.Open));
        Add(transaction, incident.Id, HistoryWhat.VerdictWithdrawn, said, value: null, why: null);
        transaction.Reopen(incident.Id);
        return new SaidOutcome(null, null, [], former, suppressions);
    });

    /// <param name="deed">What it returns is an outcome without incident and events; null for one that is nothing else.</param>
    private SaidOutcome Do(long id, Func<IncidentTransaction, StoredIncident, SaidOutcome?> deed)
    {
        return keeper.Commit(
            transaction =>
            {
                // The book first: what it has not made yet cannot be found.
                transaction.Open();
                if (transaction.Find(id) is not { } found) return SaidOutcome.Refused(IncidentRefusal.NoSuchIncident);
                if (!found.Incident.IsStanding) return SaidOutcome.Refused(IncidentRefusal.IsWithdrawn, found);
                var outcome = deed(transaction, found.Incident) ?? new SaidOutcome(null, null, [], [], []);
                return outcome with { Found = transaction.Find(id) ?? found, Events = transaction.Events };
            },
            isSaid: true);
    }

    /// <summary>An incident that was closed as benign, and of which a finding is not called so any more, has to be looked at.</summary>
    private static void OpenAgain(IncidentTransaction transaction, long finding)
    {
        transaction.Open();
        if (transaction.IncidentOf(finding) is not { } of
            || transaction.Find(of)?.Incident is not { State: IncidentState.Closed, ClosedAs: VerdictMeaning.Benign } closed) return;
        Update(
            transaction, closed.Id, "state = $state, closed_as = NULL, closed_ms = NULL, seen_severity = NULL",
            ("$state", (int)IncidentState.Open));
        IncidentHistory.Add(
            transaction.Connection, closed.Id,
            new HistoryLine(transaction.Now, HistoryWhat.Reopened, Text: "A finding of it is no longer called benign."));
        transaction.Reopen(closed.Id);
    }

    private static List<Suppression> Suppressions(List<Member> members, IncidentVerdict verdict)
    {
        var given = verdict.Given;
        IEnumerable<(FindingKind? Kind, string Client, string? Server)> wide = verdict.Reach switch
        {
            VerdictReach.Pair => members.Where(member => member.Server is not null)
                .Select(member => ((FindingKind?)null, member.Client, member.Server)),
            VerdictReach.Client => members.Select(member => ((FindingKind?)null, member.Client, (string?)null)),
            VerdictReach.Kind => members.Select(member => ((FindingKind?)member.Kind, member.Client, (string?)null)),
            _ => [],
        };
        return [.. wide.Distinct().Select(of => new Suppression(
            0, of.Kind, of.Client, of.Server, given.Who, given.Why, given.GivenUnixMilliseconds, given.ExpiresUnixMilliseconds,
            given.From))];
    }

    private static List<Suppression> TakeBackSuppressions(SqliteConnection connection, long? verdict)
    {
        if (verdict is not { } number) return [];
        var taken = new List<Suppression>();
        foreach (var id in IncidentHistory.Made(connection, number)?.Suppressions ?? [])
        {
            if (SuppressionStore.Delete(connection, id)) taken.Add(new Suppression(id, null, null, null, "", "", 0, null));
        }

        return taken;
    }

    private static List<Member> Members(SqliteConnection connection, long incident)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT f.finding, f.kind, f.client, f.server FROM incident_findings f WHERE f.incident = $id ORDER BY f.finding";
        command.Parameters.AddWithValue("$id", incident);
        var members = new List<Member>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new StoredRowReader(reader);
            var member = new Member(
                row.Integer(0), row.Named<FindingKind>(1), row.Address(2).ToString(), row.IsNull(3) ? null : row.Address(3).ToString());
            if (row.MakesSense) members.Add(member);
        }

        return members;
    }

    private static long? FindingOf(SqliteConnection connection, long verdict)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT finding FROM verdicts WHERE seq = $seq";
        command.Parameters.AddWithValue("$seq", verdict);
        return command.ExecuteScalar() as long?;
    }

    private static void Update(
        IncidentTransaction transaction, long id, string set, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = transaction.Connection.CreateCommand();
        command.CommandText = $"UPDATE incidents SET {set}, updated_ms = $now WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        command.Parameters.AddWithValue("$now", transaction.Now);
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        command.ExecuteNonQuery();
    }

    private static void Add(IncidentTransaction transaction, long id, HistoryWhat what, Said said, string? value, string? why) =>
        IncidentHistory.Add(
            transaction.Connection, id, new HistoryLine(transaction.Now, what, said.Who, said.From, value, why));

    /// <summary>A finding of an incident.</summary>
    private sealed record Member(long Finding, FindingKind Kind, string Client, string? Server);
}

/// <summary>What came of a verdict on many findings.</summary>
/// <param name="New">Those that did not have it before.</param>
/// <param name="Missing">Ids that no finding has.</param>
internal sealed record ManyVerdicts(
    IReadOnlyList<StoredFinding> New, IReadOnlyList<long> Missing, IReadOnlyList<IncidentEvent> Incidents);
