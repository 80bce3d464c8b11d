using System.Net;
using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Http.Access;

/// <summary>
/// What counts as one client where each may have only so much: an IPv4 address, or the /64 that an IPv6 host chooses from.
/// </summary>
internal static class Client
{
    /// <summary>Of whoever sent a request, through a trusted proxy, too.</summary>
    public static HostAddress Of(HttpContext context) => Of(Caller.Of(context).Address);

    public static HostAddress Of(IPAddress? address)
    {
        if (Authority.Plain(address) is not { } plain) return default;
        var whole = HostAddress.From(plain);
        return whole.IsIPv4 || IPAddress.IsLoopback(plain) ? whole : new HostAddress(whole.High, low: 0);
    }
}
