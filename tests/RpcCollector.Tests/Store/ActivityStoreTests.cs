using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Store;
using RpcCollector.Tests.KnownExporters;
using static RpcCollector.Tests.Store.Activities;

namespace RpcCollector.Tests.Store;

public sealed class ActivityStoreTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Activity_is_read_as_it_was_written(bool onDisk)
    {
        _temporary.Options.Enabled = onDisk;
        using var store = _temporary.Open();
        var exporters = ExporterSet.Of(1);
        exporters.Add(0);
        var activity = Car(1, "2001:db8::10") with { Exporters = exporters, SamplingInterval = 4_000_000_000 };

        store.Write([Added(activity)]);

        var stored = Assert.Single(store.Read(new ActivityQuery()).Items);
        Assert.Equal(activity.Id, stored.Id);
        Assert.Equal(JoinBasis.Car, stored.Basis);
        Assert.Equal(activity.Client, stored.Client);
        Assert.Equal(activity.Server, stored.Server);
        Assert.Equal(activity.Mapper, stored.Mapper);
        Assert.Equal(activity.Endpoint, stored.Endpoint);
        Assert.Equal(["198.51.100.1", "2001:db8::1"], stored.Exporters);
        Assert.Equal(4_000_000_000, stored.SamplingInterval);
        Assert.Equal(Epoch, stored.RecordedUnixMilliseconds);
        Assert.Equal(1, store.Activities);
    }

    [Fact]
    public void Activity_carries_how_complete_its_exporter_was_in_that_minute()
    {
        using var exporters = new WatchedExporters();
        exporters.Send("198.51.100.1", 100, sequence: 0);
        exporters.Send("198.51.100.1", 100, sequence: 2);
        exporters.Time.Now += TimeSpan.FromSeconds(5);
        exporters.Send("198.51.100.1", 105, sequence: 3);
        using var store =
            ActivityStore.Open(
                _temporary.Folder, _temporary.Options, exporters.Catalog, _temporary.Log.For<ActivityStore>(), _temporary.Clock);

        store.Write([Added(Car(1))]);

        Assert.Equal(0.75, Assert.Single(store.Read(new ActivityQuery()).Items).Completeness);
    }

    [Fact]
    public void Activity_without_endpoint_or_without_mapper_flow_has_none_when_read()
    {
        using var store = _temporary.Open();
        store.Write([Added(MapperOnly(1)), Added(Car(2) with { Basis = JoinBasis.KnownEndpoint, Mapper = null })]);

        var stored = store.Read(new ActivityQuery()).Items;

        Assert.Null(stored.Single(activity => activity.Basis == JoinBasis.MapperOnly).Endpoint);
        Assert.Null(stored.Single(activity => activity.Basis == JoinBasis.KnownEndpoint).Mapper);
    }

    [Fact]
    public void Revision_replaces_the_activity_and_keeps_when_it_was_recorded()
    {
        using var store = _temporary.Open();
        store.Write([Added(MapperOnly(1))]);
        _temporary.Time.Now += TimeSpan.FromMinutes(1);

        store.Write([Revised(Car(1))]);

        var stored = Assert.Single(store.Read(new ActivityQuery()).Items);
        Assert.Equal(JoinBasis.Car, stored.Basis);
        Assert.Equal(Epoch, stored.RecordedUnixMilliseconds);
        Assert.Equal(1, store.Activities);
    }

    [Fact]
    public void Withdrawn_activity_is_gone_even_when_added_in_the_same_batch()
    {
        using var store = _temporary.Open();
        store.Write([Added(MapperOnly(1)), Added(MapperOnly(2)), Withdrawn(MapperOnly(2))]);
        store.Write([Withdrawn(MapperOnly(1)), Withdrawn(MapperOnly(3))]);

        Assert.Empty(store.Read(new ActivityQuery()).Items);
        Assert.Equal(0, store.Activities);
    }

    [Fact]
    public void Filters_take_times_addresses_prefixes_and_bases()
    {
        using var store = _temporary.Open();
        store.Write(
        [
            Added(Car(1, "10.1.0.1", "10.2.0.1")), Added(Car(2, "10.1.0.2", "10.2.0.1")), Added(Car(3, "10.9.0.1", "2001:db8::1")),
            Added(MapperOnly(4)),
        ]);

        int[] Starts(ActivityQuery query) =>
            [.. store.Read(query).Items.Select(item => (int)((item.StartUnixMilliseconds - Epoch) / 1_000))];
        static AddressRange Range(string text) => AddressRange.TryParse(text, out var range) ? range : throw new FormatException(text);

        Assert.Equal([4, 3, 2, 1], Starts(new ActivityQuery()));
        Assert.Equal([3, 2], Starts(new ActivityQuery { SinceUnixMilliseconds = Epoch + 2_000, UntilUnixMilliseconds = Epoch + 4_000 }));
        Assert.Equal([2], Starts(new ActivityQuery { Client = Range("10.1.0.2") }));
        Assert.Equal([2, 1], Starts(new ActivityQuery { Client = Range("10.1.0.0/16") }));
        Assert.Equal([3], Starts(new ActivityQuery { Client = Range("10.0.0.0/8"), Server = Range("2001:db8::/32") }));
        Assert.Equal([4, 2, 1], Starts(new ActivityQuery { Server = Range("0.0.0.0/0") }));
        Assert.Equal([4], Starts(new ActivityQuery { Bases = [JoinBasis.MapperOnly, JoinBasis.Extended] }));
    }

    [Fact]
    public void Pages_have_no_gaps_and_no_repeats_while_activities_are_added()
    {
        using var store = _temporary.Open();

        // Every start twice, so that pages end between activities of the same start.
        store.Write(
            [.. Enumerable.Range(0, 250)
                .Select(number => Added(Car(number) with { Id = number * 7919 % 251, Mapper = Car(number / 2).Mapper, Endpoint = null }))]);
        var before = store.Read(new ActivityQuery { Limit = 1000 }).Items.Select(item => item.Id).ToHashSet();
        var seen = new List<long>();
        var next = 100_000;
        ActivityCursor? cursor = null;
        do
        {
            var page = store.Read(new ActivityQuery { Limit = 7, After = cursor });
            seen.AddRange(page.Items.Select(item => item.Id));
            Assert.Equal(page.Next is null ? page.Items.Count : 7, page.Items.Count);
            store.Write(Many(next, 3));
            next += 3;
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Superset(before, seen.ToHashSet());
    }

    [Fact]
    public void Reader_sees_only_what_is_committed()
    {
        using var store = _temporary.Open();
        store.Write(Many(0, 10));
        var tooManyExporters = Car(11) with { Exporters = ExporterSet.Of(_temporary.Exporters.Capacity + 5) };

        // A change that cannot be written takes its whole batch with it.
        Assert.ThrowsAny<Exception>(() => store.Write([Added(Car(10)), Added(tooManyExporters)]));

        Assert.Equal(10, store.Read(new ActivityQuery()).Items.Count);
        store.Write([Added(Car(10))]);
        Assert.Equal(11, store.Read(new ActivityQuery()).Items.Count);
    }

    [Fact]
    public void Activities_are_kept_across_a_restart()
    {
        using (var store = _temporary.Open()) store.Write(Many(0, 100));

        using var again = _temporary.Open();
        Assert.Equal(100, again.Activities);
        Assert.Equal(100, again.Read(new ActivityQuery { Limit = 1000 }).Items.Count);
    }

    [Fact]
    public void Addresses_are_ordered_as_HostAddress_orders_them()
    {
        using var store = _temporary.Open();
        string[] addresses = ["::1", "9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0", "255.0.0.1", "2001:db8::1", "ffff::1"];
        store.Write([.. addresses.Select((address, number) => Added(Car(number, client: address)))]);

        Assert.True(AddressRange.TryParse("10.1.2.3/8", out var ten));
        var found = store.Read(new ActivityQuery { Client = ten }).Items.Select(item => item.Client.ToString());

        Assert.Equal(["10.255.255.255", "10.0.0.0"], found);
        Assert.Equal(addresses.Select(HostAddress.Parse).Order(), addresses.Select(HostAddress.Parse));
    }

    public void Dispose() => _temporary.Dispose();
}
