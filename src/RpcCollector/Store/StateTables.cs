namespace RpcCollector.Store;

/// <summary>The tables of state.db, and the steps in which they came to be.</summary>
internal static class StateTables
{
    public const string FileName = "state.db";

    /// <summary>How many rows each table has: what is lost with a damaged page can be told by it.</summary>
    public static readonly StateTable Census = new("census", "name",
        ("name", "TEXT PRIMARY KEY"),
        ("rows", "INTEGER NOT NULL"))
    { IsCounted = false };

    /// <summary>What was found damaged, so that a person may look at it: the columns as SQL writes them.</summary>
    public static readonly StateTable Damaged = new("damaged", "seq",
        ("seq", "INTEGER PRIMARY KEY"),
        ("name", "TEXT NOT NULL"),
        ("key", "TEXT NOT NULL"),
        ("content", "TEXT NOT NULL"))
    { IsCounted = false };

    /// <summary>Single facts by name.</summary>
    public static readonly StateTable Value = new("value", "name",
        ("name", "TEXT PRIMARY KEY"),
        ("content", "TEXT NOT NULL"));

    public static readonly StateTable Findings = new("findings", "id",
        ("id", "INTEGER PRIMARY KEY"), // of kind, client and server with their periods
        ("kind", "INTEGER NOT NULL"),
        ("severity", "INTEGER NOT NULL"),
        ("confidence", "INTEGER NOT NULL"),
        ("client", "BLOB NOT NULL"), // 16 octets in the order of HostAddress
        ("server", "BLOB"), // null when it is about the client alone
        ("count", "INTEGER NOT NULL"),
        ("first_seen_ms", "INTEGER NOT NULL"),
        ("last_seen_ms", "INTEGER NOT NULL"),
        ("techniques", "TEXT NOT NULL"), // separated by blanks
        ("analytics", "TEXT NOT NULL"), // separated by blanks
        ("reason", "TEXT NOT NULL"),
        ("flows", "TEXT NOT NULL"), // JSON
        ("operations", "TEXT NOT NULL"), // JSON
        ("completeness", "REAL"), // share of what the exporters sent, 0 to 1; null when not known
        ("sampling_interval", "INTEGER NOT NULL"),
        ("recorded_ms", "INTEGER NOT NULL"),
        ("updated_ms", "INTEGER NOT NULL"),
        ("withdrawn_ms", "INTEGER"), // set when the judge took it back
        ("verdict", "INTEGER")); // the latest of verdicts; whether it holds is asked when it is read

    /// <summary>What else is known of a finding; a finding without such a row has none of it.</summary>
    public static readonly StateTable FindingDetails = new("finding_details", "finding",
        ("finding", "INTEGER PRIMARY KEY"), // goes with the finding
        ("servers", "INTEGER NOT NULL"), // distinct ones, of a finding that stands for many
        ("known_hosts", "INTEGER NOT NULL"), // 0 to 2
        ("withdrawal", "INTEGER"), // why it was withdrawn
        ("notes", "TEXT NOT NULL")); // JSON

    /// <summary>Which of the machines that had an address a finding is about; without such a row the first that is known.</summary>
    public static readonly StateTable FindingPeriods = new("finding_periods", "finding",
        ("finding", "INTEGER PRIMARY KEY"), // goes when neither the finding nor a verdict on it is left
        ("client_period", "INTEGER NOT NULL"),
        ("server_period", "INTEGER NOT NULL"));

    /// <summary>How rare a finding is; a finding without such a row does not say.</summary>
    public static readonly StateTable FindingRarity = new("finding_rarity", "finding",
        ("finding", "INTEGER PRIMARY KEY"), // goes with the finding
        ("content", "TEXT NOT NULL")); // JSON

    public static readonly StateTable Verdicts = new("verdicts", "seq",
        ("seq", "INTEGER PRIMARY KEY AUTOINCREMENT"),
        ("finding", "INTEGER NOT NULL"), // outlives the finding: it may come again
        ("kind", "INTEGER NOT NULL"),
        ("client", "BLOB NOT NULL"),
        ("server", "BLOB"),
        ("meaning", "INTEGER NOT NULL"),
        ("who", "TEXT NOT NULL"),
        ("why", "TEXT NOT NULL"),
        ("given_ms", "INTEGER NOT NULL"),
        ("expires_ms", "INTEGER"), // null for never
        ("withdrawn_ms", "INTEGER"));

    public static readonly StateTable Suppressions = new("suppressions", "id",
        ("id", "INTEGER PRIMARY KEY AUTOINCREMENT"),
        ("kind", "INTEGER"), // what is null does not restrict
        ("client_first", "BLOB"),
        ("client_last", "BLOB"),
        ("client", "TEXT"),
        ("server_first", "BLOB"),
        ("server_last", "BLOB"),
        ("server", "TEXT"),
        ("who", "TEXT NOT NULL"),
        ("why", "TEXT NOT NULL"),
        ("created_ms", "INTEGER NOT NULL"),
        ("expires_ms", "INTEGER"));

    /// <summary>From which address people said what they said: what is not here was said before that was kept.</summary>
    public static readonly StateTable SaidFrom = new("said_from", "what",
        ("what", "TEXT PRIMARY KEY"), // such as verdict/7
        ("address", "TEXT NOT NULL"));

    /// <summary>Stories that findings tell; those that went into another, and those without findings, are kept for a while.</summary>
    public static readonly StateTable Incidents = new("incidents", "id",
        ("id", "INTEGER PRIMARY KEY"), // that of its earliest finding
        ("severity", "INTEGER NOT NULL"),
        ("confidence", "INTEGER NOT NULL"),
        ("first_seen_ms", "INTEGER NOT NULL"),
        ("last_seen_ms", "INTEGER NOT NULL"),
        ("count", "INTEGER NOT NULL"),
        ("clients", "INTEGER NOT NULL"), // how many
        ("servers", "INTEGER NOT NULL"), // how many
        ("findings", "INTEGER NOT NULL"), // how many
        ("kinds", "TEXT NOT NULL"), // numbers separated by blanks
        ("techniques", "TEXT NOT NULL"), // separated by blanks
        ("content", "TEXT NOT NULL"), // JSON: what each client did, servers, steps
        ("lead", "INTEGER NOT NULL"), // the finding whose reason stands for all
        ("recorded_ms", "INTEGER NOT NULL"),
        ("updated_ms", "INTEGER NOT NULL"),
        ("withdrawn_ms", "INTEGER"), // set when no finding of it stands
        ("merged_into", "INTEGER"), // where its id leads
        ("state", "INTEGER NOT NULL"),
        ("closed_as", "INTEGER"), // benign or malicious; null while it is not closed
        ("closed_ms", "INTEGER"),
        ("seen_severity", "INTEGER"), // what it was when a person acknowledged it
        ("assignee", "TEXT"),
        ("related", "INTEGER"), // a closed one of the same hosts that it follows
        ("verdict", "INTEGER")); // of incident_history: the verdict that can be taken back

    /// <summary>To which incident a finding belongs, with what a query chooses by.</summary>
    public static readonly StateTable IncidentFindings = new("incident_findings", "finding",
        ("finding", "INTEGER PRIMARY KEY"),
        ("incident", "INTEGER NOT NULL"),
        ("kind", "INTEGER NOT NULL"),
        ("client", "BLOB NOT NULL"),
        ("server", "BLOB"));

    /// <summary>Who did what with an incident, and when; what the appliance did by itself, too.</summary>
    public static readonly StateTable IncidentHistory = new("incident_history", "seq",
        ("seq", "INTEGER PRIMARY KEY AUTOINCREMENT"),
        ("incident", "INTEGER NOT NULL"), // where it leads now
        ("of", "INTEGER NOT NULL"), // of which it was said
        ("at_ms", "INTEGER NOT NULL"),
        ("what", "INTEGER NOT NULL"),
        ("who", "TEXT"), // null for the appliance
        ("address", "TEXT"), // that it came from; null when it is not known
        ("value", "TEXT"), // a state, an assignee, a verdict, another incident
        ("text", "TEXT"), // why, or a note
        ("made", "TEXT")); // JSON: the verdicts and suppressions that were made

    public static readonly StateTable Exporters = new("exporters", "address",
        ("address", "TEXT PRIMARY KEY"),
        ("last_seen_ms", "INTEGER NOT NULL"),
        ("content", "TEXT NOT NULL")); // JSON

    public static readonly StateTable ZeekLogs = new("zeek_logs", "path",
        ("path", "TEXT PRIMARY KEY"),
        ("head", "BLOB NOT NULL"), // the first octets of the file, by which it is known again
        ("octets", "INTEGER NOT NULL")); // how many of them have been taken

    /// <summary>What the judge knew at some moment, in parts.</summary>
    public static readonly StateTable JudgeSnapshot = Parts("judge_snapshot");

    /// <summary>What the judge has taken since, in chunks.</summary>
    public static readonly StateTable JudgeJournal = new("judge_journal", "offset",
        ("offset", "INTEGER PRIMARY KEY"), // inputs taken before it since ever; negative: set aside
        ("octets", "BLOB NOT NULL"));

    /// <summary>The flows that the shards held when the process was stopped, in parts.</summary>
    public static readonly StateTable ShardFlows = Parts("shard_flows");

    /// <summary>What addresses were called, by whom and when.</summary>
    public static readonly StateTable Names = new("names", "id",
        ("id", "INTEGER PRIMARY KEY"),
        ("address", "BLOB NOT NULL"), // 16 octets in the order of HostAddress
        ("source", "INTEGER NOT NULL"),
        ("name", "TEXT NOT NULL"), // empty for a lease of a machine that gave none
        ("holder", "INTEGER NOT NULL"), // which machine a lease is of; 0 for none
        ("first_ms", "INTEGER NOT NULL"),
        ("last_ms", "INTEGER NOT NULL"),
        ("until_ms", "INTEGER NOT NULL"), // when a lease ends; 0 for none
        ("fresh", "INTEGER NOT NULL")); // 1 when the machine had just come to have the address

    /// <summary>Who logged on from where to where.</summary>
    public static readonly StateTable NameUsers = new("name_users", "id",
        ("id", "INTEGER PRIMARY KEY"),
        ("client", "BLOB NOT NULL"),
        ("server", "BLOB NOT NULL"),
        ("user", "TEXT NOT NULL"),
        ("source", "INTEGER NOT NULL"),
        ("succeeded", "INTEGER"), // null when not known
        ("target", "TEXT"), // the host that a Kerberos ticket is for
        ("first_ms", "INTEGER NOT NULL"),
        ("last_ms", "INTEGER NOT NULL"));

    /// <summary>Who did what, when and from where.</summary>
    public static readonly StateTable Audit = new("audit", "id",
        ("id", "INTEGER PRIMARY KEY AUTOINCREMENT"),
        ("at_ms", "INTEGER NOT NULL"),
        ("who", "TEXT"), // null where nobody said who it was
        ("role", "TEXT"),
        ("means", "TEXT NOT NULL"),
        ("address", "TEXT"), // that it came from; null when it is not known
        ("what", "TEXT NOT NULL"),
        ("target", "TEXT"),
        ("detail", "TEXT"));

    /// <summary>Who has logged in.</summary>
    public static readonly StateTable Sessions = new("sessions", "hash",
        ("hash", "TEXT PRIMARY KEY"), // SHA-256 of the secret that the cookie holds
        ("name", "TEXT NOT NULL"),
        ("mark", "TEXT NOT NULL"), // of the user's line: with another password or role the session is over
        ("address", "TEXT"), // that the login came from
        ("created_ms", "INTEGER NOT NULL"),
        ("used_ms", "INTEGER NOT NULL"));

    /// <summary>Roles of hosts and networks that people told and that hold.</summary>
    public static readonly StateTable ToldRoles = new("told_roles", "hosts",
        ("hosts", "TEXT PRIMARY KEY"), // an address or a prefix
        ("role", "INTEGER NOT NULL"),
        ("who", "TEXT NOT NULL"),
        ("why", "TEXT NOT NULL"),
        ("told_ms", "INTEGER NOT NULL"),
        ("address", "TEXT")); // that it came from; null when it is not known

    /// <summary>What is to be told to others: the journal of what happened to incidents and findings.</summary>
    public static readonly StateTable Outbox = new("outbox", "seq",
        ("seq", "INTEGER PRIMARY KEY"), // only grows
        ("at_ms", "INTEGER NOT NULL"),
        ("subject", "INTEGER NOT NULL"), // incident or finding
        ("id", "INTEGER NOT NULL"),
        ("event", "INTEGER NOT NULL"));

    /// <summary>Revisions that are told in a moment, once for all that come until then.</summary>
    public static readonly StateTable OutboxWaiting = new("outbox_waiting", "seq",
        ("seq", "INTEGER PRIMARY KEY"),
        ("subject", "INTEGER NOT NULL"),
        ("id", "INTEGER NOT NULL"),
        ("due_ms", "INTEGER NOT NULL"));

    /// <summary>How far each sink was told.</summary>
    public static readonly StateTable SinkCursors = new("sink_cursors", "name",
        ("name", "TEXT PRIMARY KEY"),
        ("seq", "INTEGER NOT NULL"), // of outbox: the last that was acknowledged
        ("updated_ms", "INTEGER NOT NULL"));

    /// <summary>Alerts that a sink may have been told of, and not of their end.</summary>
    public static readonly StateTable SinkAlerts = new("sink_alerts", "key",
        ("key", "TEXT PRIMARY KEY"), // of sink and incident
        ("sink", "TEXT NOT NULL"),
        ("incident", "INTEGER NOT NULL"),
        ("labels", "TEXT NOT NULL")); // JSON: what tells the alert from others

    /// <summary>In the order in which rows are carried over from a damaged file.</summary>
    public static readonly IReadOnlyList<StateTable> All =
    [
        Census, Damaged, Value, Findings, Verdicts, Suppressions, Exporters, ZeekLogs, JudgeSnapshot, JudgeJournal, ShardFlows,
        FindingDetails, SaidFrom, Incidents, IncidentFindings, IncidentHistory, Names, NameUsers, FindingPeriods,
        Audit, Sessions,
        ToldRoles,
        Outbox, OutboxWaiting, SinkCursors, SinkAlerts,
        FindingRarity,
    ];

    private const string FindingIndexes = """
        CREATE INDEX findings_by_last_seen ON findings (last_seen_ms, id);
        CREATE INDEX findings_by_client ON findings (client, last_seen_ms, id);
        CREATE INDEX findings_by_server ON findings (server, last_seen_ms, id);
        CREATE INDEX findings_by_update ON findings (updated_ms);
        CREATE INDEX verdicts_by_finding ON verdicts (finding, seq);
        """;

    // All that a list of findings chooses and sorts by, so that only the rows that it shows are read whole; and what suppressions name.
    private const string FindingChoiceIndexes = """
        DROP INDEX findings_by_last_seen;
        DROP INDEX findings_by_client;
        DROP INDEX findings_by_server;
        CREATE INDEX findings_by_last_seen ON findings (last_seen_ms, id, kind, severity, confidence, client, server, count, first_seen_ms,
            withdrawn_ms, verdict, techniques);
        CREATE INDEX findings_by_client ON findings (client, last_seen_ms, id, kind, server);
        CREATE INDEX findings_by_server ON findings (server, last_seen_ms, id, kind, client);
        """;

    private const string SaidFromTriggers = """
        CREATE TRIGGER verdicts_from AFTER DELETE ON verdicts
        BEGIN DELETE FROM said_from WHERE what IN ('verdict/' || OLD.seq, 'withdrawal/' || OLD.seq); END;
        CREATE TRIGGER suppressions_from AFTER DELETE ON suppressions
        BEGIN DELETE FROM said_from WHERE what = 'suppression/' || OLD.id; END;
        """;

    private const string IncidentIndexes = """
        CREATE INDEX incidents_by_rank ON incidents (severity, confidence, last_seen_ms, id);
        CREATE INDEX incidents_by_last_seen ON incidents (last_seen_ms, id);
        CREATE INDEX incidents_by_first_seen ON incidents (first_seen_ms, id);
        CREATE INDEX incidents_by_update ON incidents (updated_ms);
        CREATE INDEX incidents_by_state ON incidents (severity, state, withdrawn_ms, merged_into);
        CREATE INDEX incidents_by_related ON incidents (related) WHERE related IS NOT NULL;
        CREATE INDEX incidents_by_merge ON incidents (merged_into) WHERE merged_into IS NOT NULL;
        CREATE INDEX incident_findings_by_incident ON incident_findings (incident, finding, kind, client, server);
        CREATE INDEX incident_findings_by_client ON incident_findings (client, incident);
        CREATE INDEX incident_findings_by_server ON incident_findings (server, incident);
        CREATE INDEX incident_history_by_incident ON incident_history (incident, seq);
        """;

    private const string OutboxIndexes = """
        CREATE INDEX outbox_by_subject ON outbox (subject, id, seq);
        CREATE INDEX outbox_by_time ON outbox (at_ms, seq);
        CREATE UNIQUE INDEX outbox_waiting_by_subject ON outbox_waiting (subject, id);
        CREATE INDEX outbox_waiting_by_time ON outbox_waiting (due_ms);
        CREATE INDEX sink_alerts_by_sink ON sink_alerts (sink);
        """;

    private static string OutboxSql =>
        string.Join('\n', ((StateTable[])[Outbox, OutboxWaiting, SinkCursors, SinkAlerts]).Select(t => t.CreateSql)) + OutboxIndexes;

    // "RPCs".
    public static readonly DatabaseSchema Schema = new(FileName, 0x52504373,
    [
        string.Join(
            '\n', ((StateTable[])[Census, Damaged, Value, Findings, Verdicts, Suppressions, Exporters, ZeekLogs])
                .Select(table => table.CreateSql)) + FindingIndexes,
        string.Join('\n', ((StateTable[])[JudgeSnapshot, JudgeJournal, ShardFlows]).Select(table => table.CreateSql)),
        FindingDetails.CreateSql,
        SaidFrom.CreateSql + SaidFromTriggers,
        string.Join('\n', ((StateTable[])[Incidents, IncidentFindings, IncidentHistory]).Select(table => table.CreateSql))
            + IncidentIndexes,
        Names.CreateSql + '\n' + NameUsers.CreateSql,
        FindingPeriods.CreateSql,
        Audit.CreateSql + "\nCREATE INDEX audit_by_time ON audit (at_ms);\n" + Sessions.CreateSql,
        FindingChoiceIndexes,
        ToldRoles.CreateSql,
        OutboxSql,
        FindingRarity.CreateSql,
    ])
    { WritesOverDeleted = true, ChecksIndexes = true };

    private static StateTable Parts(string name) => new(name, "part",
        ("seq", "INTEGER PRIMARY KEY"),
        ("generation", "INTEGER NOT NULL"), // negative: set aside, because it could not be read
        ("part", "INTEGER NOT NULL"), // from 0 on
        ("octets", "BLOB NOT NULL"));
}
