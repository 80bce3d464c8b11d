using System.Globalization;
using RpcCollector.Options;

namespace RpcCollector.Backtest;

/// <summary>Entries of a list that are tried beside those of the settings.</summary>
/// <remarks>
/// Without a place an entry is added, before those that are there. With a place it takes that of the one that stands there, counted from
/// 0; an empty one takes it away.
/// </remarks>
internal static class TriedList
{
    /// <summary>All of them in their order, each with who asked for it: null where the settings did.</summary>
    /// <param name="one">What an entry is called, such as role.</param>
    /// <exception cref="StartupException">One has no place, or stands there.</exception>
    public static List<(string Entry, TriedArgument? By)> Entries(
        Setting list, IReadOnlyList<TriedArgument> tried, CollectorOptions present, string one)
    {
        // 1. What is there.
        var entries = ((IEnumerable<string>)list.Read(present)!).Select(static entry => (Entry: entry, By: (TriedArgument?)null)).ToList();
        var count = entries.Count;
        foreach (var placed in tried.Where(static argument => argument.Place is not null).OrderBy(static argument => argument.Place))
        {
            var place = placed.Place!.Value;
            if (place > entries.Count) throw Refuse(placed, string.Create(
                CultureInfo.InvariantCulture, $"there are {count} {one}s, so the next place is {count}; without a place it is added"));
            if (place == entries.Count) entries.Add((placed.Value, placed));
            else if (entries[place].Entry.Equals(placed.Value, StringComparison.Ordinal))
                throw Refuse(placed, "changes nothing: it stands there");
            else entries[place] = (placed.Value, placed);
        }

        // 2. What is added, in its order.
        entries.InsertRange(
            0, tried.Where(static argument => argument.IsAdded)
                .SelectMany(argument => Split(argument, one).Select(entry => (entry, (TriedArgument?)argument))));
        entries.RemoveAll(static entry => entry.Entry.Length == 0);
        return entries;
    }

    public static StartupException Refuse(TriedArgument one, string why) => new($"--set {one.Name}={one.Value}: {why}");

    private static string[] Split(TriedArgument argument, string one)
    {
        var entries = argument.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return entries.Length > 0 ? entries : throw Refuse(argument, $"names no {one} to add");
    }
}
