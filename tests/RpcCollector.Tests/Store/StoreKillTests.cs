using System.Diagnostics;
using System.Globalization;
using RpcCollector.Store;
using static RpcCollector.Tests.Store.Activities;

namespace RpcCollector.Tests.Store;

/// <summary>Kills a process that writes and shows activities, without warning, and looks whether all that it had shown is there.</summary>
public sealed class StoreKillTests : IDisposable
{
    private const string FolderVariable = "RPC_COLLECTOR_TEST_KILLED_STORE";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryStore _temporary = new();

    private string ShownPath => Path.Combine(_temporary.Options.Folder, "shown");

    [Theory]
    [InlineData(100)]
    [InlineData(5_000)]
    public async Task Every_activity_that_was_shown_survives_the_kill(int numShown)
    {
        Directory.CreateDirectory(_temporary.Options.Folder);
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            Environment = { [FolderVariable] = _temporary.Options.Folder },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Under a test host the process is dotnet or the host; the assembly is a program too.
        var program = Path.ChangeExtension(typeof(StoreKillTests).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        start.FileName = program;
        foreach (var argument in (string[])[
            "-method", $"{typeof(StoreKillTests).FullName}.{nameof(Child_writes_and_shows_until_it_is_killed)}", "-explicit", "only",
            "-noLogo"])
            start.ArgumentList.Add(argument);
        using var child = Process.Start(start)!;
        try
        {
            var output =
                Task.WhenAll(
                    child.StandardOutput.ReadToEndAsync(CancellationToken.None),
                    child.StandardError.ReadToEndAsync(CancellationToken.None));
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(Patience);
            while (Shown().Count < numShown)
            {
                Assert.False(child.HasExited, child.HasExited ? string.Concat(await output) : "");
                await Task.Delay(10, patience.Token);
            }
        }
        finally
        {
            // SIGKILL.
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }

        var shown = Shown();
        using var store = _temporary.Open();
        var kept = new HashSet<long>();
        ActivityCursor? cursor = null;
        do
        {
            var page = store.Read(new ActivityQuery { Limit = 1000, After = cursor });
            kept.UnionWith(page.Items.Select(item => item.Id));
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal(0, store.SetAside);
        Assert.Empty(shown.Except(kept));
    }

    [Fact(Explicit = true)]
    public void Child_writes_and_shows_until_it_is_killed()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { } folder)
        {
            Assert.Skip("runs only as the child of the test above");
            return;
        }

        _temporary.Options.Folder = folder;
        using var store = _temporary.Open();
        using var shown = new StreamWriter(ShownPath) { AutoFlush = true };
        for (var number = 0; ; number += 10)
        {
            store.Write(Many(number, 10));
            foreach (var item in store.Read(new ActivityQuery { Limit = 10 }).Items) shown.WriteLine(item.Id);
        }
    }

    public void Dispose() => _temporary.Dispose();

    /// <summary>The ids in whole lines: the last line may have been cut off by the kill.</summary>
    private HashSet<long> Shown()
    {
        if (!File.Exists(ShownPath)) return [];
        using var file = new FileStream(ShownPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => long.Parse(line, CultureInfo.InvariantCulture))];
    }
}
