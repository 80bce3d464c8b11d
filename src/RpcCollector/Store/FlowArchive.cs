namespace RpcCollector.Store;

/// <summary>Keeps what the shards held at a planned end until the next start takes it, once.</summary>
internal sealed class FlowArchive(StateStore store)
{
    /// <summary>Keeps what is written, in the place of what was kept before.</summary>
    public void Save(Action<Stream> write) => store.Commit(connection =>
    {
        PartWriter.DeleteAll(KeptStatements.Of(connection), StateTables.ShardFlows);
        using var parts = new PartWriter(connection, StateTables.ShardFlows, generation: 1);
        write(parts);
        parts.End();
        return true;
    });

    /// <summary>What was kept; null when there is nothing.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public ReadOnlyMemory<byte>? Read() => store.Read(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT part, octets, {StateTables.ShardFlows.IsWhole("f")} FROM shard_flows f WHERE generation = 1 ORDER BY part
            """;
        using var rows = command.ExecuteReader();
        using var parts = new PartReader(rows);
        var octets = new MemoryStream();
        parts.CopyTo(octets);
        if (octets.Length == 0) return (ReadOnlyMemory<byte>?)null;
        return octets.GetBuffer().AsMemory(0, (int)octets.Length);
    });

    /// <summary>It was taken: no later start shall take it again.</summary>
    public void Delete() => store.Commit(static connection =>
    {
        PartWriter.DeleteAll(KeptStatements.Of(connection), StateTables.ShardFlows);
        return true;
    });

    /// <summary>It cannot be read: it is kept aside until the next damage. Where nothing is kept, nothing changes.</summary>
    public void SetAside() => store.Commit(static connection =>
    {
        if (Database.Ask(connection, "SELECT COALESCE(MAX(generation), 0) FROM shard_flows") > 0)
            PartWriter.SetAside(KeptStatements.Of(connection), StateTables.ShardFlows);
        return true;
    });
}
