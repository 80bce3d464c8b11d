using System.Globalization;
using Microsoft.Data.Sqlite;

namespace RpcCollector.Store.Findings;

/// <summary>Keeps beside what a person said the address that it came from, until what was said is deleted.</summary>
internal static class SaidFrom
{
    public const string Verdict = "verdict";
    public const string Withdrawal = "withdrawal";
    public const string Suppression = "suppression";

    /// <summary>The address of what has the number that SQL gives; null when it is not known.</summary>
    public static string Of(string what, string number) =>
        $"(SELECT o.address FROM said_from o WHERE o.what = '{what}/' || {number} AND {StateTables.SaidFrom.IsWhole("o")})";

    public static void Keep(SqliteConnection connection, string what, long number, string? address)
    {
        if (address is null) return;
        using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT INTO said_from (what, address) VALUES ($what, $address) ON CONFLICT (what) DO UPDATE SET address = excluded.address";
        command.Parameters.AddWithValue("$what", string.Create(CultureInfo.InvariantCulture, $"{what}/{number}"));
        command.Parameters.AddWithValue("$address", address);
        command.ExecuteNonQuery();
    }
}
