using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RpcCollector.Certificates;
using RpcCollector.Http.Access;
using RpcCollector.Options;

namespace RpcCollector.Tests.Http.Access;

/// <summary>HTTP over TLS, and certificates that are replaced while the process runs.</summary>
public sealed class HttpsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rpc-collector-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Login_over_TLS_has_a_cookie_for_TLS_alone_and_the_page_is_of_an_origin_of_https()
    {
        Write("first", DateTimeOffset.UtcNow.AddDays(30));
        await using var server = await StartAsync(hsts: true);
        using var client = Client(server);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/session")
        {
            Content = new StringContent($$"""{"name":"ana","password":"{{People.Password}}"}""", null, "application/json"),
        };
        request.Headers.Add("Origin", $"https://127.0.0.1:{server.Port}");

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.True(answer.IsSuccessStatusCode);
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-rpc-collector=", cookie, StringComparison.Ordinal);
        Assert.Contains("; secure", cookie, StringComparison.Ordinal);
        Assert.Equal(["max-age=31536000"], answer.Headers.GetValues("Strict-Transport-Security"));
        using var foreign = new HttpRequestMessage(HttpMethod.Get, "/api/v1/session");
        foreign.Headers.Add("Origin", $"http://127.0.0.1:{server.Port}");
        using var refused = await client.SendAsync(foreign, TestContext.Current.CancellationToken);
        Assert.Equal(403, (int)refused.StatusCode);
    }

    [Fact]
    public async Task What_is_not_TLS_is_not_answered_and_no_TLS_before_1_2_is_spoken()
    {
        Write("first", DateTimeOffset.UtcNow.AddDays(30));
        await using var server = await StartAsync();

        Assert.Equal(0, (await server.GetAsync("/healthz")).Status);
#pragma warning disable SYSLIB0039, CA5397 // what must not be spoken
        using var old = Client(server, SslProtocols.Tls11);
#pragma warning restore SYSLIB0039, CA5397
        await Assert.ThrowsAsync<HttpRequestException>(
            () => old.GetAsync(new Uri("/healthz", UriKind.Relative), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task New_certificate_is_shown_without_a_restart_and_a_bad_one_changes_nothing()
    {
        Write("first", DateTimeOffset.UtcNow.AddDays(30));
        await using var server = await StartAsync();
        var (certificate, watch) = (server.Get<ReloadedCertificate>(), server.Get<AccessWatch>());
        Assert.Equal("CN=first", await ShownAsync(server));

        await File.WriteAllTextAsync(CertificatePath, "no certificate", TestContext.Current.CancellationToken);
        for (var look = 0; look < 5; look++) watch.Look();

        Assert.Equal(("CN=first", 1), (await ShownAsync(server), certificate.Failures));
        Write("second", DateTimeOffset.UtcNow.AddDays(60));
        for (var look = 0; look < 2; look++) watch.Look();
        Assert.Equal(("CN=second", 1), (await ShownAsync(server), certificate.Failures));
        Assert.InRange((certificate.ExpiresAt!.Value - DateTimeOffset.UtcNow).TotalDays, 59, 61);
    }

    [Fact]
    public void Certificate_and_key_that_do_not_belong_together_change_nothing_and_are_named_once()
    {
        Write("first", DateTimeOffset.UtcNow.AddDays(30));
        var certificate = new ReloadedCertificate(new HttpTlsOptions { Certificate = CertificatePath, Key = KeyPath });
        var former = File.ReadAllText(KeyPath);
        Write("second", DateTimeOffset.UtcNow.AddDays(60));
        File.WriteAllText(KeyPath, former);

        Assert.False(certificate.Reload());
        Assert.Contains("Http:Tls:Key", Assert.Throws<StartupException>(() => certificate.Reload()).Message, StringComparison.Ordinal);
        Assert.False(certificate.Reload());
        Assert.InRange((certificate.ExpiresAt!.Value - DateTimeOffset.UtcNow).TotalDays, 29, 31);
    }

    [Theory]
    [InlineData("absent.pem", "Http:Tls:Certificate")]
    [InlineData("empty.pem", "Http:Tls:Certificate")]
    public void Certificate_that_cannot_be_used_is_refused_at_the_start(string name, string setting)
    {
        File.WriteAllText(Path.Combine(_folder, "empty.pem"), "");

        var refusal = Assert.Throws<StartupException>(
            () => new ReloadedCertificate(new HttpTlsOptions { Certificate = Path.Combine(_folder, name) }));

        Assert.Contains(setting, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", refusal.Message, StringComparison.Ordinal);
    }

    private string CertificatePath => Path.Combine(_folder, "sensor.pem");

    private string KeyPath => Path.Combine(_folder, "sensor.key");

    private void Write(string name, DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), end);
        File.WriteAllText(CertificatePath, certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(KeyPath, key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    private Task<HttpServer> StartAsync(bool hsts = false) => HttpServer.StartAsync(
        http => (http.Login, http.Tls.Certificate, http.Tls.Key, http.Tls.Hsts) = (HttpLogin.Always, CertificatePath, KeyPath, hsts),
        People.Write);

    private static async Task<string> ShownAsync(HttpServer server)
    {
        var shown = "";
        using var client = Client(server, onCertificate: certificate => shown = certificate.Subject);
        using var answer = await client.GetAsync(new Uri("/healthz", UriKind.Relative), TestContext.Current.CancellationToken);
        return shown;
    }

    private static HttpClient Client(
        HttpServer server, SslProtocols protocols = SslProtocols.None, Action<X509Certificate>? onCertificate = null)
    {
#pragma warning disable CA5359 // its own certificate, made here
        var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = protocols,
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    onCertificate?.Invoke(certificate!);
                    return true;
                },
            },
        };
#pragma warning restore CA5359
        return new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{server.Port}") };
    }
}
