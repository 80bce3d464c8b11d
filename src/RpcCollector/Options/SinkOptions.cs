using System.ComponentModel.DataAnnotations;
using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of one other program that is told of incidents and findings.</summary>
public sealed class SinkOptions : IValidatableObject
{
    private const int MaxName = 64;

    [Setting(
        "What is told of incidents, and of findings if you like: alertmanager, webhook, syslog or file. Up to eight: Sinks:0 to Sinks:7; " +
        "docs/sinks.md has an example of each. None by default.")]
    public SinkKind Kind { get; set; }

    [Setting(
        "The name by which it is known: to metrics, the log, 'sinks test', and to the store, which keeps under it how far it was told. " +
        "Under a new name it is told what happens from then on. The kind when empty.")]
    public string Name { get; set; } = "";

    [Setting(
        "Of alertmanager and webhook: the address to post to, such as http://127.0.0.1:9093 (the API's path is added) or " +
        "https://hooks.example/rpc. Where it is a secret, as with Slack, write it into UrlFile.", IsAddressWithSecrets = true)]
    public string Url { get; set; } = "";

    [Setting("Of webhook: a file with that address, read at each attempt. Shown nowhere.")]
    public string UrlFile { get; set; } = "";

    [Setting("Of syslog: the server, as host:port; 514, and 6514 for TLS, where the port is left out.")]
    public string Address { get; set; } = "";

    [Setting("Of file: the file that lines are appended to. Its folder must be there.")]
    public string File { get; set; } = "";

    [Setting("incidents, findings or both. Alertmanager is told of incidents only.")]
    public SinkContent Sends { get; set; }

    [Setting("What is less severe is not told: low, medium, high or critical. What hides it, a verdict or a suppression, does too.")]
    public FindingSeverity MinSeverity { get; set; } = FindingSeverity.Low;

    [Setting(
        "Where a name that the store does not know begins: now, or beginning: with all that the store has of incidents (and of findings, " +
        "as far as a sink was told of them).")]
    public SinkBeginning From { get; set; }

    [Setting("Of webhook: the shape of what is posted: json (the ECS document), slack, teams, mattermost or thehive.")]
    public WebhookFormat Format { get; set; }

    [Setting(
        "Of webhook: a file with the secret by which each request is signed: X-RpcCollector-Signature is sha256= and the HMAC-SHA256 of " +
        "X-RpcCollector-Timestamp, a dot and the body, in hexadecimal digits. Read at each attempt.")]
    public string SecretFile { get; set; } = "";

    [Setting("Of alertmanager and webhook: a file with the token of the header Authorization: Bearer. Read at each attempt.")]
    public string BearerFile { get; set; } = "";

    [Setting("Of alertmanager and webhook: a file with user:password for the header Authorization: Basic. Read at each attempt.")]
    public string BasicFile { get; set; } = "";

    [Setting("A PEM file with the authorities that the other side's certificate must come from; those of the machine when empty.")]
    public string CaFile { get; set; } = "";

    [Setting("A PEM file with the certificate that is shown to the other side, its chain after it. None when empty.")]
    public string CertificateFile { get; set; } = "";

    [Setting("Its private key, unencrypted, in PEM; in CertificateFile when empty.")]
    public string CertificateKeyFile { get; set; } = "";

    [Setting(
        "Of alertmanager: how long an alert lasts when it is not told again. It is told again after a third of that, as long as its " +
        "incident is open.", Unit = "hh:mm:ss", Minimum = 15, Maximum = 86_400)]
    public TimeSpan AlertFor { get; set; } = TimeSpan.FromMinutes(5);

    [Setting("Of syslog: udp, tcp or tls. Only over TCP and TLS it shows when a server is gone.")]
    public SyslogProtocol Protocol { get; set; }

    [Setting("Of syslog: the facility, such as local0, auth or daemon.")]
    public SyslogFacility Facility { get; set; } = SyslogFacility.Local0;

    [Setting("Of file: beyond so much it is renamed to FILE.1, and begun anew.", Unit = "bytes", Minimum = 65_536, Maximum = 1L << 40)]
    public long MaxBytes { get; set; } = 64L << 20;

    [Setting("Of file: how many renamed ones are kept.", Unit = "files", Minimum = 1, Maximum = 1_000)]
    public int Keep { get; set; } = 8;

    /// <summary>The name that it has.</summary>
    internal string KnownAs => Name.Length > 0 ? Name : SinkNames.Of(Kind);

    internal bool TellsIncidents => Sends is not SinkContent.Findings;

    internal bool TellsFindings => Sends is not SinkContent.Incidents && Kind != SinkKind.Alertmanager;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Kind == SinkKind.None)
        {
            if (!IsUntouched())
                yield return new ValidationResult("say what it is: alertmanager, webhook, syslog or file", [nameof(Kind)]);
            yield break;
        }

        if (Name.Length > MaxName || !Name.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_' or '.'))
            yield return new ValidationResult(
                $"'{Name}' is no name of a sink; write letters, digits, '-', '_' and '.', at most {MaxName}", [nameof(Name)]);
        foreach (var (name, kinds, isGiven) in Only())
        {
            if (isGiven && !kinds.Contains(Kind))
                yield return new ValidationResult(
                    $"a sink of the kind {SinkNames.Of(Kind)} has no such setting; it is one of " +
                        $"{string.Join(" and ", kinds.Select(SinkNames.Of))}",
                    [name]);
        }

        foreach (var problem in Kind switch
        {
            SinkKind.Syslog => OfSyslog(),
            SinkKind.File => File.Length == 0 ? [new ValidationResult("name the file to write to", [nameof(File)])] : [],
            _ => OfHttp(),
        }) yield return problem;
    }

    private IEnumerable<ValidationResult> OfHttp()
    {
        if (Url.Length == 0 && UrlFile.Length == 0)
            yield return new ValidationResult("say where to post to, such as https://hooks.example/rpc", [nameof(Url)]);
        else if (Url.Length > 0 && UrlFile.Length > 0)
            yield return new ValidationResult("the address is in one of them, not in both", [nameof(Url), nameof(UrlFile)]);
        else if (Url.Length > 0 && !SinkUrl.TryParse(Url, out _, out var why))
            yield return new ValidationResult(why, [nameof(Url)]);
        if (Kind == SinkKind.Alertmanager && Sends != SinkContent.Incidents)
            yield return new ValidationResult("Alertmanager is told of incidents only", [nameof(Sends)]);
        if (BearerFile.Length > 0 && BasicFile.Length > 0)
            yield return new ValidationResult("one of them, not both", [nameof(BearerFile), nameof(BasicFile)]);
        if (Format == WebhookFormat.Thehive && Sends != SinkContent.Incidents)
            yield return new ValidationResult("TheHive is told of incidents only", [nameof(Sends)]);
    }

    private IEnumerable<ValidationResult> OfSyslog()
    {
        if (!SinkAddress.TryParse(Address, Protocol, out _))
            yield return new ValidationResult(
                $"'{Address}' is no server; write host:port or [address]:port, with a port from 1 to 65535", [nameof(Address)]);
        if (Protocol != SyslogProtocol.Tls && (CaFile.Length > 0 || CertificateFile.Length > 0))
            yield return new ValidationResult("certificates are shown over TLS only: Protocol=tls", [nameof(Protocol)]);
    }

    // What only some kinds have, and whether it is given.
    private IEnumerable<(string Name, SinkKind[] Kinds, bool IsGiven)> Only()
    {
        SinkKind[] http = [SinkKind.Alertmanager, SinkKind.Webhook];
        yield return (nameof(Url), http, Url.Length > 0);
        yield return (nameof(UrlFile), [SinkKind.Webhook], UrlFile.Length > 0);
        yield return (nameof(Address), [SinkKind.Syslog], Address.Length > 0);
        yield return (nameof(File), [SinkKind.File], File.Length > 0);
        yield return (nameof(Format), [SinkKind.Webhook], Format != WebhookFormat.Json);
        yield return (nameof(SecretFile), [SinkKind.Webhook], SecretFile.Length > 0);
        yield return (nameof(BearerFile), http, BearerFile.Length > 0);
        yield return (nameof(BasicFile), http, BasicFile.Length > 0);
        yield return (nameof(CaFile), [.. http, SinkKind.Syslog], CaFile.Length > 0);
        yield return (nameof(CertificateFile), [.. http, SinkKind.Syslog], CertificateFile.Length > 0);
        yield return (nameof(CertificateKeyFile), [.. http, SinkKind.Syslog], CertificateKeyFile.Length > 0);
        yield return (nameof(Protocol), [SinkKind.Syslog], Protocol != SyslogProtocol.Udp);
    }

    private bool IsUntouched() => Name.Length == 0 && Only().All(setting => !setting.IsGiven);
}

/// <summary>What is told.</summary>
public enum SinkKind
{
    None,
    Alertmanager,
    Webhook,
    Syslog,
    File,
}

/// <summary>What a sink is told of.</summary>
public enum SinkContent
{
    Incidents,
    Findings,
    Both,
}

/// <summary>Where a new sink begins.</summary>
public enum SinkBeginning
{
    Now,
    Beginning,
}

/// <summary>The shape of what a webhook is sent.</summary>
public enum WebhookFormat
{
    Json,
    Slack,
    Teams,
    Mattermost,
    Thehive,
}

/// <summary>How syslog messages travel.</summary>
public enum SyslogProtocol
{
    Udp,
    Tcp,
    Tls,
}

/// <summary>Facilities by their number (RFC 5424, 6.2.1).</summary>
public enum SyslogFacility
{
    Kern,
    User,
    Mail,
    Daemon,
    Auth,
    Syslog,
    Lpr,
    News,
    Uucp,
    Cron,
    Authpriv,
    Ftp,
    Ntp,
    Audit,
    Alert,
    Clock,
    Local0,
    Local1,
    Local2,
    Local3,
    Local4,
    Local5,
    Local6,
    Local7,
}
