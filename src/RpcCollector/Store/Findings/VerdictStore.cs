using System.Globalization;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;

namespace RpcCollector.Store.Findings;

/// <summary>
/// Keeps what people say of findings. The latest verdict holds, until it expires or is withdrawn; the former ones are its history.
/// </summary>
internal sealed class VerdictStore(StateStore state, ArrivalClock clock)
{
    /// <summary>Of one finding; beyond it the oldest are forgotten.</summary>
    public const int MaxHistory = 100;

    private static readonly string Select = $"""
        SELECT seq, kind, client, server, meaning, who, why, given_ms, expires_ms, withdrawn_ms,
               {StateTables.Verdicts.IsWhole("v")}, v.finding, p.client_period, p.server_period,
               p.finding IS NULL OR {StateTables.FindingPeriods.IsWhole("p")}
        FROM verdicts v LEFT JOIN finding_periods p ON p.finding = v.finding
        """;

    private long Now => clock.UnixMilliseconds;

    /// <returns>The finding with its new verdict; null when there is no such finding.</returns>
    public StoredFinding? Give(long finding, GivenVerdict verdict) => state.CommitSaid(connection => Give(connection, finding, verdict));

    /// <summary>The same within somebody's transaction.</summary>
    public StoredFinding? Give(SqliteConnection connection, long finding, GivenVerdict verdict)
    {
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO verdicts (finding, kind, client, server, meaning, who, why, given_ms, expires_ms)
            SELECT id, kind, client, server, $meaning, $who, $why, $given, $expires FROM findings WHERE id = $finding
            """;
        command.Parameters.AddWithValue("$finding", finding);
        command.Parameters.AddWithValue("$meaning", (int)verdict.Meaning);
        command.Parameters.AddWithValue("$who", verdict.Who);
        command.Parameters.AddWithValue("$why", verdict.Why);
        command.Parameters.AddWithValue("$given", verdict.GivenUnixMilliseconds);
        command.Parameters.AddWithValue("$expires", (object?)verdict.ExpiresUnixMilliseconds ?? DBNull.Value);
        if (command.ExecuteNonQuery() == 0) return null;
        SaidFrom.Keep(connection, SaidFrom.Verdict, Database.Ask(connection, "SELECT last_insert_rowid()"), verdict.From);

        command.CommandText = $"""
            UPDATE findings SET verdict = (SELECT MAX(seq) FROM verdicts WHERE finding = $finding) WHERE id = $finding;
            DELETE FROM verdicts WHERE finding = $finding
                AND seq NOT IN (SELECT seq FROM verdicts WHERE finding = $finding ORDER BY seq DESC LIMIT {MaxHistory});
            """;
        command.ExecuteNonQuery();
        return FindingRows.Find(connection, finding, Now, state.DamagedRows);
    }

    /// <summary>A finding, within somebody's transaction.</summary>
    public StoredFinding? Find(SqliteConnection connection, long finding) =>
        FindingRows.Find(connection, finding, Now, state.DamagedRows);

    /// <summary>The number of the latest verdict on a finding.</summary>
    public static long? NumberOf(SqliteConnection connection, long finding)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT verdict FROM findings WHERE id = $finding";
        command.Parameters.AddWithValue("$finding", finding);
        return command.ExecuteScalar() as long?;
    }

    /// <summary>Takes back the verdict that holds.</summary>
    /// <returns>The finding as it was; null when it has no verdict that holds.</returns>
    /// <param name="finding">Its id.</param>
    /// <param name="from">The address that this came from; null when it is not known.</param>
    public StoredFinding? Withdraw(long finding, string? from = null) =>
        state.CommitSaid(connection => Withdraw(connection, finding, from));

    /// <summary>The same within somebody's transaction.</summary>
    public StoredFinding? Withdraw(SqliteConnection connection, long finding, string? from)
    {
        var now = Now;
        if (FindingRows.Find(connection, finding, now, state.DamagedRows) is not { Verdict: not null } known) return null;
        SaidFrom.Keep(
            connection, SaidFrom.Withdrawal,
            Database.Ask(connection, $"SELECT verdict FROM findings WHERE id = {finding.ToString(CultureInfo.InvariantCulture)}"), from);
        using var command = connection.CreateCommand();
        command.CommandText = """
            UPDATE verdicts SET withdrawn_ms = $now
            WHERE finding = $finding AND seq = (SELECT verdict FROM findings WHERE id = $finding)
            """;
        command.Parameters.AddWithValue("$finding", finding);
        command.Parameters.AddWithValue("$now", now);
        command.ExecuteNonQuery();
        return known;
    }

    /// <summary>All that was said of a finding, the latest first.</summary>
    public IReadOnlyList<GivenVerdict> History(long finding) => state.Read(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT seq, meaning, who, why, given_ms, expires_ms, withdrawn_ms, {StateTables.Verdicts.IsWhole("v")},
                   {SaidFrom.Of(SaidFrom.Verdict, "v.seq")}, {SaidFrom.Of(SaidFrom.Withdrawal, "v.seq")}
            FROM verdicts v WHERE finding = $finding ORDER BY seq DESC
            """;
        command.Parameters.AddWithValue("$finding", finding);
        var history = new List<GivenVerdict>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new StoredRowReader(reader);
            var given = Given(row, 1) with { From = row.TextOrNull(8), WithdrawnFrom = row.TextOrNull(9) };
            if (row.Integer(7) == 1 && row.MakesSense) history.Add(given);
            else Note(row, state.DamagedRows);
        }

        return (IReadOnlyList<GivenVerdict>)history;
    });

    /// <summary>
    /// The latest verdict of every finding, in the order in which they were given: those that hold, and those that were taken back, for
    /// a judge that may not know it yet.
    /// </summary>
    public IReadOnlyList<Verdict> Latest() => Latest(only: null);

    /// <summary>The same of some findings.</summary>
    /// <param name="only">Their ids; null for all.</param>
    public IReadOnlyList<Verdict> Latest(IReadOnlyCollection<long>? only) => state.Read<IReadOnlyList<Verdict>>(connection =>
    {
        using var command = connection.CreateCommand();
        if (only is not null) command.Parameters.AddWithValue("$only", $"[{string.Join(',', only)}]");
        command.CommandText = $"""
            {Select}
            WHERE {(only is null ? "" : "v.finding IN (SELECT value FROM json_each($only)) AND ")}
                (withdrawn_ms IS NOT NULL OR expires_ms IS NULL OR expires_ms > $now)
                AND seq = (SELECT MAX(w.seq) FROM verdicts w WHERE w.finding = v.finding)
                AND NOT EXISTS (SELECT 1 FROM findings f WHERE f.id = v.finding AND f.verdict > v.seq)
            ORDER BY seq
            """;
        command.Parameters.AddWithValue("$now", Now);
        return Read(command, state.DamagedRows);
    });

    /// <summary>Those that held at a time, of a store that another process works with; in the order in which they were given.</summary>
    public static IReadOnlyList<Verdict> HeldAt(SqliteConnection connection, long unixMilliseconds, DamagedRows damaged)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            {Select}
            WHERE given_ms < $at AND (withdrawn_ms IS NULL OR withdrawn_ms > $at) AND (expires_ms IS NULL OR expires_ms > $at)
                AND seq = (SELECT MAX(w.seq) FROM verdicts w WHERE w.finding = v.finding AND w.given_ms < $at)
            ORDER BY seq
            """;
        command.Parameters.AddWithValue("$at", unixMilliseconds);
        return Read(command, damaged, heldThen: true);
    }

    private static List<Verdict> Read(SqliteCommand command, DamagedRows damaged, bool heldThen = false)
    {
        var latest = new List<Verdict>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new StoredRowReader(reader);
            HostAddress? server = row.IsNull(3) ? null : row.Address(3);
            var given = Given(row, 4);
            if (heldThen) given = given with { WithdrawnUnixMilliseconds = null };
            var verdict = given.On(row.Named<FindingKind>(1), row.Address(2), server);
            if (!row.IsNull(12)) verdict = verdict with { ClientPeriod = row.Integer(12), ServerPeriod = row.Integer(13) };

            // Where the periods are damaged, nobody knows which machine it is about.
            if (row.Integer(10) != 1 || !row.MakesSense) Note(row, damaged);
            else if (row.Integer(14) == 1 && verdict.FindingId == row.Integer(11)) latest.Add(verdict);
        }

        return latest;
    }

    private static GivenVerdict Given(StoredRowReader row, int first) => new(
        row.Named<VerdictMeaning>(first), row.Text(first + 1), row.Text(first + 2), row.Time(first + 3), row.TimeOrNull(first + 4),
        row.TimeOrNull(first + 5));

    private static void Note(StoredRowReader row, DamagedRows damaged) =>
        damaged.Note(StateTables.Verdicts, row.Integer(0).ToString(CultureInfo.InvariantCulture));
}
