using System.Runtime.CompilerServices;

namespace RpcCollector.Flows.Tests;

/// <summary>Finds the test data outside the repository; where it is absent, the tests that need it are skipped and say why.</summary>
internal static class SharedData
{
    public static string Folder { get; } = Environment.GetEnvironmentVariable("RPC_COLLECTOR_SHARED")
        ?? Path.Combine(RepositoryRoot(), "..", "shared");

    public static bool IsPresent => Directory.Exists(Path.Combine(Folder, "captures"));

    public static string PathOf(params string[] parts)
    {
        Assert.SkipUnless(IsPresent, $"The shared test data is not at '{Folder}' (RPC_COLLECTOR_SHARED).");
        return Path.Combine([Folder, .. parts]);
    }

    public static string RepositoryRoot() => TwoAbove();

    private static string TwoAbove([CallerFilePath] string thisFile = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}
