using RpcCollector.Detection;
using RpcCollector.Options;

namespace RpcCollector.Backtest;

/// <summary>Roles that are tried beside those of the settings, of which the first that contains an address counts.</summary>
/// <remarks>
/// One that is added stands before those that are there: so it counts (<see cref="TriedList"/>). What would not count is refused.
/// </remarks>
internal static class TriedRoles
{
    /// <exception cref="StartupException">One is no role, has no place, or would not count.</exception>
    public static void Write(Setting list, IReadOnlyList<TriedArgument> tried, CollectorOptions present, CollectorOptions options)
    {
        var entries = TriedList.Entries(list, tried, present, "role");
        string[] all = [.. entries.Select(static entry => entry.Entry)];
        foreach (var (entry, by) in entries.Where(static entry => entry.By is not null)) Check(entry, by!);
        if (!RoleTable.TryParse(all, out var table, out var wrong)) throw new StartupException($"{list.Key}: '{wrong}' is no role");
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].By is not { } by || table.Find(table.Entries[i].Hosts) is not (>= 0 and var first) || first == i) continue;
            throw TriedList.Refuse(
                by, $"changes nothing: {all[first]} stands before it, and the first counts" + (by.IsAdded
                    ? ""
                    : $"; --set Judgement:{nameof(JudgementOptions.Roles)}={all[i]} puts it first"));
        }

        list.Write(options, all);
    }

    private static void Check(string entry, TriedArgument by)
    {
        if (!RoleTable.TryParse([entry], out _, out _))
        {
            throw TriedList.Refuse(
                by, $"is not of the form 192.0.2.10=domain-controller or 192.0.2.0/24=workstation; roles are " +
                $"{string.Join(", ", RoleName.All)}");
        }
    }
}
