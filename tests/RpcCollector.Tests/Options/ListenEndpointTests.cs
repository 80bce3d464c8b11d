using RpcCollector.Options;

namespace RpcCollector.Tests.Options;

public class ListenEndpointTests
{
    [Theory]
    [InlineData("*:2055")]
    [InlineData("0.0.0.0:0")]
    [InlineData("127.0.0.1:65535")]
    [InlineData("[::]:2055")]
    [InlineData("[fe80::1]:2055")]
    public void Endpoint_is_read_and_written_alike(string text)
    {
        Assert.True(ListenEndpoint.TryParse(text, out var endpoint));
        Assert.Equal(text, endpoint.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("2055")]
    [InlineData(":2055")]
    [InlineData("*:")]
    [InlineData("*:65536")]
    [InlineData("*:-1")]
    [InlineData("* :1")]
    [InlineData("127.0.0.1")]
    [InlineData("127.1:2055")]
    [InlineData("[127.0.0.1]:2055")]
    [InlineData("::1:2055")]
    [InlineData("[::1]")]
    [InlineData("localhost:2055")]
    public void What_is_no_endpoint_is_refused(string? text) => Assert.False(ListenEndpoint.TryParse(text, out _));
}
