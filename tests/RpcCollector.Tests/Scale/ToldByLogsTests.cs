using RpcCollector.Detection;
using RpcCollector.Detection.Operations;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Options;
using RpcCollector.Scale;

namespace RpcCollector.Tests.Scale;

public sealed class ToldByLogsTests
{
    [Theory]
    [InlineData("", "10.1.0.1", "10.0.0.2")]
    [InlineData("oslo", "10.1.0.1@oslo", "10.0.0.2")]
    public void Operations_and_leases_are_of_hosts_of_the_site(string name, string own, string shared)
    {
        var site = new ScaleOptions { Site = name, SharedNetworks = ["10.0.0.2"] }.FindSite();
        var told = new ToldByLogs("a", 1, new ExporterDirectory(), site);
        told.Add(
            new RpcOperation
            {
                AtUnixMilliseconds = 1_000, Client = HostAddress.Parse("10.1.0.1"), Server = HostAddress.Parse("10.0.0.2"),
                ClientPort = 50_000, ServerPort = 135, Uid = "C1", Interface = "epmapper", Operation = "ept_map",
            },
            arrivalUnixMilliseconds: 1_001);
        told.Add(new AddressLease(HostAddress.Parse("10.1.0.1"), 7, 1_000, 2_000), arrivalUnixMilliseconds: 1_002);

        var reader = new ActMessageReader(new ExporterDirectory());
        Assert.True(reader.TryRead(Assert.Single(told.Take()), out _));

        Assert.True(reader.Read());
        Assert.Equal((own, shared), (reader.Operation.Client.ToString(), reader.Operation.Server.ToString()));
        Assert.Equal("ept_map", reader.Operation.Operation);
        Assert.True(reader.Read());
        Assert.Equal((own, 7UL), (reader.Lease.Address.ToString(), reader.Lease.Machine));
    }
}
