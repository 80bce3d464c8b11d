using RpcCollector.Flows;
using RpcCollector.Flows.Time;

namespace RpcCollector.Tests;

public class RehearsalTests
{
    [Fact]
    public void A_rehearsal_takes_the_way_of_real_exports_from_datagram_to_activity()
    {
        using var rehearsal = new Rehearsal(new ArrivalClock(TimeProvider.System));

        rehearsal.Run();

        // More than the runtime counts before it compiles anew (CallCountThreshold in RpcCollector.csproj).
        var counters = rehearsal.Counters;
        Assert.True(counters.Used(Hop.Datagram) > 2 * 4_096);
        Assert.True(counters.Used(Hop.FlowStart) > 2 * 4_096);
        Assert.True(counters.Rejected(Hop.FlowStart, Rejection.AlreadyKnown) > 2 * 4_096);
        Assert.True(rehearsal.Found.Count > 4_096);
        Assert.Equal((0, 0, 0), (counters.Rejected(Hop.Datagram), counters.Rejected(Hop.Set), counters.Rejected(Hop.DataRecord)));
    }
}
