using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Sinks;

/// <summary>A real rsyslog on loopback that writes what comes into a file, as its users set it up.</summary>
internal sealed class SyslogServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly string _protocol;
    private readonly int _port;
    private ChildProcess? _process;

    /// <param name="protocol">udp, tcp or tls.</param>
    public SyslogServer(TemporaryFolder folder, string protocol)
    {
        (_folder, _protocol, _port) = (folder, protocol, protocol == "udp" ? FreePort.Udp() : FreePort.Tcp());
        Tool.Require("rsyslogd");
        if (protocol == "tls") MakeCertificates();
        File.WriteAllText(folder.PathOf("rsyslog.conf"), $$"""
            {{Global()}}
            {{Module()}}
            input(type="{{(protocol == "udp" ? "imudp" : "imtcp")}}" address="127.0.0.1" port="{{_port}}")
            template(name="document" type="string" string="%msg%\n")
            action(type="omfile" file="{{LogFile}}" template="document")
            """);
    }

    public string Address => $"127.0.0.1:{_port}";

    public string Authority => _folder.PathOf("authority.pem");

    public string Transcript => _process?.Transcript ?? "rsyslogd is stopped.";

    private string LogFile => _folder.PathOf("syslog.ndjson");

    public void Start() => _process = Tool.Start(
        "rsyslogd", _folder.FullName, "-n", "-f", _folder.PathOf("rsyslog.conf"), "-i", _folder.PathOf("rsyslog.pid"));

    /// <summary>Ends it at once, as kill -9 does.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        await _process.DisposeAsync();
        _process = null;
        File.Delete(_folder.PathOf("rsyslog.pid"));
    }

    /// <summary>The incidents that it was told of.</summary>
    public HashSet<string> Incidents() => Documents.IncidentsIn(LogFile, mayBeTorn: true);

    public async ValueTask DisposeAsync() => await KillAsync();

    private string Global() => _protocol != "tls" ? $"global(workDirectory=\"{_folder.FullName}\")" : $"""
        global(workDirectory="{_folder.FullName}" defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="{Authority}"
            defaultNetstreamDriverCertFile="{_folder.PathOf("server.pem")}" defaultNetstreamDriverKeyFile="{_folder.PathOf("server.key")}")
        """;

    private string Module() => _protocol switch
    {
        "udp" => "module(load=\"imudp\")",
        "tcp" => "module(load=\"imtcp\")",
        _ => "module(load=\"imtcp\" streamDriver.name=\"gtls\" streamDriver.mode=\"1\" streamDriver.authMode=\"anon\")",
    };

    private void MakeCertificates()
    {
        var (from, until) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var authorityKey = RSA.Create(2048);
        var request = new CertificateRequest("CN=Authority of a test", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var authority = request.CreateSelfSigned(from, until);
        using var key = RSA.Create(2048);
        request = new CertificateRequest("CN=rsyslog", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var server = request.Create(authority, from, until, RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Authority, authority.ExportCertificatePem());
        File.WriteAllText(_folder.PathOf("server.pem"), server.ExportCertificatePem());
        File.WriteAllText(_folder.PathOf("server.key"), key.ExportPkcs8PrivateKeyPem());
    }
}

/// <summary>Files with a document of the Elastic Common Schema a line.</summary>
internal static class Documents
{
    /// <param name="mayBeTorn">False where every line must be whole.</param>
    public static HashSet<string> IncidentsIn(string path, bool mayBeTorn)
    {
        var incidents = new HashSet<string>(StringComparer.Ordinal);
        if (!File.Exists(path)) return incidents;
        foreach (var line in File.ReadLines(path))
        {
            try
            {
                var own = JsonElement.Parse(line).GetProperty("rpc_collector");
                if (own.GetProperty("type").GetString() == "incident") incidents.Add(own.GetProperty("id").GetString()!);
            }
            catch (JsonException) when (mayBeTorn)
            {
                // The server was killed as it wrote.
            }
        }

        return incidents;
    }
}
