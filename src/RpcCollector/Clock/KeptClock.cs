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

    /// <summary>Among the values of state.db. It is read before the sockets are bound, and the store is not touched by that.</summary>
    public static KeptClock In(StoreOptions store, Func<StateStore> state) =>
        new(() => StateStore.Peek(store, Name), line => state().SetValue(Name, line));

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
