using System.Runtime.InteropServices;

namespace RpcCollector.Vitals;

/// <summary>Ends the process when its planned end has not come in time, whatever holds it up.</summary>
internal sealed partial class LastResort : IDisposable
{
    private readonly ManualResetEventSlim _over = new();
    private readonly CancellationTokenRegistration _registration;

    /// <param name="stopping">Cancelled when the process begins to end.</param>
    public LastResort(StopDeadline stop, CancellationToken stopping) => _registration = stopping.Register(() =>
    {
        stop.Begin();
        new Thread(() =>
        {
            if (_over.Wait(stop.Left(StopDeadline.Last))) return;
            Console.Error.WriteLine("The process has not ended in time: it ends here. What was shown is kept.");
            Exit(StopDeadline.PartFailedExitCode);
        })
        { Name = "last resort", IsBackground = true }.Start();
    });

    /// <summary>The process ends as planned.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        _over.Set();
    }

    // The orderly ways to exit wait for locks, which whoever hangs may hold.
    private static void Exit(int code)
    {
        if (OperatingSystem.IsWindows()) Environment.Exit(code);
        else ExitAtOnce(code);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial void ExitAtOnce(int code);
}
