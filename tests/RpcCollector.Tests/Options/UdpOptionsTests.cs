using RpcCollector.Options;

namespace RpcCollector.Tests.Options;

public class UdpOptionsTests
{
    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(0, 3, 1)]
    [InlineData(0, 4, 2)]
    [InlineData(0, 64, 8)]
    [InlineData(5, 2, 5)]
    public void Receivers_of_an_endpoint_follow_the_cores_unless_their_number_is_set(int setting, int cores, int receivers) =>
        Assert.Equal(receivers, new UdpOptions { ReceiversPerEndpoint = setting }.NumReceivers(cores));
}
