namespace RpcCollector.Store;

/// <summary>Keeps what the shards held at a planned end until the next start takes it, once.</summary>
internal sealed class FlowArchive(ActivityStore store)
{
    private const string Table = "shard_flows";

    private const string Schema = $"""
        CREATE TABLE IF NOT EXISTS {Table} (
            generation INTEGER NOT NULL,    -- 1; negative: set aside, because it could not be read
            part INTEGER NOT NULL,
            octets BLOB NOT NULL,
            checksum BLOB NOT NULL,         -- SHA-256 of the octets
            PRIMARY KEY (generation, part)
        ) STRICT;
        """;

    /// <summary>Keeps what is written, in the place of what was kept before.</summary>
    public void Save(Action<Stream> write) => store.Commit(connection =>
    {
        ActivityDatabase.Execute(connection, Schema);
        ActivityDatabase.Execute(connection, $"DELETE FROM {Table} WHERE generation > 0");
        using var parts = new PartWriter(connection, Table, generation: 1);
        write(parts);
        parts.End();
        return true;
    });

    /// <summary>What was kept; null when there is nothing.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public ReadOnlyMemory<byte>? Read() => store.Read(connection =>
    {
        if (ActivityDatabase.Ask(connection,
            $"SELECT COUNT(*) FROM sqlite_master WHERE name = '{Table}'") == 0) return (ReadOnlyMemory<byte>?)null;
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT part, octets, checksum FROM {Table} WHERE generation = 1 ORDER BY part";
        using var rows = command.ExecuteReader();
        using var parts = new PartReader(rows);
        var octets = new MemoryStream();
        parts.CopyTo(octets);
        if (octets.Length == 0) return null;
        return octets.GetBuffer().AsMemory(0, (int)octets.Length);
    });

    /// <summary>It was taken: no later start shall take it again.</summary>
    public void Delete() => Change($"DELETE FROM {Table} WHERE generation > 0");

    /// <summary>It cannot be read: it is kept aside until the next damage.</summary>
    public void SetAside() => Change($"DELETE FROM {Table} WHERE generation < 0; UPDATE {Table} SET generation = -1 WHERE generation > 0");

    private void Change(string sql) => store.Commit(connection =>
    {
        ActivityDatabase.Execute(connection, Schema);
        ActivityDatabase.Execute(connection, sql);
        return true;
    });
}
