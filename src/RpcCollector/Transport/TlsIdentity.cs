using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using RpcCollector.Certificates;
using RpcCollector.Options;

namespace RpcCollector.Transport;

/// <summary>Reads the certificates that the settings name, once, at the start.</summary>
internal static class TlsIdentity
{
    private static readonly PemFiles Files = new($"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Tcp)}");

    /// <summary>The options for TLS handshakes with exporters; null when connections are not over TLS.</summary>
    /// <exception cref="StartupException">A file cannot be read, or does not hold what it should.</exception>
    public static SslServerAuthenticationOptions? Load(TcpOptions options)
    {
        if (options.CertificatePath.Length == 0) return null;
        var authentication = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Files.Own(
                (nameof(TcpOptions.CertificatePath), options.CertificatePath),
                (nameof(TcpOptions.CertificateKeyPath), options.CertificateKeyPath)),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,

            // A resumed session would not show its certificate again.
            AllowTlsResume = false,
        };
        if (options.ClientCaPath.Length == 0) return authentication;
        authentication.ClientCertificateRequired = true;
        authentication.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,

            // An exporter must not be able to make us fetch what its certificate points at.
            DisableCertificateDownloads = true,
        };
        authentication.CertificateChainPolicy.CustomTrustStore.AddRange(
            Files.Certificates((nameof(TcpOptions.ClientCaPath), options.ClientCaPath)));
        return authentication;
    }
}
