using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RpcCollector.Options;

/// <summary>The server of a sink: a name or an address, and a port.</summary>
internal readonly record struct SinkAddress(string Host, int Port)
{
    private const int SyslogPort = 514;
    private const int SyslogTlsPort = 6_514;
    private const int MaxHost = 253;

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>address:port</c> and <c>[address]:port</c>.</summary>
    public static bool TryParse(string? text, SyslogProtocol protocol, out SinkAddress address)
    {
        address = default;
        if (string.IsNullOrWhiteSpace(text)) return false;
        var port = protocol == SyslogProtocol.Tls ? SyslogTlsPort : SyslogPort;
        var host = text.Trim();
        if (!IPAddress.TryParse(host.Trim('[', ']'), out var alone) || alone.AddressFamily != AddressFamily.InterNetworkV6)
        {
            if (host.LastIndexOf(':') is > 0 and var colon)
            {
                if (!int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)) return false;
                host = host[..colon];
            }
        }
        else if (host.Contains("]:", StringComparison.Ordinal))
        {
            return false;
        }

        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        if (port is < 1 or > 65_535 || host.Length is 0 or > MaxHost || Uri.CheckHostName(host) == UriHostNameType.Unknown) return false;
        address = new SinkAddress(host, port);
        return true;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
