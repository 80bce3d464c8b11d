using System.CommandLine;

namespace RpcCollector.Commands;

/// <summary>Runs the command that a command line names; whatever is wrong with it becomes one line each on standard error, and exit code 2.</summary>
internal static class CommandLine
{
    /// <summary>The command line, the configuration or the input is wrong: nothing was done.</summary>
    public const int Misused = 2;

    // What a shell sees of a program that a closed pipe ended.
    private const int PipeClosed = 128 + 13;

    private const string Description = """
        Finds Windows RPC activity (MITRE CAR-2014-05-001) in NetFlow v5, v9 and IPFIX.
        Any setting can be given too, as --Section:Name=value, such as --Udp:Listen:0=127.0.0.1:2055; 'check' lists them all.
        """;

    /// <param name="words">The arguments, settings apart.</param>
    /// <param name="first">The command that runs when none is named.</param>
    public static async Task<int> RunAsync(IReadOnlyList<string> words, RunCommand first, params Command[] others)
    {
        var root = new RootCommand(Description) { first };
        root.SetAction(first.RunAsync);
        foreach (var command in others) root.Add(command);

        var parsed = root.Parse(words);
        if (parsed.Errors.Count > 0) return await RefuseAsync($"{parsed.Errors[0].Message.ReplaceLineEndings(" ")} See '{root.Name} --help'.");
        try
        {
            // Each command that runs for long minds the signals itself.
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
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
        return Misused;
    }

    // EPIPE: whoever read our output wants no more of it.
    private static bool IsPipeClosed(IOException e) => OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is 109 or 232 : e.HResult == 32;
}
