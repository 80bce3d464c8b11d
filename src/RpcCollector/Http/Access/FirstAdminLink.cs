using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using RpcCollector.Options;

namespace RpcCollector.Http.Access;

/// <summary>Says in the log by which link somebody becomes the first admin, while there are no users.</summary>
internal sealed partial class FirstAdminLink(HttpOptions options, PublicLinks links, FirstAdmin first, ILogger<FirstAdminLink> logger)
{
    /// <returns>The link; null where there is none to be had.</returns>
    public string? Say()
    {
        if (first.Open() is not { } secret) return null;
        var link = links.OfConsole($"/first-admin/{secret}", Address());
        Offered(logger, link);
        return link;
    }

    /// <summary>By which this machine is reached, as far as it knows: a name that was told, or an address of its own.</summary>
    private string Address()
    {
        foreach (var text in options.Hosts)
        {
            if (HttpHost.TryParse(text, out var host) && host.IsSecure) return $"https://{host.Authority}";
        }

        var scheme = options.Tls.IsOn ? "https" : "http";
        var named = options.Hosts.Select(text => HttpHost.TryParse(text, out var host) ? (Authority?)host.Authority : null)
            .FirstOrDefault(host => host is not null);
        var authority = named ?? new Authority("", Authority.Plain(Own()), Port: null);
        return $"{scheme}://{authority with { Port = options.Port }}";
    }

    private IPAddress Own()
    {
        if (options.Endpoint.Address is { } address && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)) return address;
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces()
                .Where(network =>
                    network is { OperationalStatus: OperationalStatus.Up, NetworkInterfaceType: not NetworkInterfaceType.Loopback })
                .SelectMany(network => network.GetIPProperties().UnicastAddresses)
                .Select(unicast => unicast.Address)
                .OrderBy(own => own.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)
                .FirstOrDefault(own => !own.IsIPv6LinkLocal && !IPAddress.IsLoopback(own)) ?? IPAddress.Loopback;
        }
        catch (Exception failure) when (failure is NetworkInformationException or PlatformNotSupportedException)
        {
            return IPAddress.Loopback;
        }
    }

    [LoggerMessage(
        7501, LogLevel.Warning,
        "There are no users yet. Whoever opens this link first becomes admin; it works once, for a day, until the next start: {Link} "
        + "('RpcCollector users add NAME --role admin' does the same)")]
    private static partial void Offered(ILogger logger, string link);
}
