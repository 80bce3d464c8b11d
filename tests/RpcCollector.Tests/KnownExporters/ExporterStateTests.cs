using RpcCollector.KnownExporters;
using RpcCollector.Tests.Store;

namespace RpcCollector.Tests.KnownExporters;

public sealed class ExporterStateTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();
    private readonly WatchedExporters _exporters = new();

    private string Path => System.IO.Path.Combine(_temporary.Options.Folder, ExporterStateFile.FileName);

    public void Dispose()
    {
        _exporters.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task What_is_known_is_saved_by_itself_and_known_after_the_next_start()
    {
        _exporters.Options.Store.Folder = _temporary.Options.Folder;
        using (var keeper = Keeper())
        {
            await keeper.StartAsync(TestContext.Current.CancellationToken);
            _exporters.Send("192.0.2.7", 100);
            for (var i = 0; i < 600 && !File.Exists(Path); i++) await Task.Delay(50, TestContext.Current.CancellationToken);

            // Never stopped: as after kill -9.
            Assert.True(File.Exists(Path));
        }

        using var after = new WatchedExporters();
        after.Options.Store.Folder = _temporary.Options.Folder;
        using var next = new ExporterStateKeeper(after.Options, after.Catalog, after.Gauges, after.Clock, after.Time, after.Log.For<ExporterStateKeeper>());
        await next.StartAsync(TestContext.Current.CancellationToken);
        await next.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal("192.0.2.7", Assert.Single(after.Catalog.Exporters()).Address.ToString());
        Assert.StartsWith("Information: 1 exporters and 0 templates are known from", Assert.Single(after.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_file_is_renamed_and_told_in_one_line_and_collecting_begins_all_the_same()
    {
        _exporters.Options.Store.Folder = _temporary.Options.Folder;
        Directory.CreateDirectory(_temporary.Options.Folder);
        await File.WriteAllTextAsync(Path, "{\"version\":1,\"exporters\":[{\"addr", TestContext.Current.CancellationToken);

        using var keeper = Keeper();
        await keeper.StartAsync(TestContext.Current.CancellationToken);
        await keeper.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, _exporters.Gauges.StateDamaged);
        Assert.StartsWith("Error: What was known of the exporters cannot be read", Assert.Single(_exporters.Log.Lines), StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(_temporary.Options.Folder, "exporters.json.damaged-*"));
    }

    [Fact]
    public async Task Folder_that_cannot_be_written_is_told_once_and_counted()
    {
        // A file where the folder should be.
        Directory.CreateDirectory(_temporary.Options.Folder);
        var place = System.IO.Path.Combine(_temporary.Options.Folder, "taken");
        await File.WriteAllTextAsync(place, "", TestContext.Current.CancellationToken);
        _exporters.Options.Store.Folder = System.IO.Path.Combine(place, "data");

        using var keeper = Keeper();
        await keeper.StartAsync(TestContext.Current.CancellationToken);
        await keeper.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, _exporters.Gauges.StateFailures);
        Assert.StartsWith("Warning: What is known of the exporters cannot be saved", Assert.Single(_exporters.Log.Lines), StringComparison.Ordinal);
    }

    private ExporterStateKeeper Keeper() => new(_exporters.Options, _exporters.Catalog, _exporters.Gauges, _exporters.Clock, _exporters.Time, _exporters.Log.For<ExporterStateKeeper>());
}
