using System.Net;
using System.Net.Sockets;
using System.Text;
using RpcCollector.Commands;
using RpcCollector.Options;

namespace RpcCollector.Tests.Commands;

public class HealthcheckTests
{
    [Theory]
    [InlineData("200 OK", 0)]
    [InlineData("503 Service Unavailable", 1)]
    public async Task The_exit_code_is_the_collectors_answer(string status, int exitCode)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var collector = new TcpListener(IPAddress.Loopback, 0);
        collector.Start();
        var answering = AnswerAsync(collector, status, cancellation);

        Assert.Equal(
            exitCode, await HealthcheckCommand.RunAsync(HealthcheckCommand.UrlOf(SettingsOf(collector)), isOwn: true, cancellation));
        Assert.StartsWith("GET /healthz HTTP/1.1\r\n", await answering, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_listens_the_exit_code_is_1()
    {
        using var gone = new TcpListener(IPAddress.Loopback, 0);
        gone.Start();
        var nobody = SettingsOf(gone);
        gone.Stop();

        Assert.Equal(
            1, await HealthcheckCommand.RunAsync(HealthcheckCommand.UrlOf(nobody), isOwn: true, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("*", 8055, "http://127.0.0.1:8055/healthz")]
    [InlineData("0.0.0.0", 8055, "http://127.0.0.1:8055/healthz")]
    [InlineData("::", 8055, "http://[::1]:8055/healthz")]
    [InlineData("192.0.2.2", 80, "http://192.0.2.2/healthz")]
    public void A_collector_on_all_addresses_is_asked_on_loopback(string address, int port, string url) =>
        Assert.Equal(url, HealthcheckCommand.UrlOf(new HttpOptions { Address = address, Port = port }).AbsoluteUri);

    [Fact]
    public void A_collector_that_serves_over_TLS_is_asked_over_TLS()
    {
        var options = new HttpOptions { Address = "*" };
        options.Tls.Certificate = "sensor.pem";

        Assert.Equal("https://127.0.0.1:8055/healthz", HealthcheckCommand.UrlOf(options).AbsoluteUri);
    }

    private static HttpOptions SettingsOf(TcpListener listener) => new() { Port = ((IPEndPoint)listener.LocalEndpoint).Port };

    // Answers one request and returns it.
    private static async Task<string> AnswerAsync(TcpListener listener, string status, CancellationToken cancellation)
    {
        using var client = await listener.AcceptTcpClientAsync(cancellation);
        var stream = client.GetStream();
        var request = new byte[4_096];
        var length = await stream.ReadAsync(request, cancellation);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), cancellation);
        return Encoding.ASCII.GetString(request, 0, length);
    }
}
