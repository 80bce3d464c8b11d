using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Http;
using RpcCollector.Store;

namespace RpcCollector.Tests.Http;

public class ActivityJsonTests
{
    private static readonly HostAddress Controller = HostAddress.Parse("192.0.2.10");

    [Fact]
    public void Activity_names_the_interfaces_that_its_endpoint_is_known_to_carry()
    {
        Assert.Equal(
            ["lsarpc", "netlogon", "samr", "drsuapi"],
            ActivityItemJson.From(Activity(serverPort: 49_667), new OneEndpoint(), new(new())).Interfaces);
        Assert.Null(ActivityItemJson.From(Activity(serverPort: 49_668), new OneEndpoint(), new(new())).Interfaces);
    }

    private static StoredActivity Activity(ushort serverPort) => new(
        1, JoinBasis.Car, HostAddress.Parse("192.0.2.20"), Controller, 1_000, new FlowSpan(50_000, 135, 1_000, 2_000),
        new FlowSpan(50_001, serverPort, 1_100, 2_000), ["192.0.2.1"], 1, 3_000, 1);

    private sealed class OneEndpoint : IKnownEndpoints
    {
        public bool TryFind(HostAddress server, ushort port, long atUnixMilliseconds, out RpcInterfaces interfaces)
        {
            interfaces = RpcInterfaces.Lsarpc | RpcInterfaces.Netlogon | RpcInterfaces.Samr | RpcInterfaces.Drsuapi;
            return (server, port) == (Controller, 49_667) && DateTimeOffset.FromUnixTimeMilliseconds(atUnixMilliseconds).Year > 2026;
        }

        public IReadOnlyList<(HostAddress Server, ushort Port)> Carrying(RpcInterfaces interfaces) => [(Controller, 49_667)];
    }
}
