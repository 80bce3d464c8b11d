using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Store.Words;

/// <summary>All that travels between judges: a closed list. What is not in it is refused.</summary>
/// <remarks>Another column, or another meaning of one, is another version of the deed.</remarks>
internal static class SaidTables
{
    private const int HashLetters = 64;

    private static readonly string[] AllEvents = ["INSERT", "UPDATE", "DELETE"];

    public static readonly SaidTable Verdicts = new(StateTables.Verdicts, checks: Checks(
        ("seq", IsNumber), ("kind", Is<FindingKind>), ("meaning", Is<VerdictMeaning>)))
    { Events = AllEvents };

    public static readonly SaidTable Suppressions = new(StateTables.Suppressions, checks: Checks(
        ("id", IsNumber), ("kind", Is<FindingKind>), ("client", IsRange), ("server", IsRange)))
    { Events = AllEvents };

    public static readonly SaidTable SaidFrom = new(StateTables.SaidFrom) { Events = AllEvents };

    public static readonly SaidTable ToldRoles = new(StateTables.ToldRoles, checks: Checks(
        ("hosts", static value => AddressPrefix.TryParse((string)value, out _)), ("role", Is<HostRole>)))
    { Events = AllEvents };

    /// <summary>What people do with one; what else its row says each judge finds by itself.</summary>
    public static readonly SaidTable Incidents = new(
        StateTables.Incidents, ["id", "state", "closed_as", "closed_ms", "seen_severity", "assignee", "verdict"],
        Checks(("state", Is<IncidentState>), ("closed_as", Is<VerdictMeaning>), ("seen_severity", Is<FindingSeverity>)))
    {
        Events = ["UPDATE OF state, closed_as, closed_ms, seen_severity, assignee, verdict"],
        TellsDeletions = false,
    };

    public static readonly SaidTable IncidentHistory = new(StateTables.IncidentHistory, checks: Checks(
        ("what", Is<HistoryWhat>), ("made", IsMade)))
    {
        Events = ["INSERT"],

        // What the appliance does by itself each judge does by itself; but that a word opens an incident follows from the word.
        When = $"NEW.who IS NOT NULL OR NEW.what = {(int)HistoryWhat.Reopened}",
        TellsDeletions = false,
    };

    public static readonly SaidTable Audit = new(StateTables.Audit) { TellsDeletions = false };

    public static readonly SaidTable Sessions = new(StateTables.Sessions, checks: Checks(("hash", IsHash)));

    /// <summary>Lines of the files beside the store: who may log in, and which programs may ask.</summary>
    public static readonly SaidTable Users = Lines("users");

    public static readonly SaidTable Tokens = Lines("tokens");

    /// <summary>Up to which time a sink was told.</summary>
    public static readonly SaidTable Sinks = new(
        new StateTable("sinks", "name", ("name", "TEXT PRIMARY KEY"), ("told_ms", "INTEGER NOT NULL")))
    { TellsDeletions = false };

    public static readonly IReadOnlyList<SaidTable> All =
        [Verdicts, Suppressions, SaidFrom, ToldRoles, Incidents, IncidentHistory, Audit, Sessions, Users, Tokens, Sinks];

    public static SaidTable? Find(string name) => All.FirstOrDefault(table => table.Name.Equals(name, StringComparison.Ordinal));

    private static SaidTable Lines(string name) =>
        new(new StateTable(name, "name", ("name", "TEXT PRIMARY KEY"), ("line", "TEXT NOT NULL")));

    private static Dictionary<string, Func<object, bool>> Checks(params (string Column, Func<object, bool> Check)[] checks) =>
        checks.ToDictionary(check => check.Column, check => check.Check, StringComparer.Ordinal);

    private static bool Is<T>(object value)
        where T : struct, Enum => value is long and >= 0 and <= byte.MaxValue && Enum.IsDefined((T)Enum.ToObject(typeof(T), value));

    // The next number that a table gives has to fit, too.
    private static bool IsNumber(object value) => value is long and >= 1 and < 1L << 62;

    private static bool IsRange(object value) => AddressRange.TryParse((string)value, out _);

    private static bool IsHash(object value) =>
        value is string { Length: HashLetters } hash && hash.All(char.IsAsciiHexDigitLower);

    private static bool IsMade(object value)
    {
        try
        {
            var made = JsonSerializer.Deserialize((string)value, IncidentColumns.Default.MadeByVerdict);
            return made is { Verdicts: not null, Suppressions: not null };
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
