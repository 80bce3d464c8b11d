using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using RpcCollector.Flows;
using RpcCollector.Options;
using RpcCollector.Tests.Captures;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Transport;

public sealed class TlsTests : IDisposable
{
    private static readonly byte[] Messages = [.. Exports.IpfixTemplate(), .. Exports.IpfixData(0, Exports.MapperAndEndpointFlows())];

    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _certificates = new();
    private readonly (string Certificate, string Key, string Authority) _files;

    public TlsTests() => _files = _certificates.Write(_folder);

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Messages_of_an_exporter_with_a_certificate_of_the_authority_are_decoded(SslProtocols protocol)
    {
        using var host = new StreamHost(Mutual());
        using var client = _certificates.Client();

        await SendAsync(host, protocol, client);
        host.AwaitEnd(ConnectionEnd.ClosedByExporter);
        host.End();

        Assert.Equal((2, 2), (host.Counters.Used(Hop.Datagram), host.Counters.Received(Hop.DataRecord)));
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Exporter_without_a_certificate_is_refused(SslProtocols protocol)
    {
        using var host = new StreamHost(Mutual());

        await RefusedAsync(host, protocol, certificate: null);
    }

    [Fact]
    public async Task Exporter_with_a_certificate_of_another_authority_is_refused()
    {
        using var host = new StreamHost(Mutual());
        using var others = new TestCertificates();
        using var client = others.Client();

        await RefusedAsync(host, SslProtocols.Tls13, client);
    }

    [Fact]
    public async Task Certificate_that_is_not_meant_for_clients_is_refused()
    {
        using var host = new StreamHost(Mutual());
        using var client = _certificates.Server();

        await RefusedAsync(host, SslProtocols.Tls13, client);
    }

    [Fact]
    public void Exporter_that_does_not_encrypt_is_refused()
    {
        using var host = new StreamHost(Mutual());
        using var exporter = host.Connect();
        exporter.GetStream().Write(Messages);

        host.AwaitEnd(ConnectionEnd.HandshakeFailed);
        host.End();

        Assert.Equal(0, host.Counters.Received(Hop.Datagram));
    }

    [Fact]
    public void Exporter_that_never_begins_the_handshake_is_refused()
    {
        var options = Mutual();
        options.HandshakeTimeout = TimeSpan.FromMilliseconds(50);
        using var host = new StreamHost(options);
        using var exporter = host.Connect();

        host.AwaitEnd(ConnectionEnd.HandshakeFailed);
    }

    [Fact]
    public async Task Without_an_authority_every_exporter_may_encrypt()
    {
        using var host = new StreamHost(new TcpOptions { CertificatePath = _files.Certificate, CertificateKeyPath = _files.Key });

        await SendAsync(host, SslProtocols.None, certificate: null);
        host.AwaitMessages(2);
    }

    [Fact]
    public void Certificate_and_key_may_lie_in_one_file()
    {
        var both = _folder.Write("both.pem", [.. File.ReadAllBytes(_files.Certificate), (byte)'\n', .. File.ReadAllBytes(_files.Key)]);

        Assert.NotNull(TlsIdentity.Load(new TcpOptions { CertificatePath = both }));
    }

    [Fact]
    public void A_file_that_cannot_be_used_is_an_error_that_names_its_setting()
    {
        var nonsense = _folder.Write("nonsense.pem", "nonsense"u8.ToArray());
        using var others = new TestCertificates();
        using var elsewhere = new TemporaryFolder();
        var (_, otherKey, _) = others.Write(elsewhere);

        Assert.StartsWith("RpcCollector:Tcp:CertificatePath: cannot read '/no/such/file'", Problem("/no/such/file", _files.Key, ""));
        Assert.StartsWith(
            "RpcCollector:Tcp:CertificateKeyPath: cannot read '/no/such/file'", Problem(_files.Certificate, "/no/such/file", ""));
        Assert.StartsWith(
            "RpcCollector:Tcp:ClientCaPath: cannot read '/no/such/file'", Problem(_files.Certificate, _files.Key, "/no/such/file"));
        Assert.StartsWith($"RpcCollector:Tcp:CertificatePath: '{nonsense}' holds no certificate", Problem(nonsense, _files.Key, ""));
        Assert.StartsWith(
            $"RpcCollector:Tcp:ClientCaPath: '{nonsense}' holds no certificate", Problem(_files.Certificate, _files.Key, nonsense));
        Assert.StartsWith(
            $"RpcCollector:Tcp:CertificateKeyPath: '{nonsense}' does not hold the certificate's private key",
            Problem(_files.Certificate, nonsense, ""));
        Assert.StartsWith(
            $"RpcCollector:Tcp:CertificateKeyPath: '{otherKey}' does not hold the certificate's private key",
            Problem(_files.Certificate, otherKey, ""));
        Assert.StartsWith(
            $"RpcCollector:Tcp:CertificatePath: '{_files.Certificate}' does not hold the certificate's private key",
            Problem(_files.Certificate, "", ""));
    }

    public void Dispose()
    {
        _folder.Dispose();
        _certificates.Dispose();
    }

    private static string Problem(string certificate, string key, string authority) =>
        Assert.Throws<StartupException>(
            () => TlsIdentity.Load(
                new TcpOptions { CertificatePath = certificate, CertificateKeyPath = key, ClientCaPath = authority })).Message;

    private static async Task RefusedAsync(StreamHost host, SslProtocols protocol, X509Certificate2? certificate)
    {
        try
        {
            await SendAsync(host, protocol, certificate);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // TLS 1.2 tells the client during the handshake; with TLS 1.3 it may notice only afterwards, or never.
        }

        host.AwaitEnd(ConnectionEnd.HandshakeFailed);
        host.End();
        Assert.Equal(0, host.Counters.Received(Hop.Datagram));
        Assert.Equal(0, host.Listener.Connections.Open);
    }

    private static async Task SendAsync(StreamHost host, SslProtocols protocol, X509Certificate2? certificate)
    {
        using var exporter = host.Connect();
        await using var encrypted = new SslStream(exporter.GetStream());
        await encrypted.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "127.0.0.1",
                EnabledSslProtocols = protocol,
                ClientCertificates = certificate is null ? null : [certificate],
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            },
            TestContext.Current.CancellationToken);
        await encrypted.WriteAsync(Messages, TestContext.Current.CancellationToken);
        await encrypted.ShutdownAsync();
    }

    private TcpOptions Mutual() => new()
    {
        CertificatePath = _files.Certificate,
        CertificateKeyPath = _files.Key,
        ClientCaPath = _files.Authority,
    };
}
