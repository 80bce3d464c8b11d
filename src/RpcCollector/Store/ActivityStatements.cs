using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Store;

/// <summary>The statements by which changes become rows of one table; belongs to the writer's connection and thread.</summary>
internal sealed class ActivityStatements(SqliteConnection connection, ExporterCatalog catalog, string table)
{
    /// <summary>Of activities, sorted in or not.</summary>
    public const string Table = "activities";

    /// <summary>Of activities that are not sorted in yet.</summary>
    public const string Unsorted = "unsorted";

    /// <summary>All columns of either table, but for the number of a row.</summary>
    public const string Columns = """
        basis, client, server, start_ms, mapper_client_port, mapper_start_ms, mapper_end_ms,
        endpoint_client_port, endpoint_server_port, endpoint_start_ms, endpoint_end_ms,
        exporters, sampling_interval, recorded_ms, completeness, refused, translated, id
        """;

    private const string Places = "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18";
    private const int AddressOctets = 16;
    private const int MostNames = 1_024;

    private readonly KeptStatements _statements = KeptStatements.Of(connection);

    // Most networks have few exporters, and an id is one's for good.
    private readonly Dictionary<ExporterSet, string> _names = [];
    private readonly string _find = $"SELECT client, server, basis, start_ms, recorded_ms FROM {table} WHERE id = ?1";
    private readonly string _insert = $"INSERT INTO {table} ({Columns}) VALUES ({Places})";
    private readonly string _update = $"UPDATE {table} SET ({Columns}) = ({Places}) WHERE id = ?18";
    private readonly string _delete = $"DELETE FROM {table} WHERE id = ?1";

    /// <summary>What of an activity is stored already; null when nothing is.</summary>
    public StoredRow? Find(long id)
    {
        var statement = _statements.Begin(_find);
        using var rows = statement.Rows;
        statement.Bind(1, id);
        if (!rows.Read()) return null;
        var row = rows.Row;
        var pair = new PairKey(row.Address(0), row.Address(1), row.Named<JoinBasis>(2));
        return new StoredRow(pair, row.Time(3), row.Time(4)) { MakesSense = row.MakesSense };
    }

    public void Insert(in RpcActivity activity, long recordedUnixMilliseconds) => Run(_insert, activity, recordedUnixMilliseconds);

    /// <summary>Replaces the row with its id.</summary>
    public void Update(in RpcActivity activity, long recordedUnixMilliseconds) => Run(_update, activity, recordedUnixMilliseconds);

    public void Delete(long id)
    {
        var statement = _statements.Begin(_delete);
        using var rows = statement.Rows;
        statement.Bind(1, id);
        rows.ReadAll();
    }

    public static byte[] Octets(HostAddress address)
    {
        var octets = new byte[AddressOctets];
        Write(address, octets);
        return octets;
    }

    private static void Write(HostAddress address, Span<byte> octets)
    {
        BinaryPrimitives.WriteUInt64BigEndian(octets, address.High);
        BinaryPrimitives.WriteUInt64BigEndian(octets[8..], address.Low);
    }

    private void Run(string sql, in RpcActivity activity, long recordedUnixMilliseconds)
    {
        var statement = _statements.Begin(sql);
        using var rows = statement.Rows;
        Span<byte> octets = stackalloc byte[AddressOctets];
        statement.Bind(1, (long)activity.Basis);
        Write(activity.Client, octets);
        statement.Bind(2, octets);
        Write(activity.Server, octets);
        statement.Bind(3, octets);
        statement.Bind(4, activity.StartUnixMilliseconds);
        var (mapper, endpoint) = (activity.Mapper, activity.Endpoint);
        statement.Bind(5, mapper?.ClientPort);
        statement.Bind(6, mapper?.StartUnixMilliseconds);
        statement.Bind(7, mapper?.EndUnixMilliseconds);
        statement.Bind(8, endpoint?.ClientPort);
        statement.Bind(9, endpoint?.ServerPort);
        statement.Bind(10, endpoint?.StartUnixMilliseconds);
        statement.Bind(11, endpoint?.EndUnixMilliseconds);
        statement.Bind(12, Names(activity.Exporters));
        statement.Bind(13, activity.SamplingInterval);
        statement.Bind(14, recordedUnixMilliseconds);
        statement.Bind(15, ActivityCompleteness.Of(activity, catalog));
        statement.Bind(16, activity.IsRefused ? 1L : 0L);
        statement.Bind(17, TranslatedColumn.Of(activity.Translated));
        statement.Bind(18, activity.Id);
        rows.ReadAll();
    }

    private string Names(in ExporterSet exporters)
    {
        if (_names.TryGetValue(exporters, out var known)) return known;
        if (_names.Count == MostNames) _names.Clear();
        return _names[exporters] = string.Join(' ', exporters.NamesIn(catalog.Directory));
    }
}

/// <summary>What the writer must know of a row that it is about to change.</summary>
internal readonly record struct StoredRow(PairKey Pair, long StartUnixMilliseconds, long RecordedUnixMilliseconds)
{
    /// <summary>False when the row is damaged: then it was never counted.</summary>
    public bool MakesSense { get; init; }
}
