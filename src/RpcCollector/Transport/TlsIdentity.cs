using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RpcCollector.Files;
using RpcCollector.Options;

namespace RpcCollector.Transport;

/// <summary>Reads the certificates that the settings name, once, at the start.</summary>
internal static class TlsIdentity
{
    private const string Section = $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Tcp)}";

    /// <summary>The options for TLS handshakes with exporters; null when connections are not over TLS.</summary>
    /// <exception cref="StartupException">A file cannot be read, or does not hold what it should.</exception>
    public static SslServerAuthenticationOptions? Load(TcpOptions options)
    {
        if (options.CertificatePath.Length == 0) return null;
        var authentication = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = Own(options),
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
            Certificates(options.ClientCaPath, nameof(TcpOptions.ClientCaPath)));
        return authentication;
    }

    private static SslStreamCertificateContext Own(TcpOptions options)
    {
        var all = Certificates(options.CertificatePath, nameof(TcpOptions.CertificatePath));
        var (keyPath, keySetting) = options.CertificateKeyPath.Length == 0
            ? (options.CertificatePath, nameof(TcpOptions.CertificatePath))
            : (options.CertificateKeyPath, nameof(TcpOptions.CertificateKeyPath));
        var own =
            Read(keyPath, keySetting, "does not hold the certificate's private key, unencrypted, in PEM",
                path => X509Certificate2.CreateFromPemFile(options.CertificatePath, path));
        all.RemoveAt(0);
        return SslStreamCertificateContext.Create(own, all, offline: true);
    }

    private static X509Certificate2Collection Certificates(string file, string setting) =>
        Read(file, setting, "holds no certificate in PEM", path =>
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(path);
        return certificates.Count > 0 ? certificates : throw new CryptographicException();
    });

    private static T Read<T>(string path, string setting, string problem, Func<string, T> read)
    {
        try
        {
            RegularFile.Check(path);
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"{Section}:{setting}: cannot read '{path}': " +
                $"{(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message)}", e);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new StartupException($"{Section}:{setting}: '{path}' {problem}", e);
        }
    }
}
