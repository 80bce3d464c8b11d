using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>The service that an edge is about: one client may be known to a server for one and new for another.</summary>
public enum EdgeService : byte
{
    /// <summary>The endpoint mapper and dynamic endpoints.</summary>
    Rpc = 0,

    /// <summary>445 and 139.</summary>
    Smb = 1,

    /// <summary>5985 and 5986.</summary>
    WinRm = 2,

    /// <summary>593.</summary>
    RpcOverHttp = 3,

    /// <summary>88: evidence of a domain controller, and no administration.</summary>
    Kerberos = 4,

    /// <summary>389: the same.</summary>
    Ldap = 5,
}

/// <summary>Names of <see cref="EdgeService"/> and its ports.</summary>
internal static class EdgeServiceName
{
    public const int Count = 6;

    /// <summary>Services of the remote administration family come first.</summary>
    public const int NumAdministration = 4;

    public static EdgeService? OfPort(ushort port) => port switch
    {
        WellKnownPort.Smb or WellKnownPort.NetBiosSession => EdgeService.Smb,
        WellKnownPort.WinRmHttp or WellKnownPort.WinRmHttps => EdgeService.WinRm,
        WellKnownPort.RpcOverHttp => EdgeService.RpcOverHttp,
        88 => EdgeService.Kerberos,
        389 => EdgeService.Ldap,
        _ => null,
    };

    public static bool IsAdministration(EdgeService service) => (int)service < NumAdministration;

    /// <summary>The service of a name that <see cref="Of"/> gave.</summary>
    public static EdgeService Named(string name)
    {
        for (var service = 0; service < Count; service++)
            if (Of((EdgeService)service).Equals(name, StringComparison.Ordinal)) return (EdgeService)service;
        throw new ArgumentException("No service is called that.", nameof(name));
    }

    public static string Of(EdgeService service) => service switch
    {
        EdgeService.Rpc => "RPC",
        EdgeService.Smb => "SMB",
        EdgeService.WinRm => "WinRM",
        EdgeService.RpcOverHttp => "RPC over HTTP",
        EdgeService.Kerberos => "Kerberos",
        _ => "LDAP",
    };
}
