using System.Globalization;
using RpcCollector.Detection;
using RpcCollector.Options;

namespace RpcCollector.Backtest;

/// <summary>Roles that are tried beside those of the settings, of which the first that contains an address counts.</summary>
/// <remarks>
/// Without a place a role is added, before those that are there: so it counts. With a place it takes that of the one that stands there,
/// counted from 0; an empty one takes it away. What would not count is refused.
/// </remarks>
internal static class TriedRoles
{
    /// <exception cref="StartupException">One is no role, has no place, or would not count.</exception>
    public static void Write(Setting list, IReadOnlyList<TriedArgument> tried, CollectorOptions present, CollectorOptions options)
    {
        // 1. What is there, each with who asked for it.
        var entries = ((IEnumerable<string>)list.Read(present)!).Select(static entry => (Entry: entry, By: (TriedArgument?)null)).ToList();
        var count = entries.Count;
        foreach (var one in tried.Where(static one => one.Place is not null).OrderBy(static one => one.Place))
        {
            var place = one.Place!.Value;
            if (place > entries.Count) throw Refuse(one, string.Create(
                CultureInfo.InvariantCulture, $"there are {count} roles, so the next place is {count}; without a place it is added"));
            if (place == entries.Count) entries.Add((one.Value, one));
            else if (entries[place].Entry.Equals(one.Value, StringComparison.Ordinal))
                throw Refuse(one, "changes nothing: it stands there");
            else entries[place] = (one.Value, one);
        }

        // 2. What is added, in its order.
        entries.InsertRange(0, tried.Where(static one => one.IsAdded).SelectMany(static one => Split(one).Select(entry => (entry, one)))
            .Select(static one => (one.entry, (TriedArgument?)one.one)));
        entries.RemoveAll(static entry => entry.Entry.Length == 0);

        // 3. Each counts.
        string[] all = [.. entries.Select(static entry => entry.Entry)];
        foreach (var (entry, by) in entries.Where(static entry => entry.By is not null)) Check(entry, by!);
        if (!RoleTable.TryParse(all, out var table, out var wrong)) throw new StartupException($"{list.Key}: '{wrong}' is no role");
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i].By is not { } by || table.Find(table.Entries[i].Hosts) is not (>= 0 and var first) || first == i) continue;
            throw Refuse(
                by, $"changes nothing: {all[first]} stands before it, and the first counts" + (by.IsAdded
                    ? ""
                    : $"; --set Judgement:{nameof(JudgementOptions.Roles)}={all[i]} puts it first"));
        }

        list.Write(options, all);
    }

    private static string[] Split(TriedArgument one)
    {
        var entries = one.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return entries.Length > 0 ? entries : throw Refuse(one, "names no role to add");
    }

    private static void Check(string entry, TriedArgument by)
    {
        if (!RoleTable.TryParse([entry], out _, out _))
        {
            throw Refuse(
                by, $"is not of the form 192.0.2.10=domain-controller or 192.0.2.0/24=workstation; roles are " +
                $"{string.Join(", ", RoleName.All)}");
        }
    }

    private static StartupException Refuse(TriedArgument one, string why) => new($"--set {one.Name}={one.Value}: {why}");
}
