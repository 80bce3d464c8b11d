namespace RpcCollector.EndToEnd.Tests.Programs;

/// <summary>
/// libfaketime (Debian's faketime): programs that it is loaded into see another time of day. Where it is absent the test skips, saying so.
/// </summary>
internal static class FakeTime
{
    private const string Library = "libfaketimeMT.so.1";

    /// <summary>The environment of a program whose clock is ahead by so much, as faketime writes it.</summary>
    public static Dictionary<string, string> Ahead(string by) => new() { ["LD_PRELOAD"] = Find(), ["FAKETIME"] = by };

    /// <summary>
    /// The environment of a program whose time of day is off by what a file says, at any moment; its monotonic clock runs on.
    /// </summary>
    public static Dictionary<string, string> ByFile(string path) => new()
    {
        ["LD_PRELOAD"] = Find(),
        ["FAKETIME_TIMESTAMP_FILE"] = path,
        ["FAKETIME_NO_CACHE"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        ["DONT_FAKE_MONOTONIC"] = "1",

        // The runtime waits by the monotonic clock, and these waits are to be left alone.
        ["FAKETIME_FORCE_MONOTONIC_FIX"] = "0",
    };

    private static string Find()
    {
        string[] folders = [.. Directory.Exists("/usr/lib") ? Directory.GetDirectories("/usr/lib") : [], "/usr/lib", "/usr/local/lib"];
        var found = folders.Select(folder => Path.Combine(folder, "faketime", Library)).FirstOrDefault(File.Exists);
        if (found is not null) return found;

        const string Message = $"'{Library}' is not installed (faketime).";
        if (Environment.GetEnvironmentVariable("RPC_COLLECTOR_INSIST") == "1") Assert.Fail(Message);
        Assert.Skip(Message);
        return "";
    }
}
