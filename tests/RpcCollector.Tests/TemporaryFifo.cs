using System.Diagnostics;

namespace RpcCollector.Tests;

/// <summary>Makes what is under a file's name and no file.</summary>
internal static class TemporaryFifo
{
    public static void Make(string path)
    {
        using var process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
