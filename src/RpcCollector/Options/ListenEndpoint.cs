using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RpcCollector.Options;

/// <summary>
/// Where to listen: one address, or all of both families when <see cref="Address"/> is null, and a port (0: any free one).
/// </summary>
internal readonly record struct ListenEndpoint(IPAddress? Address, int Port)
{
    public bool IsIPv6 => Address?.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>Reads <c>address:port</c>, <c>[address]:port</c> and <c>*:port</c>.</summary>
    public static bool TryParse(string? text, out ListenEndpoint endpoint)
    {
        endpoint = default;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0) return false;
        var host = text.AsSpan(0, colon);
        if (!ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return false;
        if (host is "*")
        {
            endpoint = new ListenEndpoint(null, port);
            return true;
        }

        // Without brackets "::1:2055" would be ambiguous, and IPAddress reads "1:2055" as four octets: so dots or brackets are required.
        var bracketed = host is ['[', .., ']'];
        if (bracketed) host = host[1..^1];
        if (!IPAddress.TryParse(host, out var address) || bracketed != (address.AddressFamily == AddressFamily.InterNetworkV6))
            return false;
        if (!bracketed && host.Count('.') != 3) return false;
        endpoint = new ListenEndpoint(address, port);
        return true;
    }

    /// <summary>What is wrong with a list of endpoints: items that are not endpoints, and items that are listed twice.</summary>
    public static IEnumerable<ValidationResult> Validate(IReadOnlyList<string> endpoints, string name)
    {
        var seen = new HashSet<ListenEndpoint>();
        for (var i = 0; i < endpoints.Count; i++)
        {
            var member = $"{name}:{i}";
            if (!TryParse(endpoints[i], out var endpoint))
                yield return new ValidationResult(
                    $"'{endpoints[i]}' is not an endpoint; write address:port, [address]:port or *:port, with a port from 0 to 65535",
                    [member]);
            else if (endpoint.Port != 0 && !seen.Add(endpoint))
                yield return new ValidationResult($"'{endpoints[i]}' is listed twice", [member]);
        }
    }

    public override string ToString() => Address is null ? $"*:{Port}" : IsIPv6 ? $"[{Address}]:{Port}" : $"{Address}:{Port}";
}
