namespace RpcCollector.EndToEnd.Tests.Programs;

/// <summary>
/// A program of the system that a test needs. Where it is absent the test skips, saying so; with RPC_COLLECTOR_INSIST=1 it fails.
/// </summary>
internal static class Tool
{
    public static ChildProcess Start(string name, string workingFolder, params string[] arguments) =>
        ChildProcess.Start(Find(name), arguments, workingFolder);

    public static ChildProcess StartWithInput(string name, string workingFolder, string input, params string[] arguments) =>
        ChildProcess.Start(Find(name), arguments, workingFolder, input: input);

    /// <summary>Skips the test, or fails it, where one of the tools is absent.</summary>
    public static void Require(params string[] names)
    {
        foreach (var name in names) Find(name);
    }

    /// <summary>Where it is.</summary>
    public static string Find(string name)
    {
        // softflowd and others live where only root's PATH leads.
        string[] folders =
            [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/sbin", "/usr/local/sbin"];
        var found = folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (found is not null) return found;

        var message = $"'{name}' is not installed.";
        if (Environment.GetEnvironmentVariable("RPC_COLLECTOR_INSIST") == "1") Assert.Fail(message);
        Assert.Skip(message);
        return "";
    }
}
