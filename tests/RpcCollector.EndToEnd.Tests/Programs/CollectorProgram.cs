namespace RpcCollector.EndToEnd.Tests.Programs;

/// <summary>
/// The built program. RPC_COLLECTOR_PROGRAM names another one to test: a published RpcCollector, or its RpcCollector.dll.
/// </summary>
internal static class CollectorProgram
{
    private const string ProgramVariable = "RPC_COLLECTOR_PROGRAM";

    public static ChildProcess Start(
        IEnumerable<string> arguments, string? workingFolder = null, IReadOnlyDictionary<string, string>? environment = null,
        string input = "")
    {
        var program = Environment.GetEnvironmentVariable(ProgramVariable) ?? BuiltProgram();
        Assert.True(File.Exists(program), $"'{program}' has not been built ({ProgramVariable}).");
        return program.EndsWith(".dll", StringComparison.Ordinal)
            ? ChildProcess.Start("dotnet", [program, .. arguments], workingFolder ?? Path.GetTempPath(), environment, input)
            : ChildProcess.Start(program, arguments, workingFolder ?? Path.GetTempPath(), environment, input);
    }

    /// <summary>Runs the program to its end.</summary>
    public static Task<ProgramResult> RunAsync(params string[] arguments) => RunAsync(environment: null, arguments);

    /// <summary>Runs what may take longer than programs do.</summary>
    public static async Task<ProgramResult> RunAsync(TimeSpan patience, params string[] arguments)
    {
        await using var process = Start(arguments);
        var exitCode = await process.WaitForExitAsync(patience);
        return new ProgramResult(exitCode, process.Output, process.Errors);
    }

    public static async Task<ProgramResult> RunAsync(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        await using var process = Start(arguments, environment: environment);
        var exitCode = await process.WaitForExitAsync();
        return new ProgramResult(exitCode, process.Output, process.Errors);
    }

    // Tests and program are built alike: tests/X/bin/Release/net10.0 and src/RpcCollector/bin/Release/net10.0.
    private static string BuiltProgram()
    {
        var form = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(SharedData.RepositoryRoot(), "src", "RpcCollector", "bin", form.Parent!.Name, form.Name, "RpcCollector.dll");
    }
}

/// <summary>How a program ended, and what it wrote.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    public string[] ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
