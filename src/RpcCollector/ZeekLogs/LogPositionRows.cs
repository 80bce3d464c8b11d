using RpcCollector.Store;

namespace RpcCollector.ZeekLogs;

/// <summary>Keeps, from one process to the next, how far each followed log has been read: a row each in state.db.</summary>
internal sealed class LogPositionRows(StateStore state)
{
    private const string ToldName = "told_by_logs";

    /// <summary>What was to be sent when positions were saved last with it; null when that was never so.</summary>
    public string? LoadTold() => state.Value(ToldName);

    public IReadOnlyList<LogPosition> Load() => state.Read(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT path, head, octets, {StateTables.ZeekLogs.IsWhole("z")} FROM zeek_logs z";
        var positions = new List<LogPosition>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new StoredRowReader(reader);
            var position = new LogPosition(row.Text(0), row.Octets(1), row.Integer(2, 0, long.MaxValue));
            if (row.Integer(3) == 1 && row.MakesSense) positions.Add(position);
            else state.DamagedRows.Note(StateTables.ZeekLogs, $"'{position.Path}'");
        }

        return (IReadOnlyList<LogPosition>)positions;
    });

    /// <summary>Writes these, and forgets logs that are followed no more.</summary>
    /// <param name="told">
    /// What stands before these positions and is to be sent, in the same transaction and in the place of what was there; null for nothing.
    /// </param>
    public void Save(IReadOnlyList<LogPosition> positions, string? told = null) => state.Commit(connection =>
    {
        if (told is not null) Database.SetValue(connection, ToldName, told);
        using var command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO zeek_logs (path, head, octets) VALUES ($path, $head, $octets)
            ON CONFLICT (path) DO UPDATE SET head = excluded.head, octets = excluded.octets
                WHERE (head, octets) IS NOT (excluded.head, excluded.octets)
            """;
        var path = command.Parameters.AddWithValue("$path", "");
        var head = command.Parameters.AddWithValue("$head", Array.Empty<byte>());
        var octets = command.Parameters.AddWithValue("$octets", 0L);
        foreach (var position in positions)
        {
            (path.Value, head.Value, octets.Value) = (position.Path, position.Head, position.Octets);
            command.ExecuteNonQuery();
        }

        using var others = connection.CreateCommand();
        others.CommandText = $"DELETE FROM zeek_logs WHERE path NOT IN ({string.Join(", ", positions.Select((_, i) => $"${i}"))})";
        for (var i = 0; i < positions.Count; i++) others.Parameters.AddWithValue($"${i}", positions[i].Path);
        return others.ExecuteNonQuery();
    });
}
