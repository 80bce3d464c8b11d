using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using RpcCollector.Detection;
using RpcCollector.Files;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Inputs;
using SQLitePCL;

namespace RpcCollector.Backtest;

/// <summary>What a store has of the past, read at one moment while the appliance may go on with it.</summary>
/// <remarks>It takes no lock of the folder and writes nothing; the database is let go of once it was read.</remarks>
internal sealed class StoredPast : IDisposable
{
    private StoredPast(
        InputReading inputs, long firstArrival, IReadOnlyList<StoredFinding> findings, IReadOnlyList<Verdict> verdicts,
        IReadOnlyList<ToldRole> roles)
    {
        (Inputs, FirstArrival, Findings, VerdictsBefore, RolesBefore) = (inputs, firstArrival, findings, verdicts, roles);
        LastArrival = Math.Max(firstArrival, inputs.LastArrival());
    }

    public InputReading Inputs { get; }

    /// <summary>Of what was kept, in Unix milliseconds.</summary>
    public long FirstArrival { get; }

    public long LastArrival { get; }

    /// <summary>All that stand.</summary>
    public IReadOnlyList<StoredFinding> Findings { get; }

    /// <summary>Those that held when the first input arrived.</summary>
    public IReadOnlyList<Verdict> VerdictsBefore { get; }

    /// <summary>Those that had been told by then and still hold.</summary>
    public IReadOnlyList<ToldRole> RolesBefore { get; }

    /// <returns>Null when nothing was kept to be judged again.</returns>
    /// <exception cref="StartupException">There is no store, or it cannot be read.</exception>
    public static StoredPast? Read(StoreOptions options, long nowUnixMilliseconds)
    {
        var folder = Path.GetFullPath(options.Folder);
        var path = Path.Combine(folder, StateTables.FileName);
        if (!File.Exists(path)) throw StoreFolder.Refuse(WhyMissing(folder, path));
        try
        {
            using var connection = Connect(path);
            Database.Execute(connection, "BEGIN");
            Check(connection, path);
            var inputs = new InputReading(Path.Combine(folder, KeptInputs.FolderName), Journal(connection));
            try
            {
                if (inputs.IsEmpty || inputs.FirstArrival() is not { } first)
                {
                    // What was kept and cannot be read is not nothing.
                    if (inputs.Damage.Count > 0) throw StoreFolder.Refuse($"nothing that was kept can be read: {inputs.Damage[0]}");
                    inputs.Dispose();
                    return null;
                }

                var damaged = new DamagedRows(NullLogger.Instance);
                return new StoredPast(
                    inputs, first, FindingRows.ReadStanding(connection, nowUnixMilliseconds, damaged),
                    VerdictStore.HeldAt(connection, first, damaged),
                    [.. ToldRoleStore.Read(connection, damaged).Where(told => told.AtUnixMilliseconds < first)]);
            }
            catch
            {
                inputs.Dispose();
                throw;
            }
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == raw.SQLITE_CANTOPEN && WhyUnreadable(path) is { } why)
        {
            throw StoreFolder.Refuse(why, failure);
        }
        catch (Exception failure) when (failure is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw StoreFolder.Refuse($"'{folder}' cannot be read: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    public void Dispose() => Inputs.Dispose();

    /// <summary>A folder in which one may not look seems to be empty.</summary>
    private static string WhyMissing(string folder, string path) => WhyUnreadable(path)
        ?? (Directory.Exists(folder)
            ? $"there is no store in '{folder}': no {StateTables.FileName}"
            : $"there is no folder '{folder}', so there is no store");

    /// <returns>Null when it is not there, or can be read.</returns>
    private static string? WhyUnreadable(string path)
    {
        try
        {
            RegularFile.OpenHandle(path).Dispose();
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return $"'{path}' may not be read: run it as the user of the sensor, or as root";
        }
        catch (IOException failure)
        {
            return failure is FileNotFoundException or DirectoryNotFoundException ? null : failure.Message;
        }
    }

    private static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
            DefaultTimeout = 30,
        }.ConnectionString);
        try
        {
            connection.Open();
            RowChecksum.Register(connection);
            CommunityKey.Register(connection);
            Database.Execute(connection, "PRAGMA busy_timeout=30000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Check(SqliteConnection connection, string path)
    {
        if ((int)Database.Ask(connection, "PRAGMA application_id") != StateTables.Schema.ApplicationId)
            throw StoreFolder.Refuse($"'{path}' is the database of another program");
        var version = (int)Database.Ask(connection, "PRAGMA user_version");
        if (version > StateTables.Schema.Version)
            throw StoreFolder.Refuse($"'{path}' was written by a newer version of this program: update");
        if (version < StateTables.Schema.Version)
            throw StoreFolder.Refuse($"'{path}' was written by a former version of this program: start the appliance of this one first");
    }

    /// <summary>What the judge took since the last snapshot, as far as it is whole.</summary>
    private static List<(long Offset, byte[] Octets)> Journal(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT offset, octets FROM judge_journal j WHERE offset >= 0 AND {StateTables.JudgeJournal.IsWhole("j")} ORDER BY offset
            """;
        var chunks = new List<(long, byte[])>();
        using var rows = command.ExecuteReader();
        while (rows.Read()) chunks.Add((rows.GetInt64(0), rows.GetFieldValue<byte[]>(1)));
        return chunks;
    }
}
