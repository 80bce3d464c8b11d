using System.Buffers.Binary;
using System.Text;
using Microsoft.Data.Sqlite;
using RpcCollector.Flows;
using RpcCollector.Store;

namespace RpcCollector.Names;

/// <summary>Keeps names and logons from one process to the next: a row for each period and for each hour of logons in state.db.</summary>
internal sealed class NameRows(StateStore state)
{
    private static readonly string Upsert = UpsertOf(StateTables.Names);
    private static readonly string UpsertLogon = UpsertOf(StateTables.NameUsers);

    /// <summary>What is kept; a row that is damaged, or holds what can be no name, is left out.</summary>
    public IReadOnlyList<(HostAddress, NamePeriod)> LoadNames() => Load(StateTables.Names, row =>
    {
        var address = row.Address(1);
        var period = new NamePeriod(
            row.Integer(0, 1), row.Named<NameSource>(2), row.Text(3), row.Integer(4), row.Time(5), row.Time(6), row.Time(7),
            row.Integer(8, 0, 1) == 1);
        var isName = (period.Name.Length == 0 && period.Source == NameSource.Dhcp)
            || (NameText.TryClean(period.Name, out var clean) && clean.Equals(period.Name, StringComparison.Ordinal));
        if (!isName || period.FirstUnixMilliseconds > period.LastUnixMilliseconds) row.Nonsense<bool>();
        return (address, period);
    });

    public IReadOnlyList<(HostAddress, LogonRow)> LoadLogons() => Load(StateTables.NameUsers, row =>
    {
        var client = row.Address(1);
        bool? succeeded = row.IsNull(5) ? null : row.Integer(5, 0, 1) == 1;
        var logon = new LogonRow(
            row.Integer(0, 1), row.Address(2), row.Text(3), row.Named<NameSource>(4), succeeded, row.TextOrNull(6), row.Time(7),
            row.Time(8));
        var isName = NameText.TryCleanUser(Encoding.UTF8.GetBytes(logon.User), out var clean)
            && clean.Equals(logon.User, StringComparison.Ordinal) && (logon.Target is null || NameText.TryClean(logon.Target, out _));
        if (!isName || logon.FirstUnixMilliseconds > logon.LastUnixMilliseconds) row.Nonsense<bool>();
        return (client, logon);
    });

    /// <summary>Writes what changed, or nothing of it.</summary>
    /// <param name="beat">Called for each row: there may be very many.</param>
    public void Save(NameBook book, NameChanges.Batch batch, Action beat) => state.Commit(connection =>
    {
        if (batch.IsAll) Database.Execute(connection, "DELETE FROM names; DELETE FROM name_users");
        WriteNames(connection, (batch.IsAll ? book.Addresses : batch.Names)
            .SelectMany(address => book.PeriodsOf(address).Select(period => (address, period))), beat);
        WriteLogons(connection, batch.IsAll ? book.Logons : batch.Logons.Values, beat);
        Delete(connection, StateTables.Names, batch.DeletedNames, beat);
        Delete(connection, StateTables.NameUsers, batch.DeletedLogons, beat);
        return true;
    });

    private IReadOnlyList<(HostAddress, T)> Load<T>(StateTable table, Func<StoredRowReader, (HostAddress, T)> read) =>
        state.Read(connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT {table.ColumnNames}, {table.IsWhole("t")} FROM {table.Name} t";
            var rows = new List<(HostAddress, T)>();
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var row = new StoredRowReader(reader);
                var read1 = read(row);
                if (row.Integer(table.Columns.Length) == 1 && row.MakesSense) rows.Add(read1);
                else state.DamagedRows.Note(table, $"{reader.GetValue(0)}");
            }

            return (IReadOnlyList<(HostAddress, T)>)rows;
        });

    private static void WriteNames(SqliteConnection connection, IEnumerable<(HostAddress Address, NamePeriod Period)> names, Action beat)
    {
        using var command = Prepared(connection, StateTables.Names, Upsert);
        foreach (var (address, period) in names)
        {
            beat();
            Execute(
                command, period.Id, Octets(address), (long)period.Source, period.Name, period.Holder, period.FirstUnixMilliseconds,
                period.LastUnixMilliseconds, period.UntilUnixMilliseconds, period.IsFresh ? 1L : 0L);
        }
    }

    private static void WriteLogons(SqliteConnection connection, IEnumerable<(HostAddress Client, LogonRow Row)> logons, Action beat)
    {
        using var command = Prepared(connection, StateTables.NameUsers, UpsertLogon);
        foreach (var (client, row) in logons)
        {
            beat();
            Execute(
                command, row.Id, Octets(client), Octets(row.Server), row.User, (long)row.Source,
                row.Succeeded is { } succeeded ? succeeded ? 1L : 0L : DBNull.Value, (object?)row.Target ?? DBNull.Value,
                row.FirstUnixMilliseconds, row.LastUnixMilliseconds);
        }
    }

    private static void Delete(SqliteConnection connection, StateTable table, IReadOnlyCollection<long> ids, Action beat)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"DELETE FROM {table.Name} WHERE id = $id";
        var id = command.Parameters.AddWithValue("$id", 0L);
        foreach (var gone in ids)
        {
            beat();
            id.Value = gone;
            command.ExecuteNonQuery();
        }
    }

    private static SqliteCommand Prepared(SqliteConnection connection, StateTable table, string text)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        for (var i = 0; i < table.Columns.Length; i++) command.Parameters.Add(new SqliteParameter($"${i}", DBNull.Value));
        return command;
    }

    private static void Execute(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }

    private static byte[] Octets(HostAddress address)
    {
        var octets = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(octets, address.High);
        BinaryPrimitives.WriteUInt64BigEndian(octets.AsSpan(8), address.Low);
        return octets;
    }

    private static string UpsertOf(StateTable table)
    {
        var values = string.Join(", ", table.Columns.Select((_, i) => $"${i}"));
        var changed = string.Join(", ", table.Columns.Skip(1).Select(column => $"{column.Name} = excluded.{column.Name}"));
        return $"INSERT INTO {table.Name} ({table.ColumnNames}) VALUES ({values}) ON CONFLICT (id) DO UPDATE SET {changed}";
    }
}
