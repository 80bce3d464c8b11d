using System.ComponentModel.DataAnnotations;
using System.Net;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of the HTTP side: metrics, API and health.</summary>
public sealed class HttpOptions : IValidatableObject
{
    [Setting(
        "Address to serve HTTP on; * for all of IPv4 and IPv6. Anything but loopback must say how it is guarded: by " +
            "Http:Tls:Certificate, by " +
        "Http:Proxy:Addresses, or not at all by Http:AllowAnonymous.")]
    public string Address { get; set; } = "127.0.0.1";

    [Setting("Port to serve HTTP on.", Unit = "port", Minimum = 1, Maximum = 65_535)]
    public int Port { get; set; } = 8055;

    [Setting(
        "Names and addresses by which it is reached, other than the address that a client connects to and, on loopback, localhost: such " +
        "as sensor.example, or https://sensor.example behind a proxy that ends TLS. Requests for other hosts are refused (421).")]
    public List<string> Hosts { get; set; } = [];

    [Setting(
        "The address at which readers of alerts and of the log reach it, such as https://sensor.example/rpc: links to incidents and " +
        "findings begin with it. Empty: links are paths alone.")]
    public string PublicUrl { get; set; } = "";

    [Setting(
        "true lets everybody who reaches the port read findings and write verdicts and suppressions, without a login, also from other " +
        "machines and through proxies: say it where something else guards the port. Whoever logs in all the same is known by name.")]
    public bool AllowAnonymous { get; set; }

    [Setting(
        "Who has to log in: Remote for whoever does not ask on this machine itself (what came through a proxy did not), Always for " +
        "everybody.")]
    public HttpLogin Login { get; set; } = HttpLogin.Remote;

    [Setting(
        "File of users who log in by name and password: lines name:hash:role as 'RpcCollector users add' writes them, the first two " +
            "parts " +
        "as htpasswd -B does; roles are reader, analyst and admin. Read again when it changes. Empty: the file users in Store:Folder.")]
    public string Users { get; set; } = "";

    [Setting(
        "true takes passwords, tokens and cookies over plain HTTP, too, from other machines: whoever can listen in the network reads " +
            "them " +
        "and is you. Without it they need TLS, or a proxy of Http:Proxy:Addresses.")]
    public bool AllowPlainLogin { get; set; }

    [Setting("After how long without a request a login is over.", Unit = "d.hh:mm:ss", Minimum = 60, Maximum = 604_800)]
    public TimeSpan SessionIdle { get; set; } = TimeSpan.FromHours(8);

    [Setting("How long a login lasts at most.", Unit = "d.hh:mm:ss", Minimum = 300, Maximum = 2_592_000)]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(1);

    [Setting(
        "Who may ask for /metrics and /metrics/findings: Login for whoever may read (an API token of a reader, or one for metrics " +
            "alone), " +
        "Open for whoever reaches the port. /metrics/findings names hosts.")]
    public HttpDoor Metrics { get; set; } = HttpDoor.Login;

    [Setting(
        "Who may ask for /healthz and /readyz from other machines: Open for whoever reaches the port, without reasons; Login for whoever " +
        "may read.")]
    public HttpDoor Health { get; set; } = HttpDoor.Open;

    public HttpTlsOptions Tls { get; } = new();

    public HttpProxyOptions Proxy { get; } = new();

    [Setting(
        "How many connections may be open at once; one more takes the place of the one that has been idle longest, or is closed when " +
        "none is idle.",
        Unit = "connections", Minimum = 16, Maximum = 65_536)]
    public int MaxConnections { get; set; } = 1_024;

    [Setting(
        "How many connections one client (an IPv4 address, an IPv6 /64) may have open; one more takes the place of its own that has been " +
        "idle longest, or is closed when none is idle.",
        Unit = "connections", Minimum = 4, Maximum = 65_536)]
    public int MaxConnectionsPerClient { get; set; } = 256;

    [Setting(
        "How many of the 64 places at the event stream one client (an IPv4 address, an IPv6 /64) may have; further ones are refused (503).",
        Unit = "listeners", Minimum = 1, Maximum = 64)]
    public int MaxListenersPerClient { get; set; } = 16;

    [Setting(
        "How long an event stream lasts; then its client connects again and goes on where it was, and whoever no longer reads has lost " +
        "the place.",
        Unit = "hh:mm:ss", Minimum = 1, Maximum = 86_400)]
    public TimeSpan ListenFor { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Where to serve; an invalid address is treated as loopback until validation reports it.</summary>
    internal ListenEndpoint Endpoint =>
        TryReadEndpoint(out var endpoint) ? endpoint : new ListenEndpoint(IPAddress.Loopback, Port);

    /// <summary>True when other machines reach the port.</summary>
    internal bool IsServedToOthers => Endpoint.Address is not { } address || !IPAddress.IsLoopback(address);

    /// <summary>True when the settings say that people log in: then somebody has to become the first.</summary>
    internal bool IsLoginWanted =>
        !AllowAnonymous && Proxy.UserHeader.Length == 0 && (Login == HttpLogin.Always || IsServedToOthers || Proxy.Addresses.Length > 0);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TryReadEndpoint(out var endpoint))
            yield return new ValidationResult($"'{Address}' is not an IP address; write one, or * for all", [nameof(Address)]);
        else if (IsServedToOthers && !AllowAnonymous && !Tls.IsOn && Proxy.Addresses.Length == 0 && !AllowPlainLogin)
        {
            yield return new ValidationResult(
                $"'{Address}' is not loopback, and nothing says how it is guarded. Give a certificate ({nameof(Tls)}:" +
                $"{nameof(HttpTlsOptions.Certificate)}) and people log in; name the proxy in front of it ({nameof(Proxy)}:" +
                $"{nameof(HttpProxyOptions.Addresses)}); take passwords over plain HTTP ({nameof(AllowPlainLogin)}=true); or let " +
                    $"everybody " +
                $"in ({nameof(AllowAnonymous)}=true)", [nameof(Address)]);
        }

        if (AllowAnonymous && Login == HttpLogin.Always)
            yield return new ValidationResult($"everybody cannot have to log in while {nameof(AllowAnonymous)}=true", [nameof(Login)]);
        if (SessionIdle > SessionLifetime)
            yield return new ValidationResult(
                $"is longer than {nameof(SessionLifetime)}, after which a login is over", [nameof(SessionIdle)]);

        if (!PublicLinks.TryParse(PublicUrl, out _))
        {
            yield return new ValidationResult(
                "it is no address to link to; write http:// or https://, a host and, if there is one, the path before ours, without " +
                    "user, " +
                "query and fragment", [nameof(PublicUrl)]);
        }

        for (var i = 0; i < Hosts.Count; i++)
        {
            if (!HttpHost.TryParse(Hosts[i], out _))
            {
                yield return new ValidationResult(
                    $"'{Hosts[i]}' is no host; write a name or an address without a port, or https:// and a name",
                    [$"{nameof(Hosts)}:{i}"]);
            }
        }
    }

    private bool TryReadEndpoint(out ListenEndpoint endpoint) =>
        ListenEndpoint.TryParse($"{Address}:{Port}", out endpoint) || ListenEndpoint.TryParse($"[{Address}]:{Port}", out endpoint);
}
