namespace RpcCollector.Detection.Tests;

/// <summary>Ids name an activity for good.</summary>
public class ActivityIdTests
{
    private static List<long> Ids()
    {
        var lab = new Lab()
            .Offer(Lab.Mapper(0, 10), Lab.Endpoint(1), Lab.Endpoint(3, clientPort: 50_002), Lab.Mapper(500, 510, clientPort: 50_003));
        lab.Shard.Complete();
        return [.. lab.Ledger.Changes.Select(change => change.Activity.Id)];
    }

    [Fact]
    public void Same_flows_after_a_restart_have_the_same_ids() => Assert.Equal(Ids(), Ids());

    [Fact]
    public void Ids_are_the_same_in_every_process() => Assert.Equal(6_922_065_835_827_193, Ids()[0]);

    [Fact]
    public void Ids_differ_and_are_exact_in_json()
    {
        var ids = Ids();
        Assert.Equal(3, ids.Distinct().Count());
        Assert.All(ids, id => Assert.InRange(id, 1, (1L << 53) - 1));
    }
}
