using RpcCollector.Flows.Time;

namespace RpcCollector.Clock;

/// <summary>Keeps the last reading of the clock from one process to the next, as one named line.</summary>
/// <param name="read">The line that was kept; null when there is none.</param>
/// <param name="write">Keeps a line in its place.</param>
internal sealed class KeptClock(Func<string?> read, Action<string> write)
{
    /// <summary>The name under which the line is kept.</summary>
    public const string Name = "clock";

    /// <summary>Keeps nothing.</summary>
    public static KeptClock None { get; } = new(static () => null, static _ => { });

    /// <summary>In a file of its own.</summary>
    public static KeptClock InFile(string folder)
    {
        var path = Path.Combine(Path.GetFullPath(folder), Name);
        return new KeptClock(() => File.Exists(path) ? File.ReadAllText(path) : null, line => Replace(path, line));
    }

    /// <summary>What an earlier process kept; null when that is nothing, or cannot be read: the machine's clock is believed then.</summary>
    public AgingClock? Read()
    {
        try
        {
            return read() is { } line ? AgingClock.Load(line) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <returns>Why it cannot be kept; null when it is.</returns>
    public string? Write(ArrivalClock clock)
    {
        try
        {
            write(clock.Save());
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
    }

    private static void Replace(string path, string line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path + ".tmp", line);
        File.Move(path + ".tmp", path, overwrite: true);
    }
}
