using System.Globalization;
using Microsoft.Data.Sqlite;

namespace RpcCollector.Store.Words;

/// <summary>
/// How far a store knows what was said: kept in the transaction that writes it, so that neither a crash nor a backup tears them apart.
/// </summary>
/// <param name="Offset">Of the judge's log: what was said up to it is in this store.</param>
/// <param name="Writer">The process that last said something from here; empty for none.</param>
/// <param name="Number">Its last word that is in this store.</param>
internal readonly record struct SaidMark(long Offset, string Writer, long Number)
{
    private const string Name = "said";

    public static SaidMark Read(SqliteConnection connection) => Find(connection) ?? new SaidMark(0, "", 0);

    /// <summary>Null for a store that never heard anything.</summary>
    public static SaidMark? Find(SqliteConnection connection) => Parse(Database.Value(connection, Name));

    public void Keep(SqliteConnection connection) =>
        Database.SetValue(connection, Name, string.Create(CultureInfo.InvariantCulture, $"{Offset} {Number} {Writer}"));

    private static SaidMark? Parse(string? text) =>
        text?.Split(' ') is [var offset, var number, var writer]
        && long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? new SaidMark(at, writer, last)
            : null;
}
