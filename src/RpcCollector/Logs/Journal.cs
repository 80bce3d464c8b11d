namespace RpcCollector.Logs;

/// <summary>Tells whether a journal of systemd reads what this process writes.</summary>
internal static class Journal
{
    private const string StandardOutput = "/proc/self/fd/1";

    /// <summary>
    /// True when standard output is the stream that systemd names in the environment (systemd.exec(5), JOURNAL_STREAM): whoever is started
    /// from there inherits the variable, but may write elsewhere.
    /// </summary>
    public static bool ReadsStandardOutput()
    {
        try
        {
            return OperatingSystem.IsLinux()
                && IsStream(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), new FileInfo(StandardOutput).LinkTarget);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <param name="stream">Device and inode, as <c>8:12345</c>.</param>
    /// <param name="output">What standard output is, as <c>socket:[12345]</c>.</param>
    public static bool IsStream(string? stream, string? output) =>
        stream is not null && output is not null && stream.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
            && output.Equals($"socket:[{stream[(colon + 1)..]}]", StringComparison.Ordinal);
}
