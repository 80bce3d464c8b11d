using RpcCollector.Flows;

namespace RpcCollector.Names;

/// <summary>What an address was called at some time.</summary>
/// <param name="Name">Cleaned: letters, digits and a few signs only, never longer than <see cref="MaxLength"/>.</param>
/// <param name="SinceUnixMilliseconds">Since when it is known to hold; 0 for what a file says.</param>
/// <param name="Kind">What sort of machine a file calls it, such as workstation; null where none does.</param>
/// <param name="Owner">Whose it is, as a file says; null where none does.</param>
/// <param name="Site">Where it is, as a file says; null where none does.</param>
internal sealed record HostName(string Name, NameSource Source, long SinceUnixMilliseconds, string? Kind = null, string? Owner = null,
    string? Site = null, IReadOnlyList<string>? Tags = null)
{
    public const int MaxLength = 128;
}

/// <summary>Who says a name: the better one has the smaller value.</summary>
internal enum NameSource : byte
{
    File = 1,
    Dhcp = 2,
    Dns = 3,
    Ntlm = 4,
    Kerberos = 5,
    Smb = 6,
    ReverseDns = 7,
}

/// <summary>Who logged on over a connection between two hosts.</summary>
/// <param name="User">Cleaned as a name is; DOMAIN\user or user@REALM as it was told.</param>
/// <param name="Server">To which server: of a Kerberos ticket, the one that gave it.</param>
/// <param name="Target">For which server a Kerberos ticket is, by name; null where none is named.</param>
internal sealed record UserSighting(
    string User, NameSource Source, long AtUnixMilliseconds, bool? Succeeded, HostAddress Server = default, string? Target = null);
