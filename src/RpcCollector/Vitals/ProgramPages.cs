using System.Globalization;
using System.Runtime.InteropServices;

namespace RpcCollector.Vitals;

/// <summary>The pages of the program's own file that the process has mapped, as Linux counts them to it.</summary>
/// <remarks>
/// The start reads most of a native program once, and what it reads stays counted as resident for as long as nobody wants the memory.
/// Libraries are left alone: one that is being loaded looks for a moment as if nothing of it had been changed.
/// </remarks>
internal static unsafe partial class ProgramPages
{
    private const string Map = "/proc/self/smaps";
    private const int DontNeed = 4;

    /// <summary>Unmaps all that the process has not changed: what is used again is mapped again, from the kernel's cache.</summary>
    /// <returns>How many octets of address space it was; 0 where the kernel does not say what is mapped.</returns>
    public static long LetGo()
    {
        if (!OperatingSystem.IsLinux() || Environment.ProcessPath is not { } program) return 0;
        try
        {
            long sum = 0;
            foreach (var (from, to) in Unchanged(File.ReadLines(Map), program).ToList())
                if (Advise((void*)from, to - from, DontNeed) == 0) sum += (long)(to - from);
            return sum;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is counted a little longer: nothing depends on it.
            return 0;
        }
    }

    /// <summary>What is mapped of a file, could never be written to, and is octet for octet what the file has.</summary>
    /// <param name="lines">Of smaps: a heading for each mapping, and what it has of each kind of pages below it.</param>
    /// <remarks>
    /// What was changed and then swapped out is no longer among the anonymous pages, and what was writable once (ac) may have been changed.
    /// An emulator that knows nothing of the pages says that none is there.
    /// </remarks>
    internal static IEnumerable<(nuint From, nuint To)> Unchanged(IEnumerable<string> lines, string file)
    {
        (nuint From, nuint To)? mapping = null;
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (Heading(line) is { } heading)
            {
                mapping = heading.IsReadOnly && heading.File.Equals(file, StringComparison.Ordinal) ? (heading.From, heading.To) : null;
                known.Clear();
                continue;
            }

            if (mapping is not { } place || line.IndexOf(':') is not (> 0 and var colon)) continue;
            known[line[..colon]] = line[(colon + 1)..].Trim();

            // The last line of each.
            if (known.TryGetValue("VmFlags", out var flags) && !flags.Split(' ').Contains("ac", StringComparer.Ordinal)
                && Has("Anonymous", "0 kB") && Has("Swap", "0 kB") && known.ContainsKey("Rss") && !Has("Rss", "0 kB"))
                yield return place;
        }

        bool Has(string kind, string pages) => known.TryGetValue(kind, out var said) && said.Equals(pages, StringComparison.Ordinal);
    }

    // 7f00-7f10 r-xp 00000000 08:01 4711   /usr/bin/program
    private static (nuint From, nuint To, bool IsReadOnly, string File)? Heading(string line)
    {
        var parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 5 || parts[1].Length != 4 || parts[0].Split('-') is not [var first, var last]) return null;
        if (!nuint.TryParse(first, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var from)) return null;
        if (!nuint.TryParse(last, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var to) || to <= from) return null;
        return (from, to, parts[1] is ['r', '-', _, 'p'], parts.Length == 6 ? parts[5] : "");
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
