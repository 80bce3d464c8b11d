using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using RpcCollector.Files;
using RpcCollector.Options;

namespace RpcCollector.Certificates;

/// <summary>The certificate of the HTTP port: read at the start, and again when its files change; wrong new files change nothing.</summary>
internal sealed class ReloadedCertificate
{
    private static readonly PemFiles Files =
        new($"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Http)}:{nameof(HttpOptions.Tls)}");

    private readonly HttpTlsOptions _options;
    private volatile SslStreamCertificateContext? _current;
    private Stamp _seen;
    private Stamp _candidate;
    private long _failures;

    /// <exception cref="StartupException">A file cannot be read, or does not hold what it should.</exception>
    public ReloadedCertificate(HttpTlsOptions options)
    {
        _options = options;
        if (!options.IsOn) return;
        _candidate = _seen = Look();
        _current = Read();
    }

    /// <summary>False where HTTP is not over TLS.</summary>
    public bool IsOn => _current is not null;

    /// <summary>When it is over; null where there is none.</summary>
    public DateTimeOffset? ExpiresAt => _current is { } current ? ExpiryOf(current.TargetCertificate) : null;

    /// <summary>Changed files that could not be used.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>For one handshake.</summary>
    public SslServerAuthenticationOptions Handshake() => new()
    {
        ServerCertificateContext = _current,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        EncryptionPolicy = EncryptionPolicy.RequireEncryption,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };

    /// <summary>Looks at the files once.</summary>
    /// <returns>True when there is a new certificate.</returns>
    /// <exception cref="StartupException">They have changed and cannot be used; thrown once for each change.</exception>
    public bool Reload()
    {
        if (!_options.IsOn) return false;
        var now = Look();
        if (now == _seen) return false;

        // A change counts once it has been seen twice: certificate and key are not replaced at the same moment.
        if (now != _candidate)
        {
            _candidate = now;
            return false;
        }

        _seen = now;
        try
        {
            _current = Read();
            return true;
        }
        catch (StartupException)
        {
            Interlocked.Increment(ref _failures);
            throw;
        }
    }

    private SslStreamCertificateContext Read() => Files.Own(
        (nameof(HttpTlsOptions.Certificate), _options.Certificate), (nameof(HttpTlsOptions.Key), _options.Key));

    private static DateTimeOffset ExpiryOf(X509Certificate2 certificate) => new(certificate.NotAfter.ToUniversalTime());

    private Stamp Look() => new(StampOf(_options.Certificate), _options.Key.Length == 0 ? default : StampOf(_options.Key));

    private static (long Length, long Written) StampOf(string path)
    {
        try
        {
            using var file = RegularFile.OpenHandle(path);
            return (RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file).Ticks);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (-1, 0);
        }
    }

    /// <summary>What tells one state of the files from another.</summary>
    private readonly record struct Stamp((long Length, long Written) Certificate, (long Length, long Written) Key);
}
