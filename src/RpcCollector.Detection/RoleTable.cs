using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>Roles from the settings; immutable, the first entry that contains the address wins.</summary>
public sealed class RoleTable
{
    private readonly (AddressFilter Hosts, HostRole Role)[] _entries;

    private RoleTable((AddressFilter, HostRole)[] entries) => _entries = entries;

    /// <summary>A table of entries such as "192.0.2.10=domain-controller" and "2001:db8::/32=workstation".</summary>
    public static bool TryParse(IReadOnlyCollection<string> entries, out RoleTable table, out string? wrongEntry)
    {
        (table, wrongEntry) = (new RoleTable([]), null);
        var parsed = new List<(AddressFilter, HostRole)>();
        foreach (var entry in entries)
        {
            var sign = entry.IndexOf('=', StringComparison.Ordinal);
            if (sign < 0 || !AddressFilter.TryParse([entry[..sign].Trim()], out var hosts, out _)
                || !RoleName.TryParse(entry[(sign + 1)..].Trim(), out var role))
            {
                wrongEntry = entry;
                return false;
            }

            parsed.Add((hosts!, role));
        }

        table = new RoleTable([.. parsed]);
        return true;
    }

    /// <summary>The role from the settings; null when they do not mention this host.</summary>
    public HostRole? Of(HostAddress host)
    {
        foreach (var (hosts, role) in _entries)
        {
            if (hosts.Contains(host)) return role;
        }

        return null;
    }
}

/// <summary>Names of <see cref="HostRole"/>, in kebab-case as the API and the settings spell them.</summary>
public static class RoleName
{
    private static readonly string[] Names =
    [
        "unknown", "workstation", "server", "management-server", "scanner", "domain-controller", "directory-synchronizer",
    ];

    public static IReadOnlyList<string> All => Names;

    public static string Of(HostRole role) => Names[(int)role];

    /// <summary>As it stands in a sentence.</summary>
    public static string InWords(HostRole role) => role == HostRole.Unknown ? "host of unknown role" : Names[(int)role].Replace('-', ' ');

    public static bool TryParse(string text, out HostRole role)
    {
        var index = Array.FindIndex(Names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        role = (HostRole)Math.Max(0, index);
        return index >= 0;
    }
}
