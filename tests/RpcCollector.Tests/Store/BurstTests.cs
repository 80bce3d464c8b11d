using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Options;
using RpcCollector.Store;
using static RpcCollector.Tests.Store.Activities;

namespace RpcCollector.Tests.Store;

public sealed class BurstTests : IDisposable
{
    private const int Before = 200;
    private const int Burst = StoreRoom.MostSorted + 1_000;
    private const int NumHosts = 40;

    private readonly TemporaryStore _temporary = new();

    [Fact]
    public void Burst_is_found_by_each_search_before_and_after_it_is_sorted_in()
    {
        using var plain = new TemporaryStore();
        using var sorted = plain.Open();
        using var store = _temporary.Open();
        sorted.Write(Some(0, Before + Burst));
        store.Write(Some(0, Before));
        store.Write(Some(Before, Burst), mayWait: true);

        Assert.Equal((Before + Burst, Burst), (store.Activities, store.Unsorted));
        AssertSame(sorted, store);
        Assert.True(Trim(store), "the first step leaves some");
        Assert.InRange(store.Unsorted, 1, Burst - 1);
        AssertSame(sorted, store);
        TrimAll(store);
        Assert.Equal((Before + Burst, 0), (store.Activities, store.Unsorted));
        AssertSame(sorted, store);
    }

    [Fact]
    public void Batch_leaves_hardly_any_garbage()
    {
        using var store = _temporary.Open();
        var pairs = new ActivePairs(new MetricsOptions(), _temporary.Clock);
        var least = long.MaxValue;
        for (var round = 0; round < 6; round++)
        {
            var batch = Some(round * 1_000, 1_000);
            for (var i = 0; i < batch.Count; i++)
            {
                var client = HostAddress.FromIPv4(0x0B00_0000 + (uint)((round * 1_000) + i));
                batch[i] = batch[i] with { Activity = batch[i].Activity with { Client = client } };
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            pairs.Apply(store.Write(batch, mayWait: true));
            Trim(store);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // Of each pair a row, and the octets of its exporters' names.
        Assert.InRange(least / 1_000, 1, 120);
    }

    [Fact]
    public void What_waits_to_be_sorted_in_is_revised_and_withdrawn_and_never_there_twice()
    {
        using var store = _temporary.Open();
        store.Write([Added(MapperOnly(1))]);
        store.Write([Added(Car(1)), Added(MapperOnly(2)), Added(MapperOnly(3)), Withdrawn(MapperOnly(3))], mayWait: true);
        Assert.Equal((2, 1), (store.Activities, store.Unsorted));

        store.Write([Revised(Car(2)), Added(Car(4))]);
        store.Write([Withdrawn(Car(1))], mayWait: true);

        Assert.Equal((2, 1), (store.Activities, store.Unsorted));
        Assert.Equal([Car(4).Id, Car(2).Id], store.Read(new ActivityQuery()).Items.Select(item => item.Id));
        Assert.Equal(JoinBasis.Car, store.Read(new ActivityQuery()).Items[1].Basis);
        store.Write([Withdrawn(Car(2))]);
        Assert.Equal((1, 0), (store.Activities, store.Unsorted));
    }

    [Fact]
    public void Host_of_what_waits_to_be_sorted_in_is_found_at_the_end_where_it_is_now()
    {
        var (before, now, server) = (HostAddress.Parse("10.9.0.1"), HostAddress.Parse("10.9.0.2"), HostAddress.Parse("10.9.0.3"));
        var activity = Car(1) with { Client = before, Server = server };
        using var store = _temporary.Open();
        store.Write([Added(activity), Added(Car(2))], mayWait: true);
        Assert.Equal([activity.Id], Found(store, before));

        store.Write([Revised(activity with { Client = now })]);

        Assert.Equal(2, store.Unsorted);
        Assert.Empty(Found(store, before));
        Assert.Equal([activity.Id], Found(store, now));
        Assert.Equal([activity.Id], Found(store, server));
        store.Write([Withdrawn(activity)]);
        Assert.Empty(Found(store, server));
    }

    [Fact]
    public void Host_with_few_and_host_with_most_are_found_alike_before_and_after_an_end_of_the_process()
    {
        var (few, most) = (HostAddress.Parse("10.9.0.1"), HostAddress.Parse("10.9.0.2"));
        var many = WaitingHosts.MostOfHost + 500;
        ActivityChange[] changes = [.. Enumerable.Range(0, many).Select(number => Added(Car(number) with
        {
            Client = number % 100 == 0 ? few : HostAddress.FromIPv4(0x0A00_0000 + (uint)number),
            Server = most,
        }))];
        using (var store = _temporary.Open())
        {
            store.Write(changes, mayWait: true);
            AssertFound(store);
        }

        using var again = _temporary.Open();
        Assert.Equal(many, again.Unsorted);
        AssertFound(again);
        TrimAll(again);
        AssertFound(again);
        again.Write([Added(Car(many) with { Client = few, Server = most })], mayWait: true);
        Assert.Equal((many / 100) + 1, Found(again, few).Count);
        Assert.Equal(many + 1, Found(again, most).Count);

        void AssertFound(ActivityStore store)
        {
            Assert.Equal(changes.Where(change => change.Activity.Client == few).Select(change => change.Activity.Id).Order(),
                Found(store, few).Order());
            Assert.Equal(many, Found(store, most).Count);
        }
    }

    [Fact]
    public void Batch_that_fails_leaves_nothing_to_sort_in()
    {
        using var store = _temporary.Open();
        var tooManyExporters = Car(11) with { Exporters = ExporterSet.Of(_temporary.Exporters.Capacity + 5) };

        Assert.ThrowsAny<Exception>(() => store.Write([Added(Car(10)), Added(tooManyExporters)], mayWait: true));

        Assert.Equal((0, 0), (store.Activities, store.Unsorted));
        Assert.Empty(store.Read(new ActivityQuery()).Items);
        store.Write([Added(Car(10))], mayWait: true);
        Assert.Equal((1, 1), (store.Activities, store.Unsorted));
    }

    [Fact]
    public void Burst_that_the_end_of_the_process_met_is_kept_and_sorted_in_by_the_next()
    {
        using (var store = _temporary.Open()) store.Write(Some(0, Burst), mayWait: true);

        using var again = _temporary.Open();
        Assert.Equal((Burst, Burst), (again.Activities, again.Unsorted));
        Assert.Equal(Burst, again.Read(new ActivityQuery { Limit = Burst }).Items.Count);
        Assert.Equal(NumHosts, again.ReadPairs(0, 1_000_000).Select(step => (step.Pair.Client, step.Pair.Server)).Distinct().Count());
        Assert.Equal(Burst, again.ReadPairs(0, 1_000_000).Sum(step => step.Delta));
        Assert.Equal(100, again.ReadSightings(100).Count);
        TrimAll(again);
        Assert.Equal((Burst, 0), (again.Activities, again.Unsorted));
    }

    [Fact]
    public void Row_that_cannot_be_sorted_in_goes_alone_and_is_counted()
    {
        using var store = _temporary.Open();
        store.Write(Some(0, Burst), mayWait: true);
        var bad = store.Read(new ActivityQuery { Limit = Burst }).Items[1_234].Id;
        store.Commit(connection =>
        {
            Database.Execute(connection, $"""
                CREATE TRIGGER refuse BEFORE INSERT ON activities WHEN NEW.id = {bad} BEGIN SELECT RAISE(ABORT, 'damaged'); END
                """);
            return true;
        });

        TrimAll(store);

        Assert.Equal((Burst - 1, 0, 1), (store.Activities, store.Unsorted, store.Skipped));
        var kept = store.Read(new ActivityQuery { Limit = Burst }).Items;
        Assert.Equal(Burst - 1, kept.Count);
        Assert.DoesNotContain(kept, item => item.Id == bad);
    }

    [Fact]
    public void Nothing_is_sorted_in_while_many_wait()
    {
        using var store = _temporary.Open();
        store.Write(Some(0, Burst), mayWait: true);

        Assert.False(store.Trim(_temporary.Clock.UnixMilliseconds, _temporary.Clock.AgedUnixMilliseconds, isHurried: true));

        Assert.Equal(Burst, store.Unsorted);
    }

    [Fact]
    public void Few_that_wait_are_left_until_there_are_many_or_nobody_waits_for_more()
    {
        using var store = _temporary.Open();
        store.Write(Some(0, 100), mayWait: true);
        Assert.False(Trim(store, isGathering: true), "there is nothing to do yet");
        Assert.Equal(100, store.Unsorted);

        store.Write(Some(100, StoreRoom.SortedTogether), mayWait: true);
        Assert.True(Trim(store, isGathering: true), "many are sorted in together");
        Assert.Equal(100 + StoreRoom.SortedTogether - SortingPace.First, store.Unsorted);

        store.Write(Some(100 + StoreRoom.SortedTogether, 1), mayWait: true);
        Assert.True(Trim(store), "so is one for which no other comes");
        TrimAll(store);
        Assert.Equal((101 + StoreRoom.SortedTogether, 0), (store.Activities, store.Unsorted));
    }

    [Fact]
    public void Disk_that_is_nearly_full_has_fewer_sorted_in_at_once()
    {
        const int Waiting = SortingPace.First + 800;
        const int Room = 700;
        using var store = _temporary.Open();
        store.Write(Some(0, Waiting), mayWait: true);
        store.Commit(connection =>
        {
            Database.Execute(connection, $"PRAGMA max_page_count={Database.Ask(connection, "PRAGMA page_count") + Room}");
            return true;
        });

        var failed = 0;
        for (var step = 0; step < 20 && store.Unsorted > 0; step++)
        {
            try
            {
                Trim(store);
            }
            catch (SqliteException full) when (full.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL)
            {
                failed++;
            }
        }

        Assert.InRange(failed, 1, 10);
        Assert.Equal((Waiting, 0, 0), (store.Activities, store.Unsorted, store.Skipped));
    }

    [Fact]
    public void Burst_that_has_grown_old_goes_as_all_others_do()
    {
        _temporary.Options.MaxAge = TimeSpan.FromHours(1);
        using var store = _temporary.Open();
        store.Write(Some(0, Burst), mayWait: true);
        _temporary.Pass(TimeSpan.FromHours(2));

        TrimAll(store);

        Assert.Equal((0, Burst), (store.Activities, store.Trimmed));
    }

    [Theory]
    [InlineData(16L << 20, true)]
    [InlineData(1L << 30, false)]
    public void Store_without_room_for_a_burst_sorts_each_in_at_once(long bytes, bool isFile)
    {
        (_temporary.Options.MaxBytes, _temporary.Options.Enabled) = (bytes, isFile);
        using var store = _temporary.Open();
        Assert.False(store.HasRoomToWait);

        store.Write(Some(0, Burst), mayWait: true);

        Assert.Equal((Burst, 0), (store.Activities, store.Unsorted));
    }

    [Fact]
    public void What_waits_to_be_sorted_in_is_bounded()
    {
        const int Batch = 10_000;
        _temporary.Options.MaxBytes = 256L << 20;
        using var store = _temporary.Open();
        var most = StoreRoom.Of(_temporary.Options, isFile: true).MostUnsorted;
        var written = 0;
        for (; store.HasRoomToWait; written += Batch) store.Write(Many(written, Batch), mayWait: true);
        var waiting = store.Unsorted;

        store.Write(Many(written, 1_000), mayWait: true);

        Assert.InRange(waiting, most, most + Batch);
        Assert.Equal((written + 1_000, waiting), (store.Activities, store.Unsorted));
        Assert.InRange(store.Bytes, 1, _temporary.Options.MaxBytes);
    }

    [Fact]
    public void Half_a_million_may_wait_where_the_file_may_be_as_large_as_it_is_by_itself()
    {
        var room = StoreRoom.Of(new StoreOptions(), isFile: true);

        Assert.InRange(room.MostUnsorted, 500_000, 1_000_000);
        Assert.Equal(room.Allowed, room.Bound(isHurried: false) + room.Log + room.Burst);
    }

    public void Dispose() => _temporary.Dispose();

    private static List<ActivityChange> Some(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(number => Added((number % 3 == 0 ? MapperOnly(number) : Car(number)) with
        {
            Client = HostAddress.FromIPv4(0x0A00_0000 + (uint)(number % NumHosts / 2)),
            Server = HostAddress.FromIPv4(0x0A00_0100 + (uint)(number % NumHosts)),
            Exporters = ExporterSet.Of(number % 2),
        }))];

    private static void AssertSame(ActivityStore expected, ActivityStore store)
    {
        var host = new AddressRange(HostAddress.Parse("10.0.0.3"), HostAddress.Parse("10.0.0.3"));
        var server = new AddressRange(HostAddress.Parse("10.0.1.7"), HostAddress.Parse("10.0.1.7"));
        Assert.True(CommunityId.TryGetKey(
            CommunityId.OfTcp(HostAddress.Parse("10.0.0.3"), 50_000, HostAddress.Parse("10.0.1.7"), 135), out var connection));
        ActivityQuery[] queries =
        [
            new(), new() { Client = host }, new() { Host = server }, new() { Host = host, Bases = [JoinBasis.MapperOnly] },
            new() { Server = server, SinceUnixMilliseconds = Epoch + 100_000, UntilUnixMilliseconds = Epoch + 2_000_000 },
            new() { Host = new AddressRange(HostAddress.Parse("10.0.1.0"), HostAddress.Parse("10.0.1.15")) },
            new() { Port = 49_667 }, new() { Exporter = HostAddress.Parse("2001:db8::1") }, new() { CommunityKey = connection },
            new() { Endpoints = [(server.First, 49_667)] }, new() { Host = server, Patience = TimeSpan.FromHours(1) },
        ];
        foreach (var query in queries)
        {
            Assert.Equal(expected.Count(query), store.Count(query));
            Assert.True(expected.Count(query).Count > 0, "the query finds something");
            Assert.Equal(Pages(expected, query), Pages(store, query));
            var (steps, same) = (expected.ReadHistogram(query, 50), store.ReadHistogram(query, 50));
            Assert.Equal(steps.Steps.Select(step => (step.AtUnixMilliseconds, step.Count)), same.Steps.Select(Counted));
        }

        Assert.Equal(expected.ReadSpan(), store.ReadSpan());

        static (long At, long Count) Counted(ActivityStep step) => (step.AtUnixMilliseconds, step.Count);
    }

    private static List<long> Found(ActivityStore store, HostAddress host) =>
        Pages(store, new ActivityQuery { Host = new AddressRange(host, host) });

    private static List<long> Pages(ActivityStore store, ActivityQuery query)
    {
        var found = new List<long>();
        for (ActivityCursor? after = null; ;)
        {
            var page = store.Read(query with { After = after, Limit = 1_700 });
            found.AddRange(page.Items.Select(item => item.Id));
            if (page.Next is null) return found;
            after = page.Next;
        }
    }

    private bool Trim(ActivityStore store, bool isGathering = false) =>
        store.Trim(_temporary.Clock.UnixMilliseconds, _temporary.Clock.AgedUnixMilliseconds, isGathering: isGathering);

    private void TrimAll(ActivityStore store)
    {
        while (Trim(store))
        {
        }
    }
}
