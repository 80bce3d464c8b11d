using System.Globalization;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Store;

/// <summary>Keeps the roles that people tell, until they take them back.</summary>
internal sealed class ToldRoleStore(StateStore state)
{
    /// <summary>Of hosts and networks together.</summary>
    public const int MaxRoles = 10_000;

    /// <returns>False when there are too many.</returns>
    /// <param name="told">Takes the place of what was told of the same hosts.</param>
    /// <param name="from">The address that it came from; null when it is not known.</param>
    public bool Tell(ToldRole told, string? from) => state.CommitSaid(connection =>
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            INSERT INTO told_roles (hosts, role, who, why, told_ms, address) SELECT $hosts, $role, $who, $why, $told, $address
            WHERE (SELECT COUNT(*) FROM told_roles WHERE hosts <> $hosts) < {MaxRoles}
            ON CONFLICT (hosts) DO UPDATE SET
                role = excluded.role, who = excluded.who, why = excluded.why, told_ms = excluded.told_ms, address = excluded.address
            """;
        command.Parameters.AddWithValue("$hosts", told.Hosts.ToString());
        command.Parameters.AddWithValue("$role", (int)told.Role!.Value);
        command.Parameters.AddWithValue("$who", told.Who);
        command.Parameters.AddWithValue("$why", told.Why);
        command.Parameters.AddWithValue("$told", told.AtUnixMilliseconds);
        command.Parameters.AddWithValue("$address", (object?)from ?? DBNull.Value);
        return command.ExecuteNonQuery() > 0;
    });

    /// <returns>What was told of these hosts; null when nothing was.</returns>
    public ToldRole? Withdraw(AddressPrefix hosts) => state.CommitSaid(connection =>
    {
        var former = Find(connection, hosts, state.DamagedRows);
        using var command = connection.CreateCommand();
        command.CommandText = "DELETE FROM told_roles WHERE hosts = $hosts";
        command.Parameters.AddWithValue("$hosts", hosts.ToString());
        return command.ExecuteNonQuery() > 0 ? former : null;
    });

    /// <summary>All that holds, in the order of addresses.</summary>
    public IReadOnlyList<ToldRole> Read() =>
        state.Read(connection => Read(connection, state.DamagedRows));

    /// <summary>What is told of these hosts, within somebody's transaction; null when nothing is.</summary>
    public static ToldRole? Find(SqliteConnection connection, AddressPrefix hosts, DamagedRows damaged) =>
        Read(connection, hosts, damaged).SingleOrDefault();

    /// <summary>The same of a store that another process works with.</summary>
    public static IReadOnlyList<ToldRole> Read(SqliteConnection connection, DamagedRows damaged) =>
        [.. Read(connection, only: null, damaged).Order(InOrder)];

    private static readonly Comparer<ToldRole> InOrder =
        Comparer<ToldRole>.Create(static (left, right) => left.Hosts.CompareTo(right.Hosts));

    private static List<ToldRole> Read(SqliteConnection connection, AddressPrefix? only, DamagedRows damaged)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT hosts, role, who, why, told_ms, {StateTables.ToldRoles.IsWhole("t")} FROM told_roles t
            {(only is null ? "" : "WHERE hosts = $hosts")}
            """;
        if (only is { } one) command.Parameters.AddWithValue("$hosts", one.ToString());
        var roles = new List<ToldRole>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var row = new StoredRowReader(reader);
            var hosts = AddressPrefix.TryParse(row.Text(0), out var prefix) ? prefix : row.Nonsense<AddressPrefix>();
            var told = new ToldRole(hosts, row.Named<HostRole>(1), row.Text(2), row.Text(3), row.Time(4));
            if (row.Integer(5) == 1 && row.MakesSense) roles.Add(told);
            else damaged.Note(StateTables.ToldRoles, string.Create(CultureInfo.InvariantCulture, $"'{reader.GetValue(0)}'"));
        }

        return roles;
    }
}
