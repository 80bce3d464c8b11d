using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RpcCollector.Files;
using RpcCollector.Options;

namespace RpcCollector.Sinks;

/// <summary>Reads the files that the settings of a sink name.</summary>
/// <param name="options">Of the sink.</param>
/// <param name="key">Of its settings, such as RpcCollector:Sinks:0.</param>
internal sealed class SinkFiles(SinkOptions options, string key)
{
    private const int MaxSecret = 4_096;

    /// <summary>Of the sink's settings, such as RpcCollector:Sinks:0.</summary>
    public string Key => key;

    /// <summary>What is in a file, without the line end; null where none is named.</summary>
    /// <exception cref="StartupException">It cannot be read, or holds what nobody meant.</exception>
    public string? Secret(string path, string setting)
    {
        if (path.Length == 0) return null;
        var text = Read(path, setting, "cannot be read", RegularFile.ReadAllText).Trim();
        if (text.Length is 0 or > MaxSecret || text.Any(char.IsControl))
            throw Refuse(setting, $"'{path}' must hold one line of at most {MaxSecret} characters");
        return text;
    }

    /// <summary>The address to post to.</summary>
    /// <exception cref="StartupException">It is none.</exception>
    public Uri Url()
    {
        var (text, setting) = options.UrlFile.Length > 0
            ? (Secret(options.UrlFile, nameof(options.UrlFile))!, nameof(options.UrlFile))
            : (options.Url, nameof(options.Url));
        return SinkUrl.TryParse(text, out var url, out var why) ? url : throw Refuse(setting, why);
    }

    /// <summary>The value of the header Authorization; null for none.</summary>
    public (string Scheme, string Value)? Authorization()
    {
        if (Secret(options.BearerFile, nameof(options.BearerFile)) is { } token)
            return token.Any(sign => sign is < '!' or > '~')
                ? throw Refuse(nameof(options.BearerFile), $"'{options.BearerFile}' holds no token")
                : ("Bearer", token);
        return Secret(options.BasicFile, nameof(options.BasicFile)) is not { } basic ? null
            : !basic.Contains(':', StringComparison.Ordinal)
                ? throw Refuse(nameof(options.BasicFile), $"'{options.BasicFile}' does not hold user:password")
                : ("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(basic)));
    }

    /// <summary>How a TLS handshake is made with the other side.</summary>
    /// <exception cref="StartupException">A file cannot be read, or does not hold what it should.</exception>
    public SslClientAuthenticationOptions Tls()
    {
        var tls = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (options.CaFile.Length > 0)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                DisableCertificateDownloads = true,
            };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(Certificates(options.CaFile, nameof(options.CaFile)));
        }

        if (options.CertificateFile.Length == 0) return tls;
        var chain = Certificates(options.CertificateFile, nameof(options.CertificateFile));
        var (keyPath, keySetting) = options.CertificateKeyFile.Length == 0
            ? (options.CertificateFile, nameof(options.CertificateFile))
            : (options.CertificateKeyFile, nameof(options.CertificateKeyFile));
        var own = Read(
            keyPath, keySetting, "does not hold the certificate's private key, unencrypted, in PEM",
            path => X509Certificate2.CreateFromPemFile(options.CertificateFile, path));
        chain.RemoveAt(0);
        tls.ClientCertificateContext = SslStreamCertificateContext.Create(own, chain, offline: true);
        return tls;
    }

    public StartupException Refuse(string setting, string why) => new($"{key}:{setting}: {why}");

    private X509Certificate2Collection Certificates(string file, string setting) =>
        Read(file, setting, "holds no certificate in PEM", path =>
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(path);
            return certificates.Count > 0 ? certificates : throw new CryptographicException();
        });

    private T Read<T>(string path, string setting, string problem, Func<string, T> read)
    {
        try
        {
            RegularFile.Check(path);
            return read(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StartupException($"{key}:{setting}: cannot read '{path}': there is no such file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{key}:{setting}: cannot read '{path}': {e.Message}", e);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new StartupException($"{key}:{setting}: '{path}' {problem}", e);
        }
    }
}
