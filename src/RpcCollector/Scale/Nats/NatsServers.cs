using NATS.Client.Core;
using RpcCollector.Certificates;
using RpcCollector.Files;
using RpcCollector.Options;

namespace RpcCollector.Scale.Nats;

/// <summary>How the broker is reached: addresses, credentials and TLS, as the settings say.</summary>
internal static class NatsServers
{
    private const string Section = $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Scale)}:{nameof(ScaleOptions.Nats)}";

    /// <summary>The scheme that asks for TLS.</summary>
    private const string Tls = "tls";

    /// <exception cref="StartupException">A file cannot be read, or does not hold what it should.</exception>
    public static NatsOpts Read(ScaleOptions options) => NatsOpts.Default with
    {
        Url = string.Join(',', options.Nats.Urls),
        Name = $"RpcCollector {options.Role.ToString().ToLowerInvariant()} {options.KnownAs}",
        AuthOpts = Credentials(options.Nats),

        // What the broker answers to a role nobody of another one need be allowed to hear.
        InboxPrefix = $"_INBOX.{options.Role.ToString().ToLowerInvariant()}",
        TlsOpts = TlsOf(options.Nats),
        ConnectTimeout = TimeSpan.FromSeconds(3),
        RequestTimeout = TimeSpan.FromSeconds(5),
        CommandTimeout = TimeSpan.FromSeconds(5),
        PingInterval = TimeSpan.FromSeconds(5),
        ReconnectWaitMin = TimeSpan.FromMilliseconds(100),
        ReconnectWaitMax = TimeSpan.FromSeconds(2),
        MaxReconnectRetry = -1,

        // A broker that is set up anew may refuse for a while: who is running goes on asking.
        IgnoreAuthErrorAbort = true,
    };

    private static NatsAuthOpts Credentials(NatsOptions options)
    {
        if (options.SeedFile.Length > 0)
        {
            var seed = Secret(options.SeedFile, nameof(NatsOptions.SeedFile));
            try
            {
                return NatsAuthOpts.Default with { Seed = seed, NKey = NATS.NKeys.KeyPair.FromSeed(seed.AsSpan()).GetPublicKey() };
            }
            catch (Exception wrong) when (wrong is NATS.NKeys.NKeysException or ArgumentException or FormatException)
            {
                throw Refuse(nameof(NatsOptions.SeedFile), $"'{options.SeedFile}' holds no nkey seed", wrong);
            }
        }

        if (options.UserFile.Length == 0) return NatsAuthOpts.Default;
        var both = Secret(options.UserFile, nameof(NatsOptions.UserFile));
        var colon = both.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1) throw Refuse(nameof(NatsOptions.UserFile), $"'{options.UserFile}' does not hold user:password");
        return NatsAuthOpts.Default with { Username = both[..colon], Password = both[(colon + 1)..] };
    }

    private static NatsTlsOpts TlsOf(NatsOptions options)
    {
        // Read here too, so that a file that is wrong is one clear line.
        var files = new PemFiles(Section);
        if (options.CaFile.Length > 0) _ = files.Certificates((nameof(NatsOptions.CaFile), options.CaFile));
        if (options.CertificateFile.Length > 0)
            _ = files.Own(
                (nameof(NatsOptions.CertificateFile), options.CertificateFile),
                (nameof(NatsOptions.CertificateKeyFile), options.CertificateKeyFile));
        var isWanted = options.CaFile.Length > 0 || options.CertificateFile.Length > 0
            || options.Urls.Any(url => url.StartsWith(Tls + ":", StringComparison.OrdinalIgnoreCase));
        return NatsTlsOpts.Default with
        {
            Mode = isWanted ? TlsMode.Require : TlsMode.Auto,
            CaFile = options.CaFile.Length > 0 ? options.CaFile : null,
            CertFile = options.CertificateFile.Length > 0 ? options.CertificateFile : null,
            KeyFile = options.CertificateKeyFile.Length > 0 ? options.CertificateKeyFile : null,
        };
    }

    private static string Secret(string path, string setting)
    {
        try
        {
            return RegularFile.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refuse(setting, $"cannot read '{path}': {(e is FileNotFoundException ? "there is no such file" : e.Message)}", e);
        }
    }

    private static StartupException Refuse(string setting, string problem, Exception? inner = null) =>
        inner is null ? new($"{Section}:{setting}: {problem}") : new($"{Section}:{setting}: {problem}", inner);
}
