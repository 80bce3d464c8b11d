namespace RpcCollector.Store;

/// <summary>The tables of activities.db, and the steps in which they came to be.</summary>
internal static class ActivityTables
{
    public static readonly IReadOnlyList<string> Migrations =
    [
        """
        CREATE TABLE activities (
            seq INTEGER PRIMARY KEY,        -- in order of recording, so that what is deleted together lies together
            id INTEGER NOT NULL UNIQUE,
            basis INTEGER NOT NULL,
            client BLOB NOT NULL,           -- 16 octets in the order of HostAddress
            server BLOB NOT NULL,
            start_ms INTEGER NOT NULL,
            mapper_client_port INTEGER, mapper_start_ms INTEGER, mapper_end_ms INTEGER,
            endpoint_client_port INTEGER, endpoint_server_port INTEGER, endpoint_start_ms INTEGER, endpoint_end_ms INTEGER,
            exporters TEXT NOT NULL,        -- addresses, separated by blanks
            sampling_interval INTEGER NOT NULL,
            recorded_ms INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX activities_by_start ON activities (start_ms, id);
        CREATE INDEX activities_by_client ON activities (client, start_ms, id);
        CREATE INDEX activities_by_server ON activities (server, start_ms, id);
        CREATE INDEX activities_by_recording ON activities (recorded_ms);
        """,
        """
        -- The share of what the exporters sent, 0 to 1; null when not known.
        ALTER TABLE activities ADD COLUMN completeness REAL;
        """,
        """
        -- Findings were kept here.
        """,
        """
        -- They are in state.db, which has taken them over by now.
        DROP TABLE IF EXISTS findings;
        DROP TABLE IF EXISTS verdicts;
        DROP TABLE IF EXISTS suppressions;
        CREATE TABLE value (name TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT;
        """,
        """
        -- 1 for a mapper flow that a firewall refused.
        ALTER TABLE activities ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
        """,
        """
        -- The ends on the other side of an address translation: client, port, server, port; "-" for an end that has no other name.
        ALTER TABLE activities ADD COLUMN translated TEXT;
        """,
        """
        -- What is hunted for is found in an index that has all of it, without the rows; a connection by its Community ID.
        DROP INDEX activities_by_start;
        DROP INDEX activities_by_client;
        DROP INDEX activities_by_server;
        CREATE INDEX activities_by_time ON activities (start_ms, id, basis, client, server, mapper_client_port, endpoint_client_port,
            endpoint_server_port, exporters);
        CREATE INDEX activities_by_client ON activities (client, start_ms, id, basis);
        CREATE INDEX activities_by_server ON activities (server, start_ms, id, basis);
        CREATE INDEX activities_by_mapper ON activities (community_key(client, mapper_client_port, server, 135))
            WHERE mapper_client_port IS NOT NULL;
        CREATE INDEX activities_by_endpoint
            ON activities (community_key(client, endpoint_client_port, server, endpoint_server_port))
            WHERE endpoint_client_port IS NOT NULL;
        """,
        """
        -- What came in a burst, in the order of time alone: it goes over to activities, with all the places in their indexes, once there
        -- is time. An activity is in one of the two.
        CREATE TABLE unsorted (
            start_ms INTEGER NOT NULL, id INTEGER NOT NULL UNIQUE,
            client BLOB NOT NULL, server BLOB NOT NULL, basis INTEGER NOT NULL,
            mapper_client_port INTEGER, mapper_start_ms INTEGER, mapper_end_ms INTEGER,
            endpoint_client_port INTEGER, endpoint_server_port INTEGER, endpoint_start_ms INTEGER, endpoint_end_ms INTEGER,
            exporters TEXT NOT NULL, sampling_interval INTEGER NOT NULL, recorded_ms INTEGER NOT NULL, completeness REAL,
            refused INTEGER NOT NULL, translated TEXT,
            PRIMARY KEY (start_ms, id)
        ) STRICT, WITHOUT ROWID;
        """,
    ];
}
