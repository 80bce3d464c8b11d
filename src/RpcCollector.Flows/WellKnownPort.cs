using System.Runtime.CompilerServices;

namespace RpcCollector.Flows;

/// <summary>TCP ports with a meaning of their own in Windows remote administration.</summary>
public static class WellKnownPort
{
    public const ushort Kerberos = 88;
    public const ushort EndpointMapper = 135;
    public const ushort NetBiosSession = 139;
    public const ushort Ldap = 389;
    public const ushort Smb = 445;
    public const ushort RpcOverHttp = 593;
    public const ushort WinRmHttp = 5985;
    public const ushort WinRmHttps = 5986;

    // Of all of these: most ports that are asked about are above it.
    private const ushort Highest = WinRmHttps;

    /// <summary>The first port of Windows' dynamic range since Vista (IANA's dynamic range too, RFC 6335, 6).</summary>
    public const ushort FirstDynamic = 49152;

    /// <summary>True for the ports of the remote administration family: 135, 139, 445, 593, 5985, 5986.</summary>
    public static bool IsRemoteAdministration(ushort port) =>
        port is EndpointMapper or NetBiosSession or Smb or RpcOverHttp or WinRmHttp or WinRmHttps;

    /// <summary>
    /// True for the ports of the family and for 88 and 389, which give a domain controller away: flows to these are kept whatever their
    /// other port.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsFamily(ushort port) => port <= Highest && IsFamilyBelow(port);

    private static bool IsFamilyBelow(ushort port) => IsRemoteAdministration(port) || port is Kerberos or Ldap;
}
