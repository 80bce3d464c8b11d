using System.Globalization;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store;

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

    /// <summary>
    /// Among the values of state.db; where there is none, the time at which the store was last written counts. It is read before the
    /// sockets are bound, and the store is not touched by that.
    /// </summary>
    public static KeptClock In(StoreOptions store, Func<StateStore> state) => new(() => Read(store), line => state().SetValue(Name, line));

    /// <summary>What an earlier process kept; null when that is nothing, or cannot be read: the machine's clock is believed then.</summary>
    public AgingClock? Read()
    {
        try
        {
            return read() is { } line ? AgingClock.Load(line) : null;
        }
        catch (Exception failure) when (failure is not StartupException && Database.IsDiskFailure(failure))
        {
            return null;
        }
    }

    private static string? Read(StoreOptions store)
    {
        // Before the file is looked into: that may write to it.
        var lastWritten = LastWritten(store);
        return StateStore.Peek(store, Name) ?? lastWritten?.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>When an earlier process last wrote to the store, in Unix milliseconds; null when there is none.</summary>
    private static long? LastWritten(StoreOptions store)
    {
        string[] names = [StateTables.FileName, ActivityStore.FileName];
        return names.SelectMany(static name => (string[])[name, name + "-wal"])
            .Select(name => Path.Combine(Path.GetFullPath(store.Folder), name))
            .Where(File.Exists)
            .Select(static path => (long?)new DateTimeOffset(File.GetLastWriteTimeUtc(path)).ToUnixTimeMilliseconds())
            .Max();
    }

    /// <returns>Why it cannot be kept; null when it is.</returns>
    public string? Write(ArrivalClock clock)
    {
        try
        {
            write(clock.Save());
            return null;
        }
        catch (Exception failure) when (failure is not StartupException && Database.IsDiskFailure(failure))
        {
            return failure.Message;
        }
    }
}
