using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Vitals;
using static RpcCollector.Tests.Store.Activities;

namespace RpcCollector.Tests.Store;

public sealed class ActivityWriterTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryStore _temporary = new();
    private readonly ActivityFeed _feed = new(1_000);

    [Fact]
    public async Task What_is_published_is_stored_and_shown_as_an_active_pair()
    {
        using var store = _temporary.Open();
        var pairs = Pairs();
        using var writer = Writer(store, pairs);
        await writer.StartAsync(Stop);

        _feed.Publish(Added(Car(1)));
        _feed.Publish(Added(MapperOnly(2)));
        _feed.Publish(Withdrawn(MapperOnly(2)));
        await Until(() => store.Activities == 1 && _feed.Backlog == 0 && pairs.Read().Count == 1);

        Assert.Equal(JoinBasis.Car, Assert.Single(pairs.Read()).Pair.Basis);
        Assert.Equal(1, _feed.Added(JoinBasis.Car));
        Assert.Equal(1, _feed.Added(JoinBasis.MapperOnly));
        Assert.Equal(1, _feed.Withdrawn);
        Assert.Equal(0, _feed.Dropped);
        await writer.StopAsync(Stop);
    }

    [Fact]
    public async Task What_was_handed_over_before_the_end_is_still_written()
    {
        using var store = _temporary.Open();
        using var writer = Writer(store, Pairs());
        await writer.StartAsync(Stop);
        for (var number = 0; number < 900; number++) _feed.Publish(Added(Car(number)));

        await writer.StopAsync(Stop);

        Assert.Equal(900, store.Activities);
    }

    [Fact]
    public async Task Burst_of_more_than_one_batch_is_kept_whole_and_the_end_waits_for_it()
    {
        const int Burst = 30_000;
        var feed = new ActivityFeed(Burst);
        using var store = _temporary.Open();
        using var writer = Writer(store, Pairs(), feed);
        for (var number = 0; number < Burst + 7; number++) feed.Publish(Added(Car(number)));
        await writer.StartAsync(Stop);

        await writer.StopAsync(Stop);

        Assert.Equal(Burst, store.Activities);
        Assert.Equal((0, 7), (feed.Backlog, feed.Dropped));
    }

    [Fact]
    public async Task Burst_is_sorted_in_once_nothing_waits()
    {
        const int Burst = (2 * StoreRoom.SortedTogether) + 1_000;
        var feed = new ActivityFeed(Burst);
        using var store = _temporary.Open();
        using var writer = Writer(store, Pairs(), feed);
        for (var number = 0; number < Burst; number++) feed.Publish(Added(Car(number)));
        await writer.StartAsync(Stop);

        await Until(() => store is { Activities: Burst, Unsorted: < StoreRoom.SortedTogether });
        _temporary.Time.Now += TimeSpan.FromSeconds(40);
        feed.Publish(Added(Car(Burst)));
        await Until(() => store is { Activities: Burst + 1, Unsorted: 0 });

        Assert.Equal(Burst + 1, store.Count(new ActivityQuery { Port = 50_001 }).Count);
        await writer.StopAsync(Stop);
    }

    [Fact]
    public void Full_feed_drops_and_counts()
    {
        for (var number = 0; number < 1_003; number++) _feed.Publish(Added(Car(number)));

        Assert.Equal(1_000, _feed.Backlog);
        Assert.Equal(3, _feed.Dropped);
        Assert.Equal(1_003, _feed.Added(JoinBasis.Car));
    }

    [Fact]
    public async Task Failing_disk_is_waited_for_and_nothing_is_lost()
    {
        using var store = _temporary.Open();
        using var writer = Writer(store, Pairs());
        await writer.StartAsync(Stop);
        using (var blocker = Connect())
        {
            // Another process that does not let go of the file.
            Database.Execute(blocker, "BEGIN IMMEDIATE");
            for (var number = 0; number < 10; number++) _feed.Publish(Added(Car(number)));
            await Until(() => !store.IsWritable);
            Assert.True(store.Failures > 0, "failures are counted");
            Assert.Equal(0, store.Activities);
            Database.Execute(blocker, "ROLLBACK");
        }

        await Until(() => store.Activities == 10);
        await Until(() => _temporary.Log.Lines.Any(line => line.Contains("written again", StringComparison.Ordinal)));

        Assert.True(store.IsWritable);
        Assert.Equal(0, _feed.Dropped);
        Assert.Contains(_temporary.Log.Lines, line => line.Contains("cannot be written", StringComparison.Ordinal));
        await writer.StopAsync(Stop);
    }

    [Fact]
    public async Task What_came_singly_is_sorted_in_with_what_came_within_some_seconds()
    {
        using var store = _temporary.Open();
        using var writer = Writer(store, Pairs());
        await writer.StartAsync(Stop);
        _feed.Publish(Added(Car(1)));
        await Until(() => store.Activities == 1);
        _feed.Publish(Added(Car(2)));
        await Until(() => store.Activities == 2);
        Assert.Equal(2, store.Unsorted);

        _temporary.Time.Now += TimeSpan.FromSeconds(40);
        _feed.Publish(Added(Car(3)));
        await Until(() => store is { Activities: 3, Unsorted: 0 });
        await writer.StopAsync(Stop);
    }

    [Fact]
    public async Task Batch_that_is_refused_for_its_content_is_given_up_and_counted()
    {
        using var store = _temporary.Open();
        using var writer = Writer(store, Pairs());
        using (var connection = Connect())
        {
            Database.Execute(
                connection,
                "CREATE TRIGGER refuse BEFORE INSERT ON unsorted WHEN new.sampling_interval = 13 BEGIN SELECT RAISE(ABORT, " +
                "'refused'); END");
        }

        await writer.StartAsync(Stop);
        _feed.Publish(Added(Car(1) with { SamplingInterval = 13 }));
        await Until(() => _feed.Dropped == 1);
        _feed.Publish(Added(Car(2)));
        await Until(() => store.Activities == 1);

        Assert.Equal(3, store.Failures);
        await writer.StopAsync(Stop);
    }

    [Fact]
    public async Task Pairs_are_refilled_from_the_store_at_start()
    {
        using (var store = _temporary.Open())
        {
            store.Write([Added(Car(1)), Added(Car(2)), Added(MapperOnly(3))]);
            _temporary.Time.Now += TimeSpan.FromMinutes(40);
            store.Write([Added(Car(4))]);
        }

        _temporary.Time.Now += TimeSpan.FromMinutes(30);
        using var again = _temporary.Open();
        var pairs = Pairs();
        using var writer = Writer(again, pairs);
        await writer.StartAsync(Stop);

        var pair = Assert.Single(pairs.Read());
        Assert.Equal(1, pair.Activities);
        Assert.Equal(Car(4).StartUnixMilliseconds, pair.LastStartUnixMilliseconds);
        await writer.StopAsync(Stop);
    }

    public void Dispose() => _temporary.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static async Task Until(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(Patience);
        while (!condition()) await Task.Delay(5, patience.Token);
    }

    private ActivePairs Pairs() => new(new MetricsOptions(), _temporary.Clock);

    private ActivityWriter Writer(ActivityStore store, ActivePairs pairs, ActivityFeed? feed = null) => new(
        feed ?? _feed, store, pairs, new CommitDurations(), _temporary.Clock, _temporary.Time, new Heartbeats(),
        new StopDeadline(_temporary.Log.For<ActivityWriter>()), _temporary.Log.For<ActivityWriter>());

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={_temporary.DatabasePath};Pooling=False");
        connection.Open();
        return connection;
    }
}
