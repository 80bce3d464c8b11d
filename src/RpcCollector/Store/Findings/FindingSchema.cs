namespace RpcCollector.Store.Findings;

/// <summary>The tables of findings, and of what people say of them: in the file of the activities, since schema 3.</summary>
internal static class FindingSchema
{
    public const string Sql = """
        CREATE TABLE findings (
            id INTEGER PRIMARY KEY,         -- of kind, client and server
            kind INTEGER NOT NULL,
            severity INTEGER NOT NULL,
            confidence INTEGER NOT NULL,
            client BLOB NOT NULL,           -- 16 octets in the order of HostAddress
            server BLOB,                    -- null when it is about the client alone
            count INTEGER NOT NULL,
            first_seen_ms INTEGER NOT NULL,
            last_seen_ms INTEGER NOT NULL,
            techniques TEXT NOT NULL,       -- separated by blanks
            analytics TEXT NOT NULL,        -- separated by blanks
            reason TEXT NOT NULL,
            flows TEXT NOT NULL,            -- JSON
            operations TEXT NOT NULL,       -- JSON
            completeness REAL,              -- share of what the exporters sent, 0 to 1; null when not known
            sampling_interval INTEGER NOT NULL,
            recorded_ms INTEGER NOT NULL,
            updated_ms INTEGER NOT NULL,
            withdrawn_ms INTEGER,           -- set when the judge took it back and a person's verdict keeps it
            verdict INTEGER                 -- the latest of verdicts; whether it holds is asked when it is read
        ) STRICT;
        CREATE INDEX findings_by_last_seen ON findings (last_seen_ms, id);
        CREATE INDEX findings_by_client ON findings (client, last_seen_ms, id);
        CREATE INDEX findings_by_server ON findings (server, last_seen_ms, id);
        CREATE INDEX findings_by_update ON findings (updated_ms);
        CREATE TABLE verdicts (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            finding INTEGER NOT NULL,       -- outlives the finding: it may come again
            kind INTEGER NOT NULL,
            client BLOB NOT NULL,
            server BLOB,
            meaning INTEGER NOT NULL,
            who TEXT NOT NULL,
            why TEXT NOT NULL,
            given_ms INTEGER NOT NULL,
            expires_ms INTEGER,             -- null for never
            withdrawn_ms INTEGER
        ) STRICT;
        CREATE INDEX verdicts_by_finding ON verdicts (finding, seq);
        CREATE TABLE suppressions (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind INTEGER,                   -- what is null does not restrict
            client_first BLOB, client_last BLOB, client TEXT,
            server_first BLOB, server_last BLOB, server TEXT,
            who TEXT NOT NULL,
            why TEXT NOT NULL,
            created_ms INTEGER NOT NULL,
            expires_ms INTEGER
        ) STRICT;
        """;
}
