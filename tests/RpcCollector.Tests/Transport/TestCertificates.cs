using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RpcCollector.Tests.Captures;

namespace RpcCollector.Tests.Transport;

/// <summary>An authority made for one test, and the certificates that it signs.</summary>
internal sealed class TestCertificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly DateTimeOffset From = DateTimeOffset.UtcNow.AddHours(-1);
    private static readonly DateTimeOffset Until = From.AddDays(1);

    private readonly X509Certificate2 _authority;

    public TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Authority of a test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _authority = request.CreateSelfSigned(From, Until);
    }

    public string AuthorityPem => _authority.ExportCertificatePem();

    /// <summary>A certificate for exporters, with its key.</summary>
    public X509Certificate2 Client() => Sign("CN=exporter", ClientAuthentication);

    /// <summary>A certificate for the collector on loopback, with its key.</summary>
    public X509Certificate2 Server() => Sign("CN=collector", ServerAuthentication);

    /// <summary>Writes the collector's certificate and key into a folder.</summary>
    public (string Certificate, string Key, string Authority) Write(TemporaryFolder folder)
    {
        using var server = Server();
        using var key = server.GetECDsaPrivateKey()!;
        return (Write("server.pem", server.ExportCertificatePem()), Write("server.key", key.ExportPkcs8PrivateKeyPem()),
            Write("authority.pem", AuthorityPem));

        string Write(string name, string text) => folder.Write(name, System.Text.Encoding.ASCII.GetBytes(text));
    }

    public void Dispose() => _authority.Dispose();

    private X509Certificate2 Sign(string subject, string usage)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(_authority, From, Until, RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
