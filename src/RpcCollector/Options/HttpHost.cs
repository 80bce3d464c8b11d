using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace RpcCollector.Options;

/// <summary>An item of Http:Hosts.</summary>
/// <param name="Authority">A name or an address, without a port.</param>
/// <param name="IsSecure">True when a proxy ends TLS there, so that the origin of its pages is https.</param>
internal readonly record struct HttpHost(Authority Authority, bool IsSecure)
{
    private const string Https = "https://";

    public static bool TryParse([NotNullWhen(true)] string? text, out HttpHost host)
    {
        host = default;
        if (text is null) return false;
        var isSecure = text.StartsWith(Https, StringComparison.OrdinalIgnoreCase);
        var rest = isSecure ? text[Https.Length..] : text;

        // An IPv6 address is clear here without brackets, too.
        if (!rest.StartsWith('[') && IPAddress.TryParse(rest, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6)
            rest = $"[{rest}]";
        if (!Authority.TryParse(rest, out var authority) || authority.Port is not null) return false;
        host = new HttpHost(authority, isSecure);
        return true;
    }
}
