using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Store;
using static RpcCollector.Tests.Store.Activities;

namespace RpcCollector.Tests.Store;

public sealed class ActivitySearchTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();
    private readonly ActivityStore _store;

    public ActivitySearchTests() => _store = _temporary.Open();

    [Fact]
    public void Search_that_is_cut_short_says_how_far_it_looked_and_goes_on_there_without_loss()
    {
        _store.Write(Many(0, 500));
        var query = new ActivityQuery { Port = 50_000, Limit = 100, Patience = TimeSpan.Zero };
        var (found, pages, last) = (new List<long>(), 0, long.MaxValue);
        for (ActivityCursor? after = null; ; pages++)
        {
            var page = _store.Read(query with { After = after });
            found.AddRange(page.Items.Select(item => item.Id));
            if (page.LookedBackTo is { } time)
            {
                Assert.True(time < last);
                last = time;
            }

            if (page.Next is null || pages == 100) break;
            after = page.Next;
        }

        Assert.InRange(pages, 5, 50);
        Assert.NotEqual(long.MaxValue, last);
        Assert.Equal(Enumerable.Range(0, 500).Reverse().Select(number => Car(number).Id), found);
    }

    [Fact]
    public void Search_for_what_nobody_has_ends_after_pages_without_items()
    {
        _store.Write(Many(0, 500));
        var query = new ActivityQuery { Port = 1, Patience = TimeSpan.Zero };
        var (page, pages) = (_store.Read(query), 1);
        for (; page.Next is { } next && pages < 100; pages++)
        {
            Assert.Empty(page.Items);
            page = _store.Read(query with { After = next });
        }

        Assert.InRange(pages, 2, 99);
        Assert.Null(page.LookedBackTo);
    }

    [Fact]
    public void Count_that_is_cut_short_says_that_it_is_at_least_so_many()
    {
        _store.Write(Many(0, 500));

        var some = _store.Count(new ActivityQuery { Port = 50_000, Patience = TimeSpan.Zero });
        var all = _store.Count(new ActivityQuery { Port = 50_000, Patience = TimeSpan.FromHours(1) });

        Assert.False(some.IsExact);
        Assert.InRange(some.Count, 1, 499);
        Assert.Equal(new ActivityTotal(500, IsExact: true), all);
    }

    [Fact]
    public void Histogram_that_is_cut_short_has_the_latest_steps_alone()
    {
        _store.Write(Many(0, 500));

        var some = _store.ReadHistogram(new ActivityQuery { Patience = TimeSpan.Zero }, 50);

        Assert.Single(some.Steps);
        Assert.Equal(some.LookedBackTo, some.Steps[0].AtUnixMilliseconds);
        Assert.Equal(Epoch + (499 * 1_000), some.UntilUnixMilliseconds - 1);
    }

    [Theory]
    [InlineData(0, 60_000, 60, 1_000)]
    [InlineData(0, 61_000, 60, 2_000)]
    [InlineData(500, 60_500, 60, 2_000)]
    [InlineData(0, 86_400_000L * 30, 60, 43_200_000)]
    [InlineData(0, 253_402_300_800_000, 500, 838L * 604_800_000)]
    [InlineData(-5_000, 5_000, 10, 1_000)]
    public void Steps_are_those_of_a_clock_and_no_more_than_asked_for(long since, long until, int most, long step) =>
        Assert.Equal(step, ActivityHistogram.StepOf(since, until, most));

    [Fact]
    public void What_is_hunted_for_is_read_from_indexes_alone()
    {
        var host = HostAddress.Parse("10.0.0.1");
        var single = new AddressRange(host, host);
        Assert.Equal("activities_by_time", IndexOf(new ActivityQuery { Port = 5 }));
        Assert.Equal("activities_by_time", IndexOf(new ActivityQuery { Exporter = host, Bases = [JoinBasis.Car] }));
        Assert.Equal("activities_by_time", IndexOf(new ActivityQuery { Endpoints = [(host, 5)] }));
        Assert.Equal("activities_by_client", IndexOf(new ActivityQuery { Client = single, Bases = [JoinBasis.Car] }));
        Assert.Equal("activities_by_client activities_by_server", IndexOf(new ActivityQuery { Host = single, Bases = [JoinBasis.Car] }));
    }

    [Fact]
    public void Connection_of_a_damaged_row_is_found_by_no_community_id_and_breaks_no_search()
    {
        _store.Write(Many(0, 3));
        using (var connection = new SqliteConnection($"Data Source={_temporary.DatabasePath};Pooling=False"))
        {
            connection.Open();
            CommunityKey.Register(connection);
            Database.Execute(connection, $"UPDATE activities SET client = x'00', mapper_client_port = -7 WHERE id = {Car(1).Id}");
        }

        Assert.True(CommunityId.TryGetKey(
            CommunityId.OfTcp(Car(2).Client, 50_000, Car(2).Server, 135), out var key));

        // All have the same ends in these samples.
        Assert.Equal([Car(2).Id, Car(0).Id], _store.Read(new ActivityQuery { CommunityKey = key }).Items.Select(item => item.Id));
    }

    public void Dispose()
    {
        _store.Dispose();
        _temporary.Dispose();
    }

    private string IndexOf(ActivityQuery query) => _store.Read(connection =>
    {
        var indexes = new List<string>();
        using var command = connection.CreateCommand();
        var conditions = new ActivityConditions(query, hasUnsorted: false);
        foreach (var part in conditions.Parts("COUNT(*) FILTER (WHERE a.basis = 1)", command.Parameters))
        {
            command.CommandText = "EXPLAIN QUERY PLAN " + part;
            command.Parameters.AddWithValue("$from", 0L);
            command.Parameters.AddWithValue("$to", 1L);
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                if (reader.GetString(3).Split("COVERING INDEX ") is [_, var index]) indexes.Add(index.Split(' ')[0]);
            }
        }

        return string.Join(' ', indexes);
    });
}
