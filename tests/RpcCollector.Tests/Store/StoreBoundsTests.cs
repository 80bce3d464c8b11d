using RpcCollector.Flows;
using RpcCollector.Store;
using static RpcCollector.Tests.Store.Activities;

namespace RpcCollector.Tests.Store;

public sealed class StoreBoundsTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();

    [Fact]
    public void Activity_recorded_before_the_maximum_age_is_trimmed_and_counted()
    {
        _temporary.Options.MaxAge = TimeSpan.FromHours(1);
        using var store = _temporary.Open();
        store.Write(Many(0, 1_500));
        _temporary.Time.Now += TimeSpan.FromMinutes(59);
        store.Write(Many(10_000, 5));
        TrimAll(store);
        Assert.Equal(1_505, store.Activities);

        _temporary.Time.Now += TimeSpan.FromMinutes(2);
        Assert.True(Trim(store), "the first step leaves some");
        Assert.Equal(500, store.Trimmed);
        TrimAll(store);

        Assert.Equal(5, store.Activities);
        Assert.Equal(1_500, store.Trimmed);
        Assert.Equal(5, store.Read(new ActivityQuery()).Items.Count);
    }

    [Fact]
    public void Activity_is_not_trimmed_because_the_clock_is_ahead_for_a_while()
    {
        _temporary.Pass(TimeSpan.FromDays(300));
        using var store = _temporary.Open();
        store.Write(Many(0, 5));

        _temporary.Time.Step = TimeSpan.FromDays(400);
        TrimAll(store);
        Assert.Equal(5, store.Activities);
        _temporary.Time.Step = TimeSpan.Zero;
        TrimAll(store);
        Assert.Equal(5, store.Activities);

        // When it stays so for a day, it is the time.
        _temporary.Time.Step = TimeSpan.FromDays(400);
        TrimAll(store);
        _temporary.Pass(TimeSpan.FromHours(25));
        TrimAll(store);
        Assert.Equal(0, store.Activities);
    }

    [Fact]
    public void Activity_that_was_recorded_by_a_clock_that_was_ahead_is_as_old_as_one_recorded_now()
    {
        _temporary.Pass(TimeSpan.FromDays(300));
        _temporary.Options.MaxAge = TimeSpan.FromHours(1);
        using var store = _temporary.Open();
        _temporary.Time.Step = TimeSpan.FromDays(1);
        store.Write(Many(0, 5));
        _temporary.Time.Step = TimeSpan.Zero;
        TrimAll(store);

        _temporary.Pass(TimeSpan.FromMinutes(61));
        TrimAll(store);

        Assert.Equal(0, store.Activities);
    }

    [Fact]
    public void Activity_of_an_old_capture_is_as_young_as_its_recording()
    {
        using var store = _temporary.Open();
        _temporary.Time.Now += TimeSpan.FromDays(3650);
        store.Write(Many(0, 1));

        TrimAll(store);

        Assert.Equal(1, store.Activities);
    }

    [Fact]
    public void File_stays_within_its_bound_and_keeps_the_activities_recorded_last()
    {
        _temporary.Options.MaxBytes = 16 << 20;
        using var store = _temporary.Open();
        for (var batch = 0; batch < 60; batch++)
        {
            _temporary.Time.Now += TimeSpan.FromSeconds(1);

            // Clients all over the index: each row writes to pages of its own.
            store.Write(
                [.. Enumerable.Range(batch * 1_000, 1_000)
                    .Select(number => Added(Car(number) with { Client = HostAddress.FromIPv4((uint)Car(number).Id) }))]);
            Assert.InRange(store.Bytes, 1, _temporary.Options.MaxBytes);
            TrimAll(store);
            Assert.InRange(store.Bytes, 1, _temporary.Options.MaxBytes);
        }

        Assert.True(store.Trimmed > 0, "nothing was trimmed: the test writes too little");
        Assert.Equal(60_000, store.Activities + store.Trimmed);
        Assert.Equal(Car(59_999).Id, store.Read(new ActivityQuery { Limit = 1 }).Items[0].Id);
    }

    [Fact]
    public void File_shrinks_when_its_bound_was_lowered()
    {
        using (var large = _temporary.Open())
        {
            for (var batch = 0; batch < 16; batch++) large.Write(Many(batch * 5_000, 5_000));
            Assert.True(large.Bytes > 16 << 20, "the test writes too little");
        }

        _temporary.Options.MaxBytes = 16 << 20;
        using var store = _temporary.Open();
        TrimAll(store);

        Assert.InRange(store.Bytes, 1, 16 << 20);
        Assert.InRange(store.Activities, 10_000, 79_000);
    }

    [Fact]
    public void Store_in_memory_is_bounded_too()
    {
        _temporary.Options.Enabled = false;
        _temporary.Options.MaxBytes = 16 << 20;
        using var store = _temporary.Open();
        for (var batch = 0; batch < 12; batch++)
        {
            store.Write(Many(batch * 5_000, 5_000));
            TrimAll(store);
        }

        Assert.InRange(store.Bytes, 1, 16 << 20);
        Assert.Equal(60_000, store.Activities + store.Trimmed);
        Assert.False(Directory.Exists(_temporary.Options.Folder));
    }

    public void Dispose() => _temporary.Dispose();

    private bool Trim(ActivityStore store) => store.Trim(_temporary.Clock.UnixMilliseconds, _temporary.Clock.AgedUnixMilliseconds);

    private void TrimAll(ActivityStore store)
    {
        while (Trim(store))
        {
        }
    }
}
