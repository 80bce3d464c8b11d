using System.Globalization;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>Settings are read once: what is written beside them, such as the store, wakes nobody.</summary>
public sealed class FolderWatchingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Running_program_has_the_kernel_watch_no_folder()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux shows what a process has open.");
        await File.WriteAllTextAsync(_folder.PathOf("appsettings.json"), "{}", TestContext.Current.CancellationToken);

        await using var collector = await LiveCollector.StartAsync(_folder);

        var open = Opened(collector.ProcessId);
        Assert.Contains(open, static target => target.EndsWith("state.db", StringComparison.Ordinal));
        Assert.DoesNotContain(open, static target => target.Contains("inotify", StringComparison.Ordinal));
    }

    private static List<string> Opened(int process) =>
        [.. Directory.EnumerateFiles(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd"))
            .Select(static path => new FileInfo(path).LinkTarget ?? "")];
}
