using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RpcCollector.Files;
using RpcCollector.Options;

namespace RpcCollector.Certificates;

/// <summary>Reads the certificates and the keys that settings name.</summary>
/// <param name="section">The section of these settings, with its root.</param>
internal sealed class PemFiles(string section)
{
    /// <summary>The certificate that others are shown, with those between it and its authority.</summary>
    /// <param name="certificate">The setting and the path.</param>
    /// <param name="key">The same of the private key; an empty path when it is in the certificate's file.</param>
    /// <exception cref="StartupException">A file cannot be read, or does not hold what it should.</exception>
    public SslStreamCertificateContext Own((string Setting, string Path) certificate, (string Setting, string Path) key)
    {
        var all = Certificates(certificate);
        var own = Read(
            key.Path.Length == 0 ? certificate : key, "does not hold the certificate's private key, unencrypted, in PEM",
            path => X509Certificate2.CreateFromPemFile(certificate.Path, path));
        all.RemoveAt(0);
        return SslStreamCertificateContext.Create(own, all, offline: true);
    }

    /// <exception cref="StartupException">The file cannot be read, or holds none.</exception>
    public X509Certificate2Collection Certificates((string Setting, string Path) file) => Read(file, "holds no certificate in PEM", path =>
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(path);
        return certificates.Count > 0 ? certificates : throw new CryptographicException();
    });

    private T Read<T>((string Setting, string Path) file, string problem, Func<string, T> read)
    {
        try
        {
            RegularFile.Check(file.Path);
            return read(file.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"{section}:{file.Setting}: cannot read '{file.Path}': " +
                $"{(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : e.Message)}", e);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new StartupException($"{section}:{file.Setting}: '{file.Path}' {problem}", e);
        }
    }
}
