using Spectre.Console;

namespace RpcCollector.Commands;

/// <summary>Makes consoles for people: as wide as the terminal, or as wide as the text where there is none (a file, a pipe).</summary>
internal static class TextConsole
{
    private const int Unbounded = 10_000;

    public static IAnsiConsole Out() => Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>Standard error if a person looks at it; else null.</summary>
    public static IAnsiConsole? Progress() => Console.IsErrorRedirected || !Environment.UserInteractive ? null : Create(Console.Error, isRedirected: false);

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (isRedirected) console.Profile.Width = Unbounded;
        return console;
    }
}
