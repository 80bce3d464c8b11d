using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Flows;
using RpcCollector.Store.Findings;

namespace RpcCollector.Store.Incidents;

/// <summary>Reads rows of incidents.</summary>
internal static class IncidentRows
{
    // An id leads at most so far: every merge shortens the way of all that lead to it.
    private const int MostHops = 16;

    private static readonly string Select = $"""
        SELECT n.id, n.severity, n.confidence, n.first_seen_ms, n.last_seen_ms, n.count, n.servers, n.findings, n.kinds, n.techniques,
               n.content, n.recorded_ms, n.updated_ms, n.withdrawn_ms, n.merged_into, n.state, n.closed_as, n.closed_ms, n.assignee,
               n.related, n.verdict, (SELECT w.reason FROM findings w WHERE w.id = n.lead), NOT {IncidentConditions.IsShown},
               {StateTables.Incidents.IsWhole("n")}, n.clients, n.lead
        FROM incidents n
        """;

    private static readonly string FindSql = $"{Select} WHERE n.id = $id";

    private static readonly string IsHiddenSql = $"SELECT NOT {IncidentConditions.IsShown} FROM incidents n WHERE n.id = $id";

    /// <summary>The row of an id, wherever it leads.</summary>
    public static StoredIncident? Find(SqliteConnection connection, long id, long now, DamagedRows damaged)
    {
        using var command = connection.CreateCommand();
        command.CommandText = FindSql;
        command.Parameters.AddWithValue("$id", id);
        command.Parameters.AddWithValue("$now", now);
        using var reader = command.ExecuteReader();
        return reader.Read() ? Incident(new StoredRowReader(reader), damaged) : null;
    }

    /// <summary>The same for who writes.</summary>
    public static StoredIncident? Find(KeptStatements statements, long id, long now, DamagedRows damaged)
    {
        using var rows = statements.Read(FindSql, ("$id", id), ("$now", now));
        return rows.Read() ? Incident(rows.Row, damaged) : null;
    }

    /// <summary>True when all findings of an incident are hidden.</summary>
    public static bool IsHidden(KeptStatements statements, long id, long now) =>
        statements.Ask(IsHiddenSql, ("$id", id), ("$now", now)) == 1;

    /// <summary>The incident that an id leads to.</summary>
    public static FoundIncident? Follow(SqliteConnection connection, long id, long now, DamagedRows damaged)
    {
        var found = Find(connection, id, now, damaged);
        for (var hop = 0; found is { MergedInto: { } into }; hop++) found = hop < MostHops ? Find(connection, into, now, damaged) : null;
        return found is null ? null : new FoundIncident(found, found.Id == id ? null : id);
    }

    public static IncidentPage Read(
        SqliteConnection connection, IncidentQuery query, IReadOnlyCollection<long>? named, long now, DamagedRows damaged)
    {
        using var command = connection.CreateCommand();
        command.Parameters.AddWithValue("$now", now);
        var conditions = IncidentConditions.Of(query, command.Parameters);
        if (named is not null)
        {
            conditions.Add(IncidentConditions.IsNamed);
            command.Parameters.AddWithValue("$named", $"[{string.Join(',', named)}]");
        }

        var mayHide = !query.WithHidden && FindingConditions.HidesAny(connection, now);
        var (all, hidden) = Count(command, conditions, mayHide);
        if (mayHide) conditions.Add(IncidentConditions.IsShown);
        if (query.After is { } after)
        {
            conditions.Add(Beyond(after.Order));
            command.Parameters.AddWithValue("$afterSeverity", (int)after.Severity);
            command.Parameters.AddWithValue("$afterConfidence", (int)after.Confidence);
            command.Parameters.AddWithValue("$afterAt", after.AtUnixMilliseconds);
            command.Parameters.AddWithValue("$afterId", after.Id);
        }

        // One more than asked for tells whether there is a next page.
        command.CommandText =
            $"{Select} WHERE {string.Join(" AND ", conditions)} ORDER BY {OrderOf(query.Order)} LIMIT {query.Limit + 1}";
        var items = new List<StoredIncident>();
        IncidentCursor? last = null;
        using var reader = command.ExecuteReader();
        for (var rows = 0; reader.Read(); rows++)
        {
            if (rows == query.Limit) return new IncidentPage(items, last, all - hidden, hidden);
            var row = new StoredRowReader(reader);
            last = new IncidentCursor(
                query.Order, (byte)row.Integer(1), (byte)row.Integer(2),
                row.Integer(query.Order == IncidentOrder.FirstSeen ? 3 : 4), row.Integer(0));
            if (Incident(new StoredRowReader(reader), damaged) is { } incident) items.Add(incident);
        }

        return new IncidentPage(items, Next: null, all - hidden, hidden);
    }

    /// <summary>Those that stand, are neither closed nor hidden, and changed since a moment: the worst first.</summary>
    public static List<StoredIncident> ReadActive(
        SqliteConnection connection, long updatedSince, int limit, long now, DamagedRows damaged)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"{Select} WHERE {Active(connection, now)} ORDER BY {OrderOf(IncidentOrder.Severity)} LIMIT {limit}";
        command.Parameters.AddWithValue("$since", updatedSince);
        command.Parameters.AddWithValue("$now", now);
        var items = new List<StoredIncident>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (Incident(new StoredRowReader(reader), damaged) is { } incident) items.Add(incident);
        }

        return items;
    }

    public static long CountActive(SqliteConnection connection, long updatedSince, long now)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT COUNT(*) FROM incidents n WHERE {Active(connection, now)}";
        command.Parameters.AddWithValue("$since", updatedSince);
        command.Parameters.AddWithValue("$now", now);
        return (long)command.ExecuteScalar()!;
    }

    private static string Active(SqliteConnection connection, long now) =>
        $"{IncidentConditions.IsStanding} AND n.state <> {(int)IncidentState.Closed} AND n.updated_ms >= $since"
        + (FindingConditions.HidesAny(connection, now) ? $" AND {IncidentConditions.IsShown}" : "");

    /// <summary>Which hosts the incidents name, each pair once.</summary>
    public static IEnumerable<(long Incident, HostAddress Host)> ReadHosts(SqliteConnection connection)
    {
        // One end after the other: each is read from its index, without sorting.
        foreach (var end in (string[])["client", "server"])
        {
            using var command = connection.CreateCommand();
            command.CommandText =
                $"SELECT DISTINCT {end}, incident FROM incident_findings WHERE {end} IS NOT NULL ORDER BY {end}, incident";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var row = new StoredRowReader(reader);
                var (host, incident) = (row.Address(0), row.Integer(1));
                if (row.MakesSense) yield return (incident, host);
            }
        }
    }

    /// <summary>When each incident that stands was seen last.</summary>
    public static Dictionary<long, long> ReadLastSeen(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT n.id, n.last_seen_ms FROM incidents n WHERE {IncidentConditions.IsStanding}";
        var seen = new Dictionary<long, long>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) seen[reader.GetInt64(0)] = reader.GetInt64(1);
        return seen;
    }

    private static (long All, long Hidden) Count(SqliteCommand command, List<string> conditions, bool mayHide)
    {
        var hidden = mayHide ? $"COALESCE(SUM(NOT {IncidentConditions.IsShown}), 0)" : "0";
        command.CommandText = $"SELECT COUNT(*), {hidden} FROM incidents n WHERE {string.Join(" AND ", conditions)}";
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static string OrderOf(IncidentOrder order) => order switch
    {
        IncidentOrder.LastSeen => "n.last_seen_ms DESC, n.id DESC",
        IncidentOrder.FirstSeen => "n.first_seen_ms DESC, n.id DESC",
        _ => "n.severity DESC, n.confidence DESC, n.last_seen_ms DESC, n.id DESC",
    };

    private static string Beyond(IncidentOrder order) => order switch
    {
        IncidentOrder.LastSeen => "(n.last_seen_ms, n.id) < ($afterAt, $afterId)",
        IncidentOrder.FirstSeen => "(n.first_seen_ms, n.id) < ($afterAt, $afterId)",
        _ => "(n.severity, n.confidence, n.last_seen_ms, n.id) < ($afterSeverity, $afterConfidence, $afterAt, $afterId)",
    };

    /// <returns>Null when the row is damaged, which is noted.</returns>
    private static StoredIncident? Incident(StoredRowReader row, DamagedRows damaged)
    {
        if (row.Integer(23) == 1 && TryRead(row, out var incident)) return incident;
        damaged.Note(StateTables.Incidents, row.Integer(0).ToString(CultureInfo.InvariantCulture));
        return null;
    }

    private static bool TryRead(StoredRowReader row, [NotNullWhen(true)] out StoredIncident? incident)
    {
        var content = Content(row);
        incident = new StoredIncident
        {
            Id = row.Integer(0),
            Severity = row.Named<FindingSeverity>(1),
            Confidence = row.Named<FindingConfidence>(2),
            RaisedBecause = content?.RaisedBecause,
            LoweredBecause = content?.LoweredBecause,
            ProposedRole = content?.ProposedRole is { } role && Enum.IsDefined((HostRole)role) ? (HostRole)role : null,
            Acts = [.. (content?.Acts ?? []).Select(act => new IncidentAct(
                Host(act.Client), Kind(row, act.Kind), act.Server is { } server ? Host(server) : null, act.NumServers, act.Finding))],
            Servers = [.. (content?.Servers ?? []).Select(Host)],
            Steps = [.. (content?.Steps ?? []).Select(
                step => new IncidentStep(Host(step.From), Host(step.To), step.Driven, step.WentOn))],
            FirstSeenUnixMilliseconds = row.Time(3),
            LastSeenUnixMilliseconds = row.Time(4),
            Count = row.Integer(5, 0),
            NumClients = (int)row.Integer(24, 0, int.MaxValue),
            Lead = row.Integer(25),
            NumServers = (int)row.Integer(6, 0, int.MaxValue),
            NumFindings = (int)row.Integer(7, 0, int.MaxValue),
            Kinds = [.. row.Words(8).Select(word => Kind(row, word))],
            Techniques = row.Words(9),
            RecordedUnixMilliseconds = row.Time(11),
            UpdatedUnixMilliseconds = row.Time(12),
            WithdrawnUnixMilliseconds = row.TimeOrNull(13),
            MergedInto = row.IsNull(14) ? null : row.Integer(14),
            State = row.Named<IncidentState>(15),
            ClosedAs = row.IsNull(16) ? null : row.Named<VerdictMeaning>(16),
            ClosedUnixMilliseconds = row.TimeOrNull(17),
            Assignee = row.TextOrNull(18),
            Related = row.IsNull(19) ? null : row.Integer(19),
            Verdict = row.IsNull(20) ? null : row.Integer(20),
            Reason = row.TextOrNull(21) ?? "",
            IsHidden = row.Integer(22) == 1,
        };
        if (!row.MakesSense) incident = null;
        return incident is not null;

        IncidentHost Host(KeptHost host) =>
            HostAddress.TryParse(host.Address, out var address) ? new IncidentHost(address, host.Period) : row.Nonsense<IncidentHost>();
    }

    private static FindingKind Kind(StoredRowReader row, string word) =>
        Kind(row, int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1);

    private static FindingKind Kind(StoredRowReader row, int number) =>
        number is >= 0 and <= byte.MaxValue && Enum.IsDefined((FindingKind)number) ? (FindingKind)number : row.Nonsense<FindingKind>();

    private static IncidentContent? Content(StoredRowReader row)
    {
        try
        {
            return JsonSerializer.Deserialize(row.Text(10), IncidentColumns.Default.IncidentContent)
                is { Acts: not null, Servers: not null, Steps: not null } content ? content : row.Nonsense<IncidentContent>();
        }
        catch (JsonException)
        {
            return row.Nonsense<IncidentContent>();
        }
    }
}
