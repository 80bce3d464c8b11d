using System.Globalization;
using System.Runtime.InteropServices;

namespace RpcCollector.Vitals;

/// <summary>The pages of the program's own file and of its libraries that the process has mapped, as Linux counts them to it.</summary>
/// <remarks>
/// The start reads most of a native program once, and what it reads stays counted as resident for as long as nobody wants the memory.
/// </remarks>
internal static unsafe partial class ProgramPages
{
    private const string Map = "/proc/self/smaps";
    private const string Changed = "Anonymous:";
    private const int DontNeed = 4;

    /// <summary>Unmaps all that the process has not changed: what is used again is mapped again, from the kernel's cache.</summary>
    /// <returns>How many octets of address space it was; 0 where the kernel does not say what is mapped.</returns>
    public static long LetGo()
    {
        if (!OperatingSystem.IsLinux()) return 0;
        try
        {
            long sum = 0;
            foreach (var (from, to) in Unchanged(File.ReadLines(Map)))
                if (Advise((void*)from, to - from, DontNeed) == 0) sum += (long)(to - from);
            return sum;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is counted a little longer: nothing depends on it.
            return 0;
        }
    }

    /// <summary>What is mapped of files, cannot be written to, and is octet for octet what the files have.</summary>
    /// <param name="lines">Of smaps: a heading for each mapping, and what it has of each kind of pages below it.</param>
    internal static IEnumerable<(nuint From, nuint To)> Unchanged(IEnumerable<string> lines)
    {
        (nuint From, nuint To)? mapping = null;
        foreach (var line in lines)
        {
            if (line.StartsWith(Changed, StringComparison.Ordinal))
            {
                if (mapping is { } known && line.EndsWith(" 0 kB", StringComparison.Ordinal)) yield return known;
                mapping = null;
            }
            else if (Heading(line) is { } heading)
            {
                mapping = heading.IsOfFile ? (heading.From, heading.To) : null;
            }
        }
    }

    // 7f00-7f10 r-xp 00000000 08:01 4711   /usr/bin/program
    private static (nuint From, nuint To, bool IsOfFile)? Heading(string line)
    {
        var parts = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 5 || parts[1].Length != 4 || parts[0].Split('-') is not [var first, var last]) return null;
        if (!nuint.TryParse(first, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var from)) return null;
        if (!nuint.TryParse(last, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var to) || to <= from) return null;
        var isPrivate = parts[1] is ['r', '-', _, 'p'];
        return (from, to, isPrivate && parts is [_, _, _, _, _, ['/', ..]]);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
