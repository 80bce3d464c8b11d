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
    public async Task Flow_starts_come_out_once_each_and_in_order_between_two_threads()
    {
        const int Count = 500_000;
        var ring = new FlowStartRing(128);
        var producer = Task.Run(() =>
        {
            for (var i = 0; i < Count; i++)
            {
                var spinner = default(SpinWait);
                while (!ring.TryWrite(Numbered(i))) spinner.SpinOnce();
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
                    || start.ClientPort != (ushort)expected) wrong++;
                expected++;
            }

            most = Math.Max(most, starts.Length);
            ring.Release(starts.Length);
        }

        await producer;
        Assert.Equal(0, wrong);
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
