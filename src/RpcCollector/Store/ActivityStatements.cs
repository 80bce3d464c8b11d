using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Store;

/// <summary>The statements by which changes become rows; belongs to the writer's connection and thread.</summary>
internal sealed class ActivityStatements(SqliteConnection connection, ExporterCatalog catalog)
{
    private const string Columns = """
        basis, client, server, start_ms, mapper_client_port, mapper_start_ms, mapper_end_ms,
        endpoint_client_port, endpoint_server_port, endpoint_start_ms, endpoint_end_ms,
        exporters, sampling_interval, recorded_ms, completeness, refused, translated
        """;

    private const string Places = "$0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16";
    private const string FindOne = "SELECT seq, client, server, basis, start_ms, recorded_ms FROM activities WHERE id = $id";
    private const string InsertOne = $"INSERT INTO activities ({Columns}, id) VALUES ({Places}, $key)";
    private const string UpdateOne = $"UPDATE activities SET ({Columns}) = ({Places}) WHERE seq = $key";

    private readonly KeptStatements _statements = KeptStatements.Of(connection);

    /// <summary>What of an activity is stored already; null when nothing is.</summary>
    public StoredRow? Find(long id)
    {
        using var rows = _statements.Read(FindOne, ("$id", id));
        if (!rows.Read()) return null;
        var row = rows.Row;
        var pair = new PairKey(row.Address(1), row.Address(2), row.Named<JoinBasis>(3));
        return new StoredRow(row.Integer(0), pair, row.Time(4), row.Time(5)) { MakesSense = row.MakesSense };
    }

    public void Insert(in RpcActivity activity, long recordedUnixMilliseconds) =>
        Run(InsertOne, activity, recordedUnixMilliseconds, activity.Id);

    public void Update(long seq, in RpcActivity activity, long recordedUnixMilliseconds) =>
        Run(UpdateOne, activity, recordedUnixMilliseconds, seq);

    public void Delete(long seq) => _statements.Execute("DELETE FROM activities WHERE seq = $seq", ("$seq", seq));

    public static byte[] Octets(HostAddress address)
    {
        var octets = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(octets, address.High);
        BinaryPrimitives.WriteUInt64BigEndian(octets.AsSpan(8), address.Low);
        return octets;
    }

    private void Run(string sql, in RpcActivity activity, long recordedUnixMilliseconds, long key) => _statements.Execute(
        sql,
        ("$0", (int)activity.Basis), ("$1", Octets(activity.Client)), ("$2", Octets(activity.Server)),
        ("$3", activity.StartUnixMilliseconds),
        ("$4", (int?)activity.Mapper?.ClientPort), ("$5", activity.Mapper?.StartUnixMilliseconds),
        ("$6", activity.Mapper?.EndUnixMilliseconds),
        ("$7", (int?)activity.Endpoint?.ClientPort), ("$8", (int?)activity.Endpoint?.ServerPort),
        ("$9", activity.Endpoint?.StartUnixMilliseconds), ("$10", activity.Endpoint?.EndUnixMilliseconds),
        ("$11", Names(activity.Exporters)), ("$12", activity.SamplingInterval), ("$13", recordedUnixMilliseconds),
        ("$14", ActivityCompleteness.Of(activity, catalog)), ("$15", activity.IsRefused ? 1 : 0),
        ("$16", TranslatedColumn.Of(activity.Translated)), ("$key", key));

    private string Names(ExporterSet exporters)
    {
        if (exporters.Count == 1) return catalog.Directory[exporters.IdAt(0)].ToString();
        var names = new string[exporters.Count];
        for (var i = 0; i < names.Length; i++) names[i] = catalog.Directory[exporters.IdAt(i)].ToString();
        return string.Join(' ', names);
    }
}

/// <summary>What the writer must know of a row that it is about to change.</summary>
internal readonly record struct StoredRow(long Seq, PairKey Pair, long StartUnixMilliseconds, long RecordedUnixMilliseconds)
{
    /// <summary>False when the row is damaged: then it was never counted.</summary>
    public bool MakesSense { get; init; }
}
