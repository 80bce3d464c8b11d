using System.Net;
using RpcCollector.Options;

namespace RpcCollector.Http.Access;

/// <summary>By which hosts this process may be asked, and which pages are its own.</summary>
/// <remarks>
/// A page of the attacker's can give its name our address (DNS rebinding) and is then of the same origin as we are, for a browser. The
/// Host that the browser sends is still the attacker's name: so only names that were told are answered to. An address cannot be rebound,
/// but it is answered to only where it is the one that was connected to.
/// </remarks>
internal sealed class ServedHosts
{
    private const string Http = "http://";
    private const string Https = "https://";
    private const string LocalName = "localhost";

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<IPAddress> _addresses = [];

    // Reached by TLS, which a proxy ends: a page's origin says https then.
    private readonly HashSet<Authority> _secure = [];

    public ServedHosts(HttpOptions options)
    {
        foreach (var text in options.Hosts)
        {
            if (!HttpHost.TryParse(text, out var host)) continue;
            if (host.Authority.Address is { } address) _addresses.Add(address);
            else _names.Add(host.Authority.Name);
            if (host.IsSecure) _secure.Add(host.Authority);
        }
    }

    /// <param name="local">The address of this machine to which the connection was made.</param>
    public bool Knows(in Authority host, IPAddress? local)
    {
        var own = Authority.Plain(local);
        var isLoopback = Caller.IsLoopback(own);
        if (host.Address is { } address)
            return address.Equals(own) || (isLoopback && IPAddress.IsLoopback(address)) || _addresses.Contains(address);
        return (isLoopback && string.Equals(host.Name, LocalName, StringComparison.Ordinal)) || _names.Contains(host.Name);
    }

    /// <summary>True when the settings say that this host is reached by TLS that a proxy ends.</summary>
    public bool IsSecure(in Authority host) => _secure.Contains(host with { Port = null });

    /// <summary>Is this the origin (RFC 6454, 7) of pages that the given host of ours serves?</summary>
    /// <param name="isTls">True when this process itself ends TLS on the connection.</param>
    public bool IsOwnOrigin(string origin, in Authority host, bool isTls)
    {
        var isSecure = origin.StartsWith(Https, StringComparison.OrdinalIgnoreCase);
        if (!isSecure && !origin.StartsWith(Http, StringComparison.OrdinalIgnoreCase)) return false;
        if (!Authority.TryParse(origin[(isSecure ? Https : Http).Length..], out var page)) return false;
        var (port, own) = (isSecure ? 443 : 80, host with { Port = null });
        return (page with { Port = null }) == own && (page.Port ?? port) == (host.Port ?? port)
            && (isTls ? isSecure : !isSecure || _secure.Contains(own));
    }
}
