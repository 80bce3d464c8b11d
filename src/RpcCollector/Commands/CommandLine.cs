using System.CommandLine;
using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary>Runs the command that a command line names. Each mistake in it becomes one line on standard error, with exit code 2.</summary>
internal static class CommandLine
{
    /// <summary>The command line, the configuration or the input is wrong: nothing was done.</summary>
    public const int UsageErrorExitCode = 2;

    // The exit code that a shell sees when a closed pipe ended the program: 128 + SIGPIPE.
    private const int PipeClosed = 128 + 13;

    /// <param name="root">The program's commands.</param>
    /// <param name="words">The arguments, settings apart.</param>
    public static async Task<int> RunAsync(RootCommand root, IReadOnlyList<string> words)
    {
        var parsed = root.Parse(words);
        if (parsed.Errors.Count > 0)
            return await RefuseAsync($"{parsed.Errors[0].Message.ReplaceLineEndings(" ")} See '{root.Name} --help'.");
        try
        {
            // Each long-running command handles signals itself.
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (StartupException e)
        {
            return await RefuseAsync(e.Message);
        }
        catch (IOException e) when (IsPipeClosed(e))
        {
            return PipeClosed;
        }
    }

    private static async Task<int> RefuseAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return UsageErrorExitCode;
    }

    // EPIPE: whoever read our output has stopped reading.
    private static bool IsPipeClosed(IOException e) => OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is 109 or 232 : e.HResult == 32;
}
