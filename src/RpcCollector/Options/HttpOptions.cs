using System.ComponentModel.DataAnnotations;
using System.Net;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of the HTTP side: metrics, API and health.</summary>
public sealed class HttpOptions : IValidatableObject
{
    [Setting(
        "Address to serve HTTP on; * for all of IPv4 and IPv6. Anything but loopback needs Http:AllowAnonymous.")]
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
        "machines and through proxies. Without it only requests made on this machine are answered (403), and it starts only on loopback.")]
    public bool AllowAnonymous { get; set; }

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

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TryReadEndpoint(out var endpoint))
            yield return new ValidationResult($"'{Address}' is not an IP address; write one, or * for all", [nameof(Address)]);
        else if (!AllowAnonymous && (endpoint.Address is null || !IPAddress.IsLoopback(endpoint.Address)))
        {
            yield return new ValidationResult(
                $"'{Address}' is not loopback: others could read findings and hide them, and nobody would ask who they are. Serve on " +
                $"127.0.0.1, or say that everybody may with {nameof(AllowAnonymous)}=true", [nameof(Address)]);
        }

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
