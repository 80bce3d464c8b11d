using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using RpcCollector.Store.Outbox;

namespace RpcCollector.Store.Words;

/// <summary>
/// Writes the rows of one word that was said elsewhere into this store, within one transaction, and makes findings and incidents follow.
/// </summary>
/// <remarks>
/// Rows are put in the place of those with the same key; so a word that is written twice changes nothing the second time. Lines that
/// every judge numbers by itself (an incident's history, the audit log) are known again by what they say.
/// </remarks>
internal sealed class HeardRows(IncidentTransaction transaction, VerdictStore verdicts, DamagedRows damaged)
{
    // The numbers of lines of history, there and here.
    private readonly Dictionary<long, long> _lines = [];
    private readonly List<long> _findings = [];
    private readonly List<ToldRole> _roles = [];

    /// <summary>Findings on which something was said.</summary>
    public IReadOnlyList<long> Findings => _findings;

    /// <summary>Roles that were told, or taken back: those without a role.</summary>
    public IReadOnlyList<ToldRole> Roles => _roles;

    /// <summary>Rows of incidents that this store does not have.</summary>
    public int Unknown { get; private set; }

    private SqliteConnection Connection => transaction.Connection;

    public void Write(IReadOnlyList<SaidRow> rows)
    {
        // The book first: what it has not made yet cannot be found.
        transaction.Open();
        foreach (var row in rows) WriteRow(row);
        FollowVerdicts();
        foreach (var row in Of(rows, SaidTables.IncidentHistory)) WriteLine(row);
        foreach (var row in Of(rows, SaidTables.Incidents)) WriteIncident(row);
    }

    private static IEnumerable<SaidRow> Of(IReadOnlyList<SaidRow> rows, SaidTable table) =>
        rows.Where(row => row.Table.Equals(table.Name, StringComparison.Ordinal) && row.Values is not null);

    private void WriteRow(SaidRow row)
    {
        var table = SaidTables.Find(row.Table)!;
        if (table == SaidTables.Verdicts) NoteFinding(row);
        if (table == SaidTables.ToldRoles) NoteRole(row);
        if (table == SaidTables.Verdicts || table == SaidTables.Suppressions || table == SaidTables.SaidFrom
            || table == SaidTables.ToldRoles || table == SaidTables.Sessions) Put(table, row);
        else if (table == SaidTables.Audit)
            AddUnlessSame(table, row.Values!, "at_ms", "who", "means", "address", "what", "target", "detail");
        else if (table == SaidTables.Sinks) OutboxStore.KeepTold(Connection, (string)row.Key, (long)row.Values![1]!);
    }

    private void NoteFinding(SaidRow row)
    {
        var finding = row.Values?[1] as long? ?? FindingOf((long)row.Key);
        if (finding is { } one && !_findings.Contains(one)) _findings.Add(one);
    }

    private long? FindingOf(long verdict)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = "SELECT finding FROM verdicts WHERE seq = $seq";
        command.Parameters.AddWithValue("$seq", verdict);
        return command.ExecuteScalar() as long?;
    }

    private void NoteRole(SaidRow row)
    {
        if (row.Values is [_, long role, string who, string why, long told, ..])
            _roles.Add(new ToldRole(HostsOf(row), (HostRole)role, who, why, told));
        else if (ToldRoleStore.Find(Connection, HostsOf(row), damaged) is { } former)
            _roles.Add(former with { Role = null, AtUnixMilliseconds = Math.Max(former.AtUnixMilliseconds, transaction.Now) });
    }

    private static AddressPrefix HostsOf(SaidRow row) => AddressPrefix.TryParse((string)row.Key, out var hosts) ? hosts : default;

    private void Put(SaidTable table, SaidRow row)
    {
        using var command = Connection.CreateCommand();
        if (row.Values is not { } values)
        {
            command.CommandText = $"DELETE FROM {table.Name} WHERE {table.Key} = $key";
            command.Parameters.AddWithValue("$key", row.Key);
        }
        else
        {
            var others = table.Columns.Where(column => !column.Name.Equals(table.Key, StringComparison.Ordinal))
                .Select(column => $"{column.Name} = excluded.{column.Name}");
            command.CommandText = $"""
                INSERT INTO {table.Name} ({table.ColumnNames}) VALUES ({string.Join(", ", values.Select((_, i) => $"$v{i}"))})
                ON CONFLICT ({table.Key}) DO UPDATE SET {string.Join(", ", others)}
                """;
            for (var i = 0; i < values.Count; i++) command.Parameters.AddWithValue($"$v{i}", values[i] ?? DBNull.Value);
        }

        command.ExecuteNonQuery();
    }

    /// <summary>Adds a line under a number of this store's own.</summary>
    /// <param name="same">By these columns a line is known again.</param>
    /// <returns>Its number here.</returns>
    private long AddUnlessSame(SaidTable table, IReadOnlyList<object?> values, params string[] same)
    {
        using var command = Connection.CreateCommand();
        var names = table.Columns.Select(column => column.Name).ToList();
        for (var i = 0; i < values.Count; i++) command.Parameters.AddWithValue($"$v{i}", values[i] ?? DBNull.Value);
        command.CommandText =
            $"SELECT {table.Key} FROM {table.Name} WHERE {string.Join(" AND ", same.Select(name => $"{name} IS $v{names.IndexOf(name)}"))}";
        if (command.ExecuteScalar() is long known) return known;
        var others = names.Where(name => !name.Equals(table.Key, StringComparison.Ordinal)).ToList();
        command.CommandText = $"""
            INSERT INTO {table.Name} ({string.Join(", ", others)})
            VALUES ({string.Join(", ", others.Select(name => $"$v{names.IndexOf(name)}"))}) RETURNING {table.Key}
            """;
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>The latest verdict holds; a finding that was withdrawn stands again by one.</summary>
    private void FollowVerdicts()
    {
        var again = new List<FindingStep>();
        foreach (var finding in _findings)
        {
            using var command = Connection.CreateCommand();
            command.CommandText = """
                UPDATE findings SET verdict = (SELECT MAX(seq) FROM verdicts WHERE finding = $finding) WHERE id = $finding
                """;
            command.Parameters.AddWithValue("$finding", finding);
            if (command.ExecuteNonQuery() == 0) continue;
            transaction.TellVerdict(finding);
            if (verdicts.Find(Connection, finding) is { Verdict: not null, WithdrawnUnixMilliseconds: not null } stands)
                again.Add(new FindingStep(ActivityChangeKind.Added, stands));
        }

        transaction.Take(again);
    }

    private void WriteLine(SaidRow row)
    {
        // An incident may have gone into another one here, and not there yet.
        var values = row.Values!.ToArray();
        if (transaction.Find((long)values[1]!) is not { } found)
        {
            Unknown++;
            return;
        }

        values[1] = found.Incident.Id;
        _lines[(long)row.Key] = AddUnlessSame(SaidTables.IncidentHistory, values, "of", "at_ms", "what", "who", "value", "text");
    }

    private void WriteIncident(SaidRow row)
    {
        if (transaction.Find((long)row.Key) is not { } found)
        {
            Unknown++;
            return;
        }

        var (values, id) = (row.Values!, found.Incident.Id);
        var state = (IncidentState)(long)values[1]!;
        using var command = Connection.CreateCommand();
        command.CommandText = """
            UPDATE incidents SET state = $state, closed_as = $as, closed_ms = $closed, seen_severity = $seen, assignee = $assignee,
                verdict = CASE WHEN $said IS NULL THEN NULL ELSE COALESCE($line, verdict) END, updated_ms = $now
            WHERE id = $id
            """;
        command.Parameters.AddWithValue("$id", id);
        command.Parameters.AddWithValue("$state", (int)state);
        command.Parameters.AddWithValue("$as", values[2] ?? DBNull.Value);
        command.Parameters.AddWithValue("$closed", values[3] ?? DBNull.Value);
        command.Parameters.AddWithValue("$seen", values[4] ?? DBNull.Value);
        command.Parameters.AddWithValue("$assignee", values[5] ?? DBNull.Value);
        command.Parameters.AddWithValue("$said", values[6] ?? DBNull.Value);
        command.Parameters.AddWithValue("$line", values[6] is long line && _lines.TryGetValue(line, out var here) ? here : DBNull.Value);
        command.Parameters.AddWithValue("$now", transaction.Now);
        command.ExecuteNonQuery();
        if (state == IncidentState.Closed) transaction.Close(id);
        else if (found.Incident.State == IncidentState.Closed) transaction.Reopen(id);
        else transaction.Say(id);
    }
}
