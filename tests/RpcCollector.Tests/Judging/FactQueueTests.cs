using RpcCollector.Detection.Operations;
using RpcCollector.Judging;

namespace RpcCollector.Tests.Judging;

public class FactQueueTests
{
    private const int Capacity = 1_000;

    [Fact]
    public void Facts_come_out_in_their_order_and_what_finds_no_room_is_counted() =>
        ComeOutInOrder(static i => (long)i);

    [Fact]
    public void The_same_for_facts_that_refer_to_text() =>
        ComeOutInOrder(static i => new RpcOperation { Uid = $"C{i}", Interface = "drsuapi", Operation = "DRSGetNCChanges" });

    [Fact]
    public void What_was_taken_stays_while_others_are_put_in()
    {
        var queue = new FactQueue<long>(Capacity);
        for (var i = 0L; i < Capacity; i++) queue.TryPut(i);

        var taken = queue.Take();
        for (var i = 0L; i < Capacity; i++) queue.TryPut(-i);

        for (var i = 0; i < Capacity; i++) Assert.Equal(i, taken[i]);
        Assert.Equal(-1, queue.Take()[1]);
    }

    private static void ComeOutInOrder<T>(Func<int, T> fact)
        where T : struct
    {
        var queue = new FactQueue<T>(Capacity);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < Capacity; i++) Assert.Equal(i + 1, queue.TryPut(fact(i)));
            Assert.Equal(0, queue.TryPut(fact(-1)));

            Assert.Equal(Enumerable.Range(0, Capacity).Select(fact), queue.Take().ToArray());
            Assert.Equal((0, round + 1), (queue.Count, queue.Dropped));
        }
    }
}
