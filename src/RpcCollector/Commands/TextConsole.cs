using Spectre.Console;

namespace RpcCollector.Commands;

/// <summary>
/// Makes consoles for people: as wide as the terminal, but no narrower than a table needs; without bound where there is none (a file, a
/// pipe).
/// </summary>
internal static class TextConsole
{
    private const int Unbounded = 10_000;

    // A row of a table is easier to read when a narrow terminal breaks it than when each of its cells is broken.
    private const int Narrowest = 120;

    public static IAnsiConsole Out()
    {
        var console = Create(Console.Out);
        console.Profile.Width = Console.IsOutputRedirected ? Unbounded : Math.Max(console.Profile.Width, Narrowest);
        return console;
    }

    /// <summary>Standard error if a person looks at it; else null.</summary>
    public static IAnsiConsole? Progress() => Console.IsErrorRedirected || !Environment.UserInteractive ? null : Create(Console.Error);

    private static IAnsiConsole Create(TextWriter writer) =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
}
