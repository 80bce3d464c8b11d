using System.Net;
using RpcCollector.Accounts;
using RpcCollector.Flows;
using RpcCollector.Naming;
using RpcCollector.Options;

namespace RpcCollector.Http.Access;

/// <summary>Proxies that are believed: which client asks, over what, and who it is.</summary>
internal sealed class TrustedProxies
{
    // Every hop beyond these is somebody's invention.
    private const int MaxHops = 16;
    private const int MaxGroups = 500;

    private readonly AddressFilter _trusted = AddressFilter.Nobody;
    private readonly Dictionary<string, AccessRole> _roles = new(StringComparer.Ordinal);
    private readonly HttpProxyOptions _options;

    public TrustedProxies(HttpOptions options)
    {
        _options = options.Proxy;
        if (AddressFilter.TryParse(_options.Addresses, out var trusted, out _)) _trusted = trusted!;
        foreach (var text in _options.Roles)
        {
            if (HttpProxyOptions.TryParseRole(text, out var group, out var role)) Raise(group, RoleOf(role)!.Value);
        }

        if (_roles.Count > 0) return;
        foreach (var role in KebabCase<AccessRole>.All) _roles.Add(KebabCase<AccessRole>.Of(role), role);
    }

    /// <summary>True when the settings name a header in which a proxy says who asks.</summary>
    public bool NamePeople => _options.UserHeader.Length > 0 && _options.Addresses.Length > 0;

    public bool Trusts(IPAddress? address) => Authority.Plain(address) is { } plain && _trusted.Contains(HostAddress.From(plain));

    /// <summary>The client that a trusted proxy asks for: the last of X-Forwarded-For that is no trusted proxy itself.</summary>
    /// <param name="peer">The proxy.</param>
    public IPAddress? ClientOf(HttpRequest request, IPAddress? peer)
    {
        var client = peer;
        var hops = 0;
        var values = request.Headers["X-Forwarded-For"];
        for (var value = values.Count - 1; value >= 0; value--)
        {
            var entries = (values[value] ?? "").Split(',');
            for (var entry = entries.Length - 1; entry >= 0; entry--)
            {
                if (++hops > MaxHops || AddressOf(entries[entry].Trim()) is not { } address) return client;
                client = address;
                if (!Trusts(address)) return client;
            }
        }

        return client;
    }

    /// <summary>True when the proxy says that its client asked over TLS.</summary>
    public static bool SaysSecure(HttpRequest request) =>
        request.Headers["X-Forwarded-Proto"] is [{ } scheme] && scheme.Trim().Equals("https", StringComparison.OrdinalIgnoreCase);

    /// <summary>True when a request says who asks as only a trusted proxy may.</summary>
    public bool Claims(HttpRequest request) =>
        (_options.UserHeader.Length > 0 && request.Headers.ContainsKey(_options.UserHeader))
        || (_options.GroupsHeader.Length > 0 && request.Headers.ContainsKey(_options.GroupsHeader));

    /// <summary>Whom a trusted proxy names; null when it names nobody, or nobody that can be.</summary>
    public (string Name, AccessRole? Role)? PersonOf(HttpRequest request)
    {
        // Two of them: the proxy has added its own to what the client sent.
        if (!NamePeople || request.Headers[_options.UserHeader] is not [{ } stated]) return null;
        var name = stated.Trim();
        if (LocalUserName(name) is not { } known) return null;
        AccessRole? best = RoleOf(_options.DefaultRole);
        if (_options.GroupsHeader.Length == 0) return (known, best);
        if (request.Headers[_options.GroupsHeader] is { Count: > 1 }) return null;
        var groups = request.Headers[_options.GroupsHeader].ToString().Split(',', MaxGroups + 1, StringSplitOptions.TrimEntries);
        foreach (var group in groups.Take(MaxGroups))
        {
            if (_roles.TryGetValue(group, out var role) && (best is null || role > best)) best = role;
        }

        return (known, best);
    }

    // Unlike a local user's it may hold a colon, and be longer.
    private static string? LocalUserName(string name) =>
        name.Length is > 0 and <= 200 && !name.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFFFD') ? name : null;

    private static AccessRole? RoleOf(ProxyRole role) => role switch
    {
        ProxyRole.Reader => AccessRole.Reader,
        ProxyRole.Analyst => AccessRole.Analyst,
        ProxyRole.Admin => AccessRole.Admin,
        _ => null,
    };

    private static IPAddress? AddressOf(string entry)
    {
        // Some add the port.
        if (entry.Length is 0 or > 60) return null;
        if (IPAddress.TryParse(entry, out var address)) return Authority.Plain(address);
        return (entry[0] == '[' || entry.Count(c => c == ':') == 1) && IPEndPoint.TryParse(entry, out var end)
            ? Authority.Plain(end.Address)
            : null;
    }

    private void Raise(string group, AccessRole role)
    {
        if (!_roles.TryGetValue(group, out var former) || role > former) _roles[group] = role;
    }
}
