using RpcCollector.Detection;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Store.Findings;

/// <summary>Writes changes of findings within one transaction, and knows how they stand by that without reading them again.</summary>
internal sealed class FindingWriting(KeptStatements statements, ExporterCatalog catalog, DamagedRows damaged, long now)
{
    // A revision replaces. Added though it is known: the judge began anew, without what it knew of it.
    private static readonly string ReviseSql = UpsertSql("excluded.count", "excluded.first_seen_ms", "excluded.last_seen_ms");

    private static readonly string AddSql = UpsertSql(
        "MAX(findings.count, excluded.count)", "MIN(first_seen_ms, excluded.first_seen_ms)", "MAX(last_seen_ms, excluded.last_seen_ms)");

    private static readonly string SuppressedSql = $"""
        SELECT (SELECT group_concat(s.id, ' ') FROM suppressions s WHERE {FindingConditions.Suppresses}) FROM findings f WHERE f.id = $id
        """;

    private readonly Dictionary<ExporterSet, string[]> _exporters = [];

    // What was never said hides and judges nothing: that is asked once.
    private readonly bool _anySuppressions = statements.Ask("SELECT EXISTS (SELECT 1 FROM suppressions)") != 0;
    private readonly bool _anyVerdicts = statements.Ask("SELECT EXISTS (SELECT 1 FROM verdicts)") != 0;

    /// <returns>What that changes, with the finding as it stands by it, or stood last; null when it changes nothing.</returns>
    public FindingStep? Apply(in FindingChange change)
    {
        var known = FindingRows.Find(statements, change.Finding.Id, now, damaged);
        return change.Kind == ActivityChangeKind.Withdrawn ? Withdraw(known, change) : Keep(known, change);
    }

    private FindingStep? Withdraw(StoredFinding? known, in FindingChange change)
    {
        if (known is not { WithdrawnUnixMilliseconds: null }) return null;
        var reason = change.Withdrawal ?? FindingWithdrawal.FlowsReadOtherwise;
        if (IsJudgedByPerson(known.Id))
        {
            // What a person gave a verdict on is not taken away from under it.
            var stands = FindingDetails.Of(known, change.Finding, withdrawal: null, new StoredNote(now, StandsThough(reason)));
            stands.Write(statements, known.Id);
            return new FindingStep(ActivityChangeKind.Revised, stands.On(known));
        }

        var details = FindingDetails.Of(known, change.Finding, reason, new StoredNote(now, Withdrawn(reason)));
        details.Write(statements, known.Id);
        statements.Execute("UPDATE findings SET withdrawn_ms = $now, updated_ms = $now WHERE id = $id", ("$id", known.Id), ("$now", now));
        return new FindingStep(
            ActivityChangeKind.Withdrawn, details.On(known) with { WithdrawnUnixMilliseconds = now, UpdatedUnixMilliseconds = now });
    }

    private FindingStep? Keep(StoredFinding? known, in FindingChange change)
    {
        // Added though it stands: the judge began anew, without what it knew of it. What was shown does not get milder by that.
        var finding = change.Finding;
        var stood = known is { WithdrawnUnixMilliseconds: null };
        if (change.Kind == ActivityChangeKind.Added && stood && known!.Severity > finding.Severity)
            finding = finding with
            {
                Severity = known.Severity,
                Confidence = known.Confidence,
                Reason = known.Reason,
                Rarity = known.Rarity,
            };

        // A judge that was brought back says again what it said before: what stands already as it says is no news.
        var row = RowOf(finding);
        var isRowNew = Upsert(row, change.Kind);
        if (finding.ClientPeriod != 0 || finding.ServerPeriod != 0) KeepPeriods(finding);
        var isRarityNew = KeepRarity(known, finding);
        var details = FindingDetails.Of(
            known, finding, withdrawal: null, known is null || stood ? null : new StoredNote(now, "Reported again."));
        if (details.IsNews) details.Write(statements, finding.Id);
        if (!isRowNew && !isRarityNew && !details.IsNews) return null;
        var after = known is null ? New(row) : isRowNew ? Revised(known, row, change.Kind) : known;
        after = details.On(after);
        if (isRarityNew) after = after with { Rarity = finding.Rarity };
        return new FindingStep(stood ? ActivityChangeKind.Revised : ActivityChangeKind.Added, after, Before: known?.Severity);
    }

    /// <summary>As it is when there was nothing of it: but for what people said of it before, or of its hosts.</summary>
    private StoredFinding New(StoredFinding row)
    {
        if (_anyVerdicts && IsJudgedByPerson(row.Id)) return FindingRows.Find(statements, row.Id, now, damaged) ?? row;
        if (!_anySuppressions) return row;
        using var rows = statements.Read(SuppressedSql, ("$id", row.Id), ("$now", now));
        return rows.Read() && !rows.Row.IsNull(0) ? row with { SuppressedBy = FindingRows.NumbersOf(rows.Row, 0) } : row;
    }

    private static StoredFinding Revised(StoredFinding known, StoredFinding row, ActivityChangeKind kind)
    {
        var replaces = kind != ActivityChangeKind.Added;
        return known with
        {
            Severity = row.Severity,
            Confidence = row.Confidence,
            Count = replaces ? row.Count : Math.Max(known.Count, row.Count),
            FirstSeenUnixMilliseconds =
                replaces ? row.FirstSeenUnixMilliseconds : Math.Min(known.FirstSeenUnixMilliseconds, row.FirstSeenUnixMilliseconds),
            LastSeenUnixMilliseconds =
                replaces ? row.LastSeenUnixMilliseconds : Math.Max(known.LastSeenUnixMilliseconds, row.LastSeenUnixMilliseconds),
            Techniques = row.Techniques,
            Analytics = row.Analytics,
            Reason = row.Reason,
            Flows = row.Flows,
            Operations = row.Operations,
            Completeness = row.Completeness,
            SamplingInterval = row.SamplingInterval,
            UpdatedUnixMilliseconds = row.UpdatedUnixMilliseconds,
            WithdrawnUnixMilliseconds = null,
        };
    }

    private StoredFinding RowOf(Finding finding) => new()
    {
        Id = finding.Id,
        Kind = finding.Kind,
        Severity = finding.Severity,
        Confidence = finding.Confidence,
        Client = finding.Client,
        Server = finding.Server,
        ClientPeriod = finding.ClientPeriod,
        ServerPeriod = finding.ServerPeriod,
        Count = finding.Count,
        FirstSeenUnixMilliseconds = finding.FirstSeenUnixMilliseconds,
        LastSeenUnixMilliseconds = finding.LastSeenUnixMilliseconds,
        Techniques = finding.Techniques,
        Analytics = finding.Analytics,
        Reason = finding.Reason,
        Flows = [.. finding.Flows.Select(Stored)],
        Operations = finding.Operations,
        Completeness = Completeness(finding),
        SamplingInterval = finding.Flows.Select(flow => flow.SamplingInterval).DefaultIfEmpty().Max(),
        RecordedUnixMilliseconds = now,
        UpdatedUnixMilliseconds = now,
        WithdrawnUnixMilliseconds = null,
        Verdict = null,
        SuppressedBy = [],
    };

    /// <returns>False when the row says all of it already: a judge that tells again what it told before makes no news.</returns>
    private bool Upsert(StoredFinding row, ActivityChangeKind kind) => statements.Execute(
        kind == ActivityChangeKind.Added ? AddSql : ReviseSql,
        ("$id", row.Id), ("$kind", (int)row.Kind), ("$severity", (int)row.Severity), ("$confidence", (int)row.Confidence),
        ("$client", ActivityStatements.Octets(row.Client)),
        ("$server", row.Server is { } server ? ActivityStatements.Octets(server) : null),
        ("$count", row.Count), ("$first", row.FirstSeenUnixMilliseconds), ("$last", row.LastSeenUnixMilliseconds),
        ("$techniques", string.Join(' ', row.Techniques)), ("$analytics", string.Join(' ', row.Analytics)), ("$reason", row.Reason),
        ("$flows", Utf8Text.OfJson(row.Flows, FindingColumns.Default.IReadOnlyListStoredFlow)),
        ("$operations", row.Operations.Count == 0
            ? (object)"[]"
            : Utf8Text.OfJson(row.Operations, FindingColumns.Default.IReadOnlyListString)),
        ("$completeness", row.Completeness), ("$sampling", row.SamplingInterval), ("$now", now)) > 0;

    // They are part of its id, so they never change.
    private void KeepPeriods(Finding finding) => statements.Execute(
        "INSERT OR IGNORE INTO finding_periods (finding, client_period, server_period) VALUES ($finding, $client, $server)",
        ("$finding", finding.Id), ("$client", finding.ClientPeriod), ("$server", finding.ServerPeriod));

    /// <returns>False when it is stored as it is, or nothing is said of it.</returns>
    private bool KeepRarity(StoredFinding? known, Finding finding)
    {
        if (finding.Rarity is not { } rarity || known?.Rarity == rarity) return false;
        statements.Execute(
            """
            INSERT INTO finding_rarity (finding, content) VALUES ($finding, $content)
            ON CONFLICT (finding) DO UPDATE SET content = excluded.content
            """,
            ("$finding", finding.Id), ("$content", Utf8Text.OfJson(rarity, FindingColumns.Default.FindingRarity)));
        return true;
    }

    private bool IsJudgedByPerson(long id) =>
        statements.Ask("SELECT COUNT(*) FROM findings WHERE id = $id AND verdict IS NOT NULL", ("$id", id)) > 0;

    private static string Withdrawn(FindingWithdrawal reason) => $"Withdrawn: {InWords(reason)}.";

    private static string StandsThough(FindingWithdrawal reason) =>
        $"It would have been withdrawn, for {InWords(reason)}; it stands because a person has judged it.";

    private static string InWords(FindingWithdrawal reason) => reason switch
    {
        FindingWithdrawal.OperationsNamed => "the operations that its flows carried were named, and reported as what they are",
        FindingWithdrawal.KnownByThen => "what was learned when the hour before it closed explains it",
        _ => "its flows read otherwise, as more of them became known",
    };

    private StoredFlow Stored(ContributingFlow flow) => new(
        flow.Client.ToString(), flow.ClientPort, flow.Server.ToString(), flow.ServerPort, flow.StartUnixMilliseconds,
        flow.EndUnixMilliseconds, flow.CommunityId, NamesOf(flow.Exporters), flow.SamplingInterval);

    private string[] NamesOf(in ExporterSet exporters) =>
        _exporters.TryGetValue(exporters, out var known) ? known : _exporters[exporters] = exporters.NamesIn(catalog.Directory);

    private double? Completeness(Finding finding)
    {
        double? least = null;
        foreach (var flow in finding.Flows)
        {
            if (ActivityCompleteness.Of(flow.Exporters, flow.StartUnixMilliseconds, catalog) is { } share)
                least = Math.Min(least ?? 1, share);
        }

        return least;
    }

    private static string UpsertSql(string count, string first, string last) => $"""
        INSERT INTO findings (id, kind, severity, confidence, client, server, count, first_seen_ms, last_seen_ms,
                              techniques, analytics, reason, flows, operations, completeness, sampling_interval,
                              recorded_ms, updated_ms, withdrawn_ms, verdict)
        VALUES ($id, $kind, $severity, $confidence, $client, $server, $count, $first, $last, $techniques, $analytics, $reason,
                $flows, $operations, $completeness, $sampling, $now, $now, NULL, (SELECT MAX(seq) FROM verdicts WHERE finding = $id))
        ON CONFLICT (id) DO UPDATE SET
            severity = excluded.severity, confidence = excluded.confidence, count = {count},
            first_seen_ms = {first}, last_seen_ms = {last},
            techniques = excluded.techniques, analytics = excluded.analytics, reason = excluded.reason,
            flows = excluded.flows, operations = excluded.operations, completeness = excluded.completeness,
            sampling_interval = excluded.sampling_interval, updated_ms = excluded.updated_ms, withdrawn_ms = NULL
        WHERE withdrawn_ms IS NOT NULL
            OR (severity, confidence, count, first_seen_ms, last_seen_ms, techniques, analytics, reason, flows, operations,
                sampling_interval)
            IS NOT (excluded.severity, excluded.confidence, {count}, {first}, {last}, excluded.techniques, excluded.analytics,
                    excluded.reason, excluded.flows, excluded.operations, excluded.sampling_interval)
        """;
}
