using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Options;
using RpcCollector.Store;

namespace RpcCollector.KnownExporters;

/// <summary>Keeps, from one process to the next, what is known of the exporters: a row each in state.db.</summary>
internal sealed class ExporterRows(StateStore state)
{
    /// <summary>Writes the exporters that changed, or none of them.</summary>
    public void Save(ChangedExporters changed, bool alsoSeen)
    {
        state.Commit(connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = """
                INSERT INTO exporters (address, last_seen_ms, content) VALUES ($address, $seen, $content)
                ON CONFLICT (address) DO UPDATE SET last_seen_ms = excluded.last_seen_ms, content = excluded.content
                """;
            var address = command.Parameters.AddWithValue("$address", "");
            var seen = command.Parameters.AddWithValue("$seen", 0L);
            var content = command.Parameters.AddWithValue("$content", "");
            using var deletion = connection.CreateCommand();
            deletion.CommandText = "DELETE FROM exporters WHERE address = $address";
            var left = deletion.Parameters.AddWithValue("$address", "");
            return changed.Write(
                alsoSeen,
                (exporter, lastSeen, text) =>
                {
                    (address.Value, seen.Value, content.Value) = (exporter.ToString(), lastSeen, text);
                    command.ExecuteNonQuery();
                },
                exporter =>
                {
                    left.Value = exporter.ToString();
                    deletion.ExecuteNonQuery();
                });
        });
        changed.Accept();
    }

    /// <summary>
    /// Gives the catalog what the rows hold, those seen last first; what is over is deleted, and a damaged row is left out.
    /// </summary>
    /// <returns>How many exporters.</returns>
    /// <exception cref="StartupException">The rows cannot be read.</exception>
    public int Load(ExporterCatalog catalog, FlowOptions options, long nowUnixMilliseconds, long agedUnixMilliseconds)
    {
        var (taken, left) = (0, new List<string>());
        foreach (var (address, content) in StoreFolder.ReadOrRefuse("what was known of the exporters", Read))
        {
            try
            {
                var restored = catalog.Restore(content, options, nowUnixMilliseconds, agedUnixMilliseconds);
                if (restored == ExporterRestored.Taken) taken++;
                else if (restored == ExporterRestored.Over) left.Add(address);
            }
            catch (InvalidDataException)
            {
                state.DamagedRows.Note(StateTables.Exporters, $"'{address}'");
            }
        }

        if (left.Count > 0) Delete(left);
        return taken;
    }

    private IReadOnlyList<(string Address, string Content)> Read() => state.Read(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT address, content, {StateTables.Exporters.IsWhole("e")} FROM exporters e ORDER BY last_seen_ms DESC";
        var rows = new List<(string, string)>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new StoredRowReader(reader);
            var (address, content) = (row.Text(0), row.Text(1));
            if (row.Integer(2) == 1 && row.MakesSense) rows.Add((address, content));
            else state.DamagedRows.Note(StateTables.Exporters, $"'{address}'");
        }

        return (IReadOnlyList<(string, string)>)rows;
    });

    private void Delete(List<string> addresses) => state.Commit(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM exporters WHERE address = $address";
        var address = command.Parameters.AddWithValue("$address", "");
        foreach (var left in addresses)
        {
            address.Value = left;
            command.ExecuteNonQuery();
        }

        return addresses.Count;
    });
}
