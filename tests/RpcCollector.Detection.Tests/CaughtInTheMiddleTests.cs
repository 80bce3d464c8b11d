using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>
/// Endpoint connections of which no exporter saw the handshake join whichever end the record names first: MMC20.Application on a
/// workstation, and DCShadow, where the controller calls netlogon on the workstation.
/// </summary>
public class CaughtInTheMiddleTests
{
    public enum Known
    {
        ByMapperFlow,
        ByEndpoint,
    }

    [Theory]
    [InlineData(Known.ByMapperFlow, false, 49_666)]
    [InlineData(Known.ByMapperFlow, false, 49_913)]
    [InlineData(Known.ByMapperFlow, true, 49_666)]
    [InlineData(Known.ByMapperFlow, true, 49_913)]
    [InlineData(Known.ByEndpoint, false, 49_666)]
    [InlineData(Known.ByEndpoint, false, 49_913)]
    [InlineData(Known.ByEndpoint, true, 49_666)]
    [InlineData(Known.ByEndpoint, true, 49_913)]
    public void MMC20_joins_by_either_port(Known known, bool isServerNamedFirst, ushort port)
    {
        var activity = Joined(known, Lab.Client, Lab.Server, port, isServerNamedFirst);

        Assert.Equal((Lab.Client, Lab.Server, port), (activity.Client, activity.Server, activity.Endpoint!.Value.ServerPort));
        Assert.Equal(DirectionConfidence.Uncertain, activity.Traffic.Direction);
        Assert.Equal(known == Known.ByMapperFlow ? JoinBasis.Car : JoinBasis.KnownEndpoint, activity.Basis);
    }

    [Theory]
    [InlineData(Known.ByMapperFlow, false)]
    [InlineData(Known.ByMapperFlow, true)]
    [InlineData(Known.ByEndpoint, false)]
    [InlineData(Known.ByEndpoint, true)]
    public void DCShadow_joins_the_controllers_call_of_netlogon_on_the_workstations_port_49669(Known known, bool isServerNamedFirst)
    {
        var (workstation, controller) = (Lab.Client, Lab.Server);
        var activity = Joined(known, client: controller, server: workstation, 49_669, isServerNamedFirst);

        Assert.Equal(
            (controller, workstation, (ushort)49_669), (activity.Client, activity.Server, activity.Endpoint!.Value.ServerPort));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_a_mapper_flow_and_a_known_endpoint_it_is_nothing(bool isServerNamedFirst)
    {
        Assert.Empty(Offered(new Lab(), Lab.Client, Lab.Server, 49_669, isServerNamedFirst).AdvanceTo(400).Ledger.Changes);
    }

    private static RpcActivity Joined(Known known, HostAddress client, HostAddress server, ushort port, bool isServerNamedFirst)
    {
        var lab = new Lab();
        if (known == Known.ByEndpoint) lab.Shard.KnownEndpoints = new EndpointList { { server.ToString(), port, RpcInterfaces.None } };
        else lab.OfferAt(19, Lab.Flow(10, 18, 61_000, 135, client: client, server: server));
        return Offered(lab, client, server, port, isServerNamedFirst).AdvanceTo(31).Ledger.Single;
    }

    /// <summary>A record without a handshake, offered both ways; the second is its mirror.</summary>
    private static Lab Offered(Lab lab, HostAddress client, HostAddress server, ushort port, bool isServerNamedFirst)
    {
        var asked = Lab.Flow(10.05, 18, 61_001, port, client: client, server: server) with
        {
            Direction = DirectionConfidence.Uncertain,
            ClientTcpFlags = 0x18,
            ServerTcpFlags = 0x18,
        };
        var turned = asked with { Client = server, Server = client, ClientPort = port, ServerPort = 61_001 };
        return isServerNamedFirst
            ? lab.OfferAt(20, turned).OfferAt(20.001, asked with { IsMirror = true })
            : lab.OfferAt(20, asked).OfferAt(20.001, turned with { IsMirror = true });
    }
}
