using System.Diagnostics;

namespace RpcCollector.Commands;

/// <summary>
/// Says on standard error how far a long work has come: nothing of what is done within two seconds, then a line every two.
/// </summary>
internal sealed class LineProgress
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    private long _told = Stopwatch.GetTimestamp();

    public void Tell(string what, long done, long all)
    {
        if (Stopwatch.GetElapsedTime(_told) < Between || all <= 0) return;
        _told = Stopwatch.GetTimestamp();
        Console.Error.WriteLine($"{what}: {done >> 20:N0} of {all >> 20:N0} MiB ({(double)done / all:P0})");
    }
}
