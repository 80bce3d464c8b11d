using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace RpcCollector.Tests.Commands;

/// <summary>Runs the built program as a process of its own.</summary>
internal static class CollectorProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));

    public static Task<Outcome> RunAsync(params string[] arguments) => RunAsync([], Path.GetTempPath(), arguments);

    /// <summary>Runs it to its end.</summary>
    /// <param name="environment">Variables, besides those of this process.</param>
    public static async Task<Outcome> RunAsync(Dictionary<string, string> environment, string workingFolder, string[] arguments)
    {
        using var process = Start(environment, workingFolder, arguments);
        using var patience = new CancellationTokenSource(Patience);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return new Outcome(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    public static Process Start(Dictionary<string, string> environment, string workingFolder, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CollectingProcess).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingFolder,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>How it ended, and what it said.</summary>
    internal sealed record Outcome(int ExitCode, string Output, string Error)
    {
        public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
