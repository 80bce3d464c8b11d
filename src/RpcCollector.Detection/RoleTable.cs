using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>Roles from the settings; immutable, the first entry that contains the address wins.</summary>
public sealed class RoleTable
{
    private readonly (AddressPrefix Hosts, HostRole Role)[] _entries;

    private RoleTable((AddressPrefix, HostRole)[] entries) => _entries = entries;

    public static RoleTable Empty { get; } = new([]);

    /// <summary>In the order of the settings.</summary>
    public IReadOnlyList<(AddressPrefix Hosts, HostRole Role)> Entries => _entries;

    /// <summary>A table of entries such as "192.0.2.10=domain-controller" and "2001:db8::/32=workstation".</summary>
    public static bool TryParse(IReadOnlyCollection<string> entries, out RoleTable table, out string? wrongEntry)
    {
        (table, wrongEntry) = (Empty, null);
        var parsed = new List<(AddressPrefix, HostRole)>();
        foreach (var entry in entries)
        {
            var sign = entry.IndexOf('=', StringComparison.Ordinal);
            if (sign < 0 || !AddressPrefix.TryParse(entry[..sign].Trim(), out var hosts)
                || !RoleName.TryParse(entry[(sign + 1)..].Trim(), out var role))
            {
                wrongEntry = entry;
                return false;
            }

            parsed.Add((hosts, role));
        }

        table = new RoleTable([.. parsed]);
        return true;
    }

    /// <summary>The role from the settings; null when they do not mention this host.</summary>
    public HostRole? Of(HostAddress host) => Find(host) is >= 0 and var entry ? _entries[entry].Role : null;

    /// <summary>Which entry tells the role of a host; negative when none does.</summary>
    public int Find(HostAddress host)
    {
        for (var i = 0; i < _entries.Length; i++) if (_entries[i].Hosts.Contains(host)) return i;
        return -1;
    }

    /// <summary>Which entry tells the roles of all hosts of a network; negative when none does.</summary>
    public int Find(AddressPrefix hosts)
    {
        for (var i = 0; i < _entries.Length; i++) if (_entries[i].Hosts.Contains(hosts)) return i;
        return -1;
    }
}

/// <summary>Names of <see cref="HostRole"/>, in kebab-case as the API and the settings spell them.</summary>
public static class RoleName
{
    private static readonly string[] Names =
    [
        "unknown", "workstation", "server", "management-server", "scanner", "domain-controller", "directory-synchronizer",
    ];

    private static readonly string[] Words = ["host of unknown role", .. Names[1..].Select(static name => name.Replace('-', ' '))];

    /// <summary>Another name of <see cref="HostRole.DirectorySynchronizer"/>, by what such a host does.</summary>
    public const string Replicates = "replicates-directory";

    public static IReadOnlyList<string> All => Names;

    public static string Of(HostRole role) => Names[(int)role];

    /// <summary>As it stands in a sentence.</summary>
    public static string InWords(HostRole role) => Words[(int)role];

    /// <summary>A name as it is listed where it is another name of that; else as it is.</summary>
    public static string? Known(string? text) => text is not null && TryParse(text, out var role) ? Of(role) : text;

    public static bool TryParse(string text, out HostRole role)
    {
        if (text.Equals(Replicates, StringComparison.OrdinalIgnoreCase)) text = Of(HostRole.DirectorySynchronizer);
        var index = Array.FindIndex(Names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        role = (HostRole)Math.Max(0, index);
        return index >= 0;
    }
}
