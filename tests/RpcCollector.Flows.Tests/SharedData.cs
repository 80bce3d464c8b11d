using System.Runtime.CompilerServices;

namespace RpcCollector.Flows.Tests;

/// <summary>Finds the test data that lies outside the repository; a test that needs it skips, saying so, where it is absent.</summary>
internal static class SharedData
{
    public static string Folder { get; } = Environment.GetEnvironmentVariable("RPC_COLLECTOR_SHARED") ?? Path.Combine(RepositoryRoot(), "..", "shared");

    public static bool IsPresent => Directory.Exists(Path.Combine(Folder, "captures"));

    public static string PathOf(params string[] parts)
    {
        Assert.SkipUnless(IsPresent, $"The shared test data is not at '{Folder}' (RPC_COLLECTOR_SHARED).");
        return Path.Combine([Folder, .. parts]);
    }

    public static string RepositoryRoot() => TwoAbove();

    private static string TwoAbove([CallerFilePath] string thisFile = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(thisFile)!, "..", ".."));
}
