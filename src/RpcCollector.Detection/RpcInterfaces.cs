namespace RpcCollector.Detection;

/// <summary>RPC interfaces that tell something about whoever calls them, by the names that Zeek gives them.</summary>
[Flags]
public enum RpcInterfaces : uint
{
    None = 0,

    /// <summary>Policy and accounts.</summary>
    Lsarpc = 1 << 0,

    /// <summary>Authentication of machines and users.</summary>
    Netlogon = 1 << 1,

    /// <summary>The account database: enumeration.</summary>
    Samr = 1 << 2,

    /// <summary>Directory replication: DCSync, DCShadow.</summary>
    Drsuapi = 1 << 3,

    /// <summary>The service control manager.</summary>
    Svcctl = 1 << 4,

    /// <summary>Task scheduler, both generations: atsvc and ITaskSchedulerService.</summary>
    Tasks = 1 << 5,

    /// <summary>WMI: IWbemServices and its login interface.</summary>
    Wmi = 1 << 6,

    /// <summary>DCOM activation.</summary>
    Dcom = 1 << 7,

    /// <summary>Remote registry.</summary>
    Winreg = 1 << 8,

    /// <summary>Server and workstation service: shares, sessions.</summary>
    Srvsvc = 1 << 9,

    Wkssvc = 1 << 10,

    /// <summary>Print spooler.</summary>
    Spoolss = 1 << 11,

    /// <summary>Event log.</summary>
    Eventlog = 1 << 12,
}

/// <summary>Names of <see cref="RpcInterfaces"/>.</summary>
public static class RpcInterfaceNames
{
    /// <summary>The interfaces of a set, in the order of the enumeration.</summary>
    public static IEnumerable<string> Of(RpcInterfaces interfaces)
    {
        foreach (var one in Enum.GetValues<RpcInterfaces>())
        {
            if (one != RpcInterfaces.None && interfaces.HasFlag(one)) yield return Name(one);
        }
    }

    private static string Name(RpcInterfaces one) => one.ToString().ToLowerInvariant();
}
