using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

public class ExporterSetTests
{
    private static readonly HostAddress[] Addresses = [.. Enumerable.Range(1, 6).Select(n => HostAddress.Parse($"192.0.2.{n}"))];

    [Fact]
    public void Of_more_than_four_exporters_the_four_with_the_lowest_addresses_are_named_however_they_were_numbered_and_added()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var (numbering, order) = (Addresses.ToArray(), Addresses.ToArray());
            random.Shuffle(numbering);
            random.Shuffle(order);
            var directory = new ExporterDirectory();
            foreach (var address in numbering) Assert.True(directory.TryGetId(address, out _));

            var (set, other) = (default(ExporterSet), default(ExporterSet));
            for (var i = 0; i < order.Length; i++)
            {
                Assert.True(directory.TryFind(order[i], out var id));
                if (i % 2 == 0) set.Add(id, directory);
                else other.Add(id, directory);
            }

            set.UnionWith(other, directory);
            Assert.Equal(Addresses[..4], Enumerable.Range(0, set.Count).Select(i => directory[set.IdAt(i)]));
        }
    }

    [Fact]
    public void Octets_are_those_that_the_exporter_with_the_lowest_address_counted()
    {
        var directory = new ExporterDirectory();
        foreach (var address in (HostAddress[])[Addresses[3], Addresses[0]]) Assert.True(directory.TryGetId(address, out _));
        var ledger = new ActivityLedger();
        var shard = new ClientShard(new JoinOptions(), ledger, new HopCounters(), exporters: directory);
        shard.Offer(Lab.Mapper(0, 10) with { ArrivalUnixMilliseconds = Lab.Epoch });
        shard.Offer(Lab.Endpoint(1, exporter: 0) with { ArrivalUnixMilliseconds = Lab.Epoch, ClientOctets = 111 });
        shard.Offer(Lab.Endpoint(1, exporter: 1) with { ArrivalUnixMilliseconds = Lab.Epoch, ClientOctets = 222 });

        Assert.Equal(222U, ledger.Single.Traffic.ClientOctets);
        Assert.Equal([1, 0], Enumerable.Range(0, 2).Select(ledger.Single.Exporters.IdAt));
    }
}
