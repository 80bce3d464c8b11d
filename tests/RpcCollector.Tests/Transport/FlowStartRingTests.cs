using RpcCollector.Flows;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Transport;

public class FlowStartRingTests
{
    [Fact]
    public void Full_ring_takes_no_more_until_slots_are_released()
    {
        var ring = new FlowStartRing(64);
        for (var i = 0; i < 64; i++) Assert.True(ring.TryWrite(Numbered(i)));
        Assert.False(ring.TryWrite(Numbered(64)));

        ring.Publish();
        Assert.Equal(64, ring.Count);
        Assert.Equal(64, ring.Read().Length);
        ring.Release(1);

        Assert.True(ring.TryWrite(Numbered(64)));
        Assert.False(ring.TryWrite(Numbered(65)));
    }

    [Fact]
    public void What_is_written_is_shown_when_published()
    {
        var ring = new FlowStartRing(64);
        ring.TryWrite(Numbered(1));
        Assert.True(ring.Read().IsEmpty);

        ring.Publish();

        Assert.Equal(1, ring.Read()[0].StartUnixMilliseconds);
    }

    [Fact]
    public void Flow_start_stands_for_the_mirror_that_follows_it()
    {
        var ring = new FlowStartRing(64);
        var start = Numbered(1) with { ServerPort = 49_668, Half = FlowHalf.FromClient, Direction = DirectionConfidence.ServerPort };
        for (var i = 0; i < 33; i++)
        {
            Assert.True(ring.TryWrite(start, arrivalEra: 2));
            Assert.True(ring.TryJoinLast(start.Mirror, arrivalEra: 2));
        }

        ring.Publish();
        Assert.Equal(33, ring.Read().Length);
        Assert.All(ring.Read().ToArray(), read => Assert.Equal(start with { HasMirror = true, ArrivalEra = 2 }, read));
    }

    [Fact]
    public void What_is_no_mirror_of_the_last_one_or_comes_after_it_was_shown_is_written_by_itself()
    {
        var ring = new FlowStartRing(64);
        var start = Numbered(1) with { ServerPort = 49_668 };
        Assert.False(ring.TryJoinLast(start.Mirror));
        ring.TryWrite(start);
        Assert.False(ring.TryJoinLast(start.Mirror with { ServerOctets = 1 }));
        Assert.False(ring.TryJoinLast(start.Mirror with { IsMirror = false }));
        Assert.False(ring.TryJoinLast(start.Mirror, arrivalEra: 1));
        ring.Publish();
        Assert.False(ring.TryJoinLast(start.Mirror));

        // It has its own by now; and a mapper flow goes to two shards.
        ring.TryWrite(start);
        Assert.True(ring.TryJoinLast(start.Mirror));
        Assert.False(ring.TryJoinLast(start.Mirror));
        ring.TryWrite(start with { ServerPort = 135 });
        Assert.False(ring.TryJoinLast((start with { ServerPort = 135 }).Mirror));
        ring.TryWrite(start with { ClientPort = 135 });
        Assert.False(ring.TryJoinLast((start with { ClientPort = 135 }).Mirror));
        ring.Publish();
        Assert.Equal([false, true, false, false], ring.Read().ToArray().Select(read => read.HasMirror));
    }

    [Fact]
    public async Task Flow_starts_come_out_once_each_and_in_order_between_two_threads()
    {
        const int Count = 500_000;
        var ring = new FlowStartRing(128);
        var (joined, mirrors) = (0, 0);
        var producer = Task.Run(() =>
        {
            for (var i = 0; i < Count; i++)
            {
                var spinner = default(SpinWait);
                while (!ring.TryWrite(Numbered(i))) spinner.SpinOnce();
                if (i % 3 == 0 && ring.TryJoinLast(Numbered(i).Mirror)) joined++;
                if (i % 7 == 0) ring.Publish();
            }

            ring.Publish();
        }, TestContext.Current.CancellationToken);

        var (expected, most, wrong) = (0, 0, 0);
        var idle = default(SpinWait);
        while (expected < Count)
        {
            var starts = ring.Read();
            if (starts.IsEmpty) idle.SpinOnce();
            foreach (ref readonly var start in starts)
            {
                if (start.StartUnixMilliseconds != expected || start.EndUnixMilliseconds != -expected
                    || start.ClientPort != (ushort)expected || (start.HasMirror && expected % 3 != 0)) wrong++;
                if (start.HasMirror) mirrors++;
                expected++;
            }

            most = Math.Max(most, starts.Length);
            ring.Release(starts.Length);
        }

        await producer;
        Assert.Equal(0, wrong);
        Assert.Equal(joined, mirrors);
        Assert.InRange(joined, 1, (Count / 3) + 1);
        Assert.InRange(most, 1, 128);
        Assert.Equal(0, ring.Count);
    }

    private static FlowStart Numbered(int number) => new()
    {
        StartUnixMilliseconds = number,
        EndUnixMilliseconds = -number,
        ClientPort = (ushort)number,
    };
}
