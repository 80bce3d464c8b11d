using System.Net;

namespace RpcCollector.Lab.Synthetic;

/// <summary>What synthetic exporters send, and how fast.</summary>
internal sealed record SyntheticLoad
{
    public const int MaxExporters = 100_000;
    public const int MaxTemplates = 10_000;
    public const int MaxSeconds = 10_800;
    public const int MinHosts = 100;
    public const int MaxHosts = 4_000_000;

    public required IPEndPoint Target { get; init; }

    public ExportVersion Version { get; init; } = ExportVersion.Ipfix;

    /// <summary>Datagrams per second for all exporters together; null: as fast as possible.</summary>
    public double? Rate { get; init; }

    public double Seconds { get; init; } = 10;

    /// <summary>Records in each datagram.</summary>
    public int Records { get; init; } = 20;

    /// <summary>Each exporter has an address of its own, and they send in turn.</summary>
    public int Exporters { get; init; } = 1;

    /// <summary>Templates of each exporter, used in turn.</summary>
    public int Templates { get; init; } = 1;

    /// <summary>
    /// Whether what was prepared is sent again and again for a second (<see cref="RepeatedTraffic"/>): a collector knows nearly all of it.
    /// Otherwise every flow is new (<see cref="FreshTraffic"/>).
    /// </summary>
    public bool IsRepeated { get; init; }

    /// <summary>Fresh: how many hosts there are.</summary>
    public int Hosts { get; init; } = 20_000;

    /// <summary>Fresh: which part of the records begin an RPC connection, from 0 to 1; its second record comes later.</summary>
    public double RpcShare { get; init; } = 0.000_5;

    /// <summary>Fresh: which part of the records are contacts with a server's Kerberos, LDAP or SMB.</summary>
    public double FamilyShare { get; init; } = 0.02;

    /// <summary>Repeated: which part of the records are mapper flows, of any client to any server.</summary>
    public double MapperShare { get; init; } = 0.01;

    /// <summary>Which part of the records are flows between two dynamic ports that are no RPC, of any client to any server.</summary>
    public double DynamicShare { get; init; } = 0.05;

    /// <summary>
    /// Repeated: which part of the records are pairs of a mapper flow and its endpoint flow: each pair is one RPC activity of a new client.
    /// </summary>
    public double ActivityShare { get; init; }

    /// <summary>Whether the records have fields of variable length (RFC 7011, 7).</summary>
    public bool HasVariableLength { get; init; }

    /// <summary>
    /// The most records per datagram: for IPFIX and NetFlow v9 as many as fit into an Ethernet frame; NetFlow v5 has its own limit.
    /// </summary>
    public static int MaxRecords(ExportVersion version) => version == ExportVersion.NetFlowV5 ? 30 : 20;
}
