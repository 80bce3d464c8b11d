using RpcCollector.Detection;
using RpcCollector.Options;

namespace RpcCollector.Backtest;

/// <summary>Kinds of findings that are left out beside those that the settings leave out.</summary>
internal static class TriedKinds
{
    /// <exception cref="StartupException">One is no kind, has no place, or is left out already.</exception>
    public static void Write(Setting list, IReadOnlyList<TriedArgument> tried, CollectorOptions present, CollectorOptions options)
    {
        var entries = TriedList.Entries(list, tried, present, "kind");
        foreach (var (entry, by) in entries)
        {
            if (by is null) continue;
            if (!FindingKinds.TryParse(entry, out _))
                throw TriedList.Refuse(by, $"'{entry}' is no kind of finding; the command kinds lists them");
            if (entries.Count(other => other.Entry.Equals(entry, StringComparison.Ordinal)) > 1)
                throw TriedList.Refuse(by, $"changes nothing: {entry} is left out already");
        }

        list.Write(options, entries.Select(static entry => entry.Entry).ToArray());
    }
}
