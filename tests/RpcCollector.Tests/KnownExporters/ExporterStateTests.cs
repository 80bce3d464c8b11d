using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.KnownExporters;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Tests.Store;
using RpcCollector.Vitals;

namespace RpcCollector.Tests.KnownExporters;

public sealed class ExporterStateTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();
    private readonly WatchedExporters _exporters = new();

    public void Dispose()
    {
        _exporters.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task What_is_known_is_saved_by_itself_and_known_after_the_next_start()
    {
        using (var keeper = Keeper(_exporters))
        {
            await keeper.StartAsync(TestContext.Current.CancellationToken);
            _exporters.Send("192.0.2.7", 100);
            for (var i = 0; i < 600 && Saved() == 0; i++) await Task.Delay(50, TestContext.Current.CancellationToken);

            // Never stopped: as after kill -9.
            Assert.Equal(1, Saved());
        }

        using var after = new WatchedExporters();
        using var next = Keeper(after);
        await next.StartAsync(TestContext.Current.CancellationToken);
        await next.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal("192.0.2.7", Assert.Single(after.Catalog.Exporters()).Address.ToString());
        Assert.StartsWith("Information: 1 exporters and 0 templates are known", Assert.Single(after.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_row_is_left_out_and_named_and_the_others_are_known()
    {
        using (var keeper = Keeper(_exporters))
        {
            await keeper.StartAsync(TestContext.Current.CancellationToken);
            foreach (var exporter in (string[])["192.0.2.7", "192.0.2.8", "192.0.2.9"]) _exporters.Send(exporter, 100);
            await keeper.StopAsync(TestContext.Current.CancellationToken);
        }

        _temporary.DamageRow("exporters", "content = replace(content, '192.0.2.8', '192.0.2.6')", "address = '192.0.2.8'");
        using var after = new WatchedExporters();
        using var next = Keeper(after);
        await next.StartAsync(TestContext.Current.CancellationToken);
        await next.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["192.0.2.7", "192.0.2.9"], after.Catalog.Exporters().Select(exporter => exporter.Address.ToString()));
        Assert.Equal(1, _temporary.State.DamagedRows.Of(StateTables.Exporters));
        Assert.Single(_temporary.Log.Lines, line => line.Contains("'192.0.2.8' of exporters is damaged", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_exporters_that_changed_are_written_again()
    {
        var changed = new ChangedExporters(_exporters.Catalog);
        foreach (var exporter in (string[])["192.0.2.7", "192.0.2.8"]) _exporters.Send(exporter, 100);
        Assert.Equal(["192.0.2.7", "192.0.2.8"], Written(changed, alsoSeen: false));
        Assert.Empty(Written(changed, alsoSeen: true));

        _exporters.Time.Now += TimeSpan.FromSeconds(1);
        _exporters.Send("192.0.2.8", 101);

        Assert.Empty(Written(changed, alsoSeen: false));
        Assert.Equal(["192.0.2.8"], Written(changed, alsoSeen: true));

        // Another port is another session.
        _exporters.Send("192.0.2.7", 101, port: 40_001);
        Assert.Equal(["192.0.2.7"], Written(changed, alsoSeen: false));
    }

    [Fact]
    public void What_could_not_be_committed_is_written_once_more()
    {
        var changed = new ChangedExporters(_exporters.Catalog);
        _exporters.Send("192.0.2.7", 100);
        changed.Write(alsoSeen: false, (_, _, _) => { });

        Assert.Equal(["192.0.2.7"], Written(changed, alsoSeen: false));
    }

    [Fact]
    public void Exporters_that_are_not_taken_in_have_no_rows_any_more()
    {
        var rows = new ExporterRows(_temporary.State);
        _exporters.Send("192.0.2.7", 100);
        rows.Save(new ChangedExporters(_exporters.Catalog), alsoSeen: false);

        var later = _exporters.Time.Now + TimeSpan.FromDays(365);
        using var after = new WatchedExporters();
        Assert.Equal(0, rows.Load(after.Catalog, after.Options.Flows, later.ToUnixTimeMilliseconds(), later.ToUnixTimeMilliseconds()));

        Assert.Equal(0, Saved());
    }

    [Fact]
    public void Exporters_that_there_is_no_room_for_keep_their_rows()
    {
        var rows = new ExporterRows(_temporary.State);
        foreach (var exporter in (string[])["192.0.2.7", "192.0.2.8"]) _exporters.Send(exporter, 100);
        rows.Save(new ChangedExporters(_exporters.Catalog), alsoSeen: false);

        var now = _exporters.Time.Now.ToUnixTimeMilliseconds();
        Assert.Equal(1, rows.Load(new ExporterCatalog(new ExporterDirectory(1)), _exporters.Options.Flows, now, now));

        Assert.Equal(2, Saved());
    }

    [Fact]
    public async Task What_is_kept_and_cannot_be_read_stops_the_start()
    {
        _temporary.State.Commit(connection =>
        {
            Database.Execute(connection, "DROP TABLE exporters");
            return true;
        });
        using var keeper = Keeper(_exporters);

        var refusal = await Assert.ThrowsAsync<StartupException>(() => keeper.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("what was known of the exporters cannot be read", refusal.Message, StringComparison.Ordinal);
    }

    private static List<string> Written(ChangedExporters changed, bool alsoSeen)
    {
        var written = new List<string>();
        changed.Write(alsoSeen, (address, _, _) => written.Add(address.ToString()));
        changed.Accept();
        return written;
    }

    private long Saved() => _temporary.State.Read(connection => Database.Ask(connection, "SELECT COUNT(*) FROM exporters"));

    private ExporterStateKeeper Keeper(WatchedExporters exporters) =>
        new(exporters.Options, exporters.Catalog, _temporary.State, exporters.Gauges, exporters.Clock, exporters.Time,
            new Heartbeats(), new StopDeadline(exporters.Log.For<ExporterStateKeeper>()), exporters.Log.For<ExporterStateKeeper>());
}
