using System.Runtime.CompilerServices;

namespace RpcCollector.Detection.Tests.Operations;

/// <summary>Tables of facts that lie outside the repository; a test that needs one skips, saying so, where it is absent.</summary>
internal static class Facts
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("RPC_COLLECTOR_SHARED")
        ?? Path.Combine(RepositoryRoot(), "..", "shared");

    /// <summary>The rows of a table below its header, cell by cell.</summary>
    public static IReadOnlyList<string[]> Read(string name)
    {
        var path = Path.Combine(Folder, "facts", name);
        Assert.SkipUnless(File.Exists(path), $"The shared test data is not at '{Folder}' (RPC_COLLECTOR_SHARED).");
        return [.. File.ReadLines(path).Skip(1).Where(line => line.Length > 0).Select(line => line.Split(','))];
    }

    private static string RepositoryRoot([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", ".."));
}
