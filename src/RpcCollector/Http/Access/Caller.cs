using System.Net;
using RpcCollector.Options;

namespace RpcCollector.Http.Access;

/// <summary>From where a request comes, as far as the connection and what is believed of its headers tell.</summary>
/// <param name="Address">
/// The client: the other end of the connection, or whom a trusted proxy names. Null when there is no network between.
/// </param>
/// <param name="ProxyHeader">A header that only proxies add; null when the request has none.</param>
/// <param name="IsLocal">True when the request was made on this machine: both ends are loopback and no proxy stands between.</param>
internal sealed record Caller(IPAddress? Address, string? ProxyHeader, bool IsLocal)
{
    // Forwarded (RFC 7239), Via (RFC 9110, 7.6.3), and what proxies, balancers and content networks add of their own.
    private static readonly HashSet<string> ProxyHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Forwarded", "Forwarded-For", "Via", "X-Forwarded", "X-Real-IP", "X-Client-IP", "Client-IP", "True-Client-IP", "X-Remote-IP",
        "X-Remote-Addr", "X-Cluster-Client-IP", "X-ProxyUser-Ip", "X-Proxy-User-IP", "Fastly-Client-IP", "CF-Connecting-IP", "CF-Ray",
        "X-Envoy-External-Address", "X-Azure-ClientIP", "X-Amzn-Trace-Id", "X-Varnish", "X-Scheme", "X-Rewrite-URL", "CDN-Loop",
    };

    // X-Original-: what was X-Forwarded- until somebody before us believed it. X-Auth-Request-: what oauth2-proxy says of its user.
    private static readonly string[] ProxyPrefixes = ["X-Forwarded-", "X-Original-", "X-Envoy-", "X-Proxy-", "X-Auth-Request-"];

    // Longer names of headers are not repeated in log and answer.
    private const int LongestNamed = 40;

    /// <summary>True when the other end of the connection is a proxy of Http:Proxy:Addresses.</summary>
    public bool IsTrustedProxy { get; init; }

    /// <summary>True when the client's connection is over TLS, ended here or by a proxy that is known to.</summary>
    public bool IsSecure { get; init; }

    /// <summary>True when nobody in the network can read what is sent, as far as the settings tell.</summary>
    public bool IsConfidential { get; init; } = true;

    /// <summary>What the guard has found out; before that, what the connection and the headers tell.</summary>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>() ?? OfConnection(context);

    /// <summary>Believes no header.</summary>
    public static Caller OfConnection(HttpContext context)
    {
        var (remote, local) = (Authority.Plain(context.Connection.RemoteIpAddress), Authority.Plain(context.Connection.LocalIpAddress));
        var header = ProxyHeaderOf(context.Request);

        // Proxies that say nothing of themselves speak HTTP/1.0, unless told otherwise.
        var isLocal = IsLoopback(remote) && IsLoopback(local) && header is null && !HttpProtocol.IsHttp10(context.Request.Protocol);
        return new Caller(remote, header, isLocal);
    }

    /// <summary>Is this an end of a connection within this machine? One without an address is: no network knows it.</summary>
    public static bool IsLoopback(IPAddress? address) => address is null || IPAddress.IsLoopback(address);

    private static string? ProxyHeaderOf(HttpRequest request)
    {
        foreach (var name in request.Headers.Keys)
        {
            if (ProxyHeaders.Contains(name)) return name;
            foreach (var prefix in ProxyPrefixes)
                if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return name.Length <= LongestNamed ? name : prefix;
        }

        return null;
    }
}
