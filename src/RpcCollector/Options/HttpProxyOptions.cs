using System.ComponentModel.DataAnnotations;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of a proxy that is believed: it says who asks, and from where.</summary>
public sealed class HttpProxyOptions : IValidatableObject
{
    /// <summary>So many groups may have a role.</summary>
    private const int MaxRoles = 100;

    [Setting(
        "Addresses and prefixes of proxies that are believed: their X-Forwarded-For says which client asks, and UserHeader who. Whatever " +
        "such an address sends is not local any more, so on the sensor's own machine (127.0.0.1) everybody has to log in then.",
        Unit = "list of addresses and prefixes")]
    public string[] Addresses { get; set; } = [];

    [Setting(
        "Header in which such a proxy says who has logged in, such as X-Remote-User or X-Forwarded-User. The proxy must take it out of " +
            "what " +
        "clients send. From any other address it is refused (403).")]
    public string UserHeader { get; set; } = "";

    [Setting("Header in which such a proxy says the user's groups, separated by commas, such as X-Forwarded-Groups.")]
    public string GroupsHeader { get; set; } = "";

    [Setting(
        "Which group has which role, written group=role, such as soc=analyst; the highest counts. Without any, the groups reader, " +
            "analyst " +
        "and admin have the role of their name.", Unit = "list of group=role")]
    public List<string> Roles { get; set; } = [];

    [Setting("Role of a user of whom no group has one: None, Reader, Analyst or Admin. None refuses them (403).")]
    public ProxyRole DefaultRole { get; set; } = ProxyRole.Reader;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!AddressFilter.TryParse(Addresses, out _, out var wrong))
            yield return new ValidationResult($"'{wrong}' is neither an address nor a prefix such as 10.0.0.0/28", [nameof(Addresses)]);
        else if (Addresses.Any(IsEverybody))
            yield return new ValidationResult("a prefix of length 0 would believe everybody", [nameof(Addresses)]);
        foreach (var (name, header) in new[] { (nameof(UserHeader), UserHeader), (nameof(GroupsHeader), GroupsHeader) })
        {
            if (header.Length == 0) continue;
            if (!IsToken(header)) yield return new ValidationResult($"'{header}' is no name of a header", [name]);
            else if (IsTaken(header)) yield return new ValidationResult($"'{header}' says something else in every request", [name]);
            else if (Addresses.Length == 0)
                yield return new ValidationResult($"has no effect without {nameof(Addresses)}: nobody's header would be believed", [name]);
        }

        if (GroupsHeader.Length > 0 && UserHeader.Length == 0)
            yield return new ValidationResult($"has no effect without {nameof(UserHeader)}", [nameof(GroupsHeader)]);
        if (Roles.Count > 0 && GroupsHeader.Length == 0)
            yield return new ValidationResult($"has no effect without {nameof(GroupsHeader)}", [nameof(Roles)]);
        if (Roles.Count > MaxRoles)
            yield return new ValidationResult($"names {Roles.Count} groups; {MaxRoles} are the most", [nameof(Roles)]);
        for (var i = 0; i < Roles.Count; i++)
        {
            if (!TryParseRole(Roles[i], out _, out _))
                yield return new ValidationResult(
                    $"'{Roles[i]}' does not give a group a role; write group=reader, group=analyst or group=admin",
                    [$"{nameof(Roles)}:{i}"]);
        }
    }

    internal static bool TryParseRole(string text, out string group, out ProxyRole role)
    {
        (group, role) = ("", ProxyRole.None);
        var equals = text.LastIndexOf('=');
        if (equals <= 0) return false;
        group = text[..equals].Trim();
        return group.Length > 0 && Enum.TryParse(text.AsSpan(equals + 1).Trim(), ignoreCase: true, out role)
            && Enum.IsDefined(role) && role != ProxyRole.None && !char.IsAsciiDigit(text[^1]);
    }

    private static bool IsEverybody(string entry) => entry.EndsWith("/0", StringComparison.Ordinal);

    // RFC 9110, 5.6.2.
    private static bool IsToken(string header) =>
        header.Length <= 100 && header.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));

    private static bool IsTaken(string header) =>
        ((string[])["Host", "Origin", "Authorization", "Cookie", "Content-Type", "Content-Length", "Connection", "X-Forwarded-For",
            "X-Forwarded-Proto", "X-Forwarded-Host", "X-Anti-Forgery", "Forwarded", "Via", "User-Agent", "Accept"])
        .Contains(header, StringComparer.OrdinalIgnoreCase);
}

/// <summary>What somebody whom a proxy names may do.</summary>
public enum ProxyRole
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Read.</summary>
    Reader,

    /// <summary>Answer, too.</summary>
    Analyst,

    /// <summary>Everything.</summary>
    Admin,
}
