using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Store;

/// <summary>The prepared statements by which changes become rows; belongs to the writer's connection and thread.</summary>
internal sealed class ActivityStatements : IDisposable
{
    private const string Columns = """
        basis, client, server, start_ms, mapper_client_port, mapper_start_ms, mapper_end_ms,
        endpoint_client_port, endpoint_server_port, endpoint_start_ms, endpoint_end_ms,
        exporters, sampling_interval, recorded_ms, completeness, translated
        """;

    private readonly SqliteCommand _find;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _delete;
    private readonly ExporterCatalog _catalog;

    public ActivityStatements(SqliteConnection connection, ExporterCatalog catalog)
    {
        _catalog = catalog;
        _find = Prepare(connection, "SELECT seq, client, server, basis, start_ms, recorded_ms FROM activities WHERE id = $0", 1);
        _insert =
            Prepare(connection,
                $"INSERT INTO activities ({Columns}, id) " +
                "VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
                17);
        _update =
            Prepare(connection,
                $"UPDATE activities SET ({Columns}) = " +
                "($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) WHERE seq = $16",
                17);
        _delete = Prepare(connection, "DELETE FROM activities WHERE seq = $0", 1);
    }

    /// <summary>What of an activity is stored already; null when nothing is.</summary>
    public StoredRow? Find(long id)
    {
        _find.Parameters[0].Value = id;
        using var reader = _find.ExecuteReader();
        if (!reader.Read()) return null;
        var row = new StoredRowReader(reader);
        var pair = new PairKey(row.Address(1), row.Address(2), row.Named<JoinBasis>(3));
        return new StoredRow(row.Integer(0), pair, row.Time(4), row.Time(5)) { MakesSense = row.MakesSense };
    }

    public void Insert(in RpcActivity activity, long recordedUnixMilliseconds) =>
        Run(_insert, activity, recordedUnixMilliseconds, activity.Id);

    public void Update(long seq, in RpcActivity activity, long recordedUnixMilliseconds) =>
        Run(_update, activity, recordedUnixMilliseconds, seq);

    public void Delete(long seq)
    {
        _delete.Parameters[0].Value = seq;
        _delete.ExecuteNonQuery();
    }

    public static byte[] Octets(HostAddress address)
    {
        var octets = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(octets, address.High);
        BinaryPrimitives.WriteUInt64BigEndian(octets.AsSpan(8), address.Low);
        return octets;
    }

    public void Dispose()
    {
        _find.Dispose();
        _insert.Dispose();
        _update.Dispose();
        _delete.Dispose();
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, int numParameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < numParameters; i++) command.Parameters.Add(new SqliteParameter($"${i}", DBNull.Value));
        return command;
    }

    private void Run(SqliteCommand command, in RpcActivity activity, long recordedUnixMilliseconds, long key)
    {
        object?[] values =
        [
            (int)activity.Basis, Octets(activity.Client), Octets(activity.Server), activity.StartUnixMilliseconds,
            activity.Mapper?.ClientPort, activity.Mapper?.StartUnixMilliseconds, activity.Mapper?.EndUnixMilliseconds,
            activity.Endpoint?.ClientPort, activity.Endpoint?.ServerPort, activity.Endpoint?.StartUnixMilliseconds,
            activity.Endpoint?.EndUnixMilliseconds,
            Names(activity.Exporters), activity.SamplingInterval, recordedUnixMilliseconds, ActivityCompleteness.Of(activity, _catalog),
            TranslatedColumn.Of(activity.Translated), key,
        ];
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        command.ExecuteNonQuery();
    }

    private string Names(ExporterSet exporters)
    {
        if (exporters.Count == 1) return _catalog.Directory[exporters.IdAt(0)].ToString();
        var names = new string[exporters.Count];
        for (var i = 0; i < names.Length; i++) names[i] = _catalog.Directory[exporters.IdAt(i)].ToString();
        return string.Join(' ', names);
    }
}

/// <summary>What the writer must know of a row that it is about to change.</summary>
internal readonly record struct StoredRow(long Seq, PairKey Pair, long StartUnixMilliseconds, long RecordedUnixMilliseconds)
{
    /// <summary>False when the row is damaged: then it was never counted.</summary>
    public bool MakesSense { get; init; }
}
