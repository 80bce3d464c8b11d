namespace RpcCollector.Flows.Suricata;

/// <summary>What a line of Suricata's eve.json is about, by its event_type.</summary>
public enum EveEventKind : byte
{
    /// <summary>The line is no event of Suricata's; it is not counted.</summary>
    None,

    /// <summary>An event that is not used; it is counted.</summary>
    Unused,

    /// <summary>A connection, written when it has ended or was given up.</summary>
    Flow,

    /// <summary>One direction of a connection.</summary>
    NetFlow,

    /// <summary>A DCE/RPC message and its answer.</summary>
    DceRpc,

    /// <summary>An SMB message and its answer, and what it carried of DCE/RPC through a named pipe.</summary>
    Smb,

    /// <summary>A DHCP message.</summary>
    Dhcp,

    /// <summary>A question to a DNS server, or its answer.</summary>
    Dns,

    /// <summary>A Kerberos message and its answer.</summary>
    Krb5,
}
