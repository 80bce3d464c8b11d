namespace RpcCollector.Detection.Incidents;

/// <summary>What a client did to a server, as the middle of a sentence.</summary>
public static class FindingPhrase
{
    /// <summary>Between a client and a server: "drove", "created or started a service on".</summary>
    public static string Of(FindingKind kind) => kind switch
    {
        FindingKind.PeerToPeerRpc => "drove",
        FindingKind.FirstAdministration => "administered for the first time",
        FindingKind.NewRpcClient => "used RPC for the first time on",
        FindingKind.RpcSweep => "swept",
        FindingKind.MapperBurst => "asked without pause the endpoint mapper of",
        FindingKind.FirewalledServiceControl => "controlled services through a firewall on",
        FindingKind.ReplicationToClient => "drew directory data from",
        FindingKind.Pivot => "was contacted itself and moved on to",
        FindingKind.ServerTurnsClient => "drove, as it never did before,",
        FindingKind.WorkstationServes => "began to serve",
        FindingKind.RemoteService => "created or started a service on",
        FindingKind.RemoteTask => "scheduled a task on",
        FindingKind.WmiQuery => "queried WMI on",
        FindingKind.WmiInvoke => "ran something by WMI on",
        FindingKind.DcSync => "replicated the directory from",
        FindingKind.DcShadow => "registered as a domain controller with",
        FindingKind.Enumeration => "enumerated accounts or shares of",
        FindingKind.NetlogonBurst => "tried netlogon without pause on",
        FindingKind.ForcedAuthentication => "made log on elsewhere",
        FindingKind.DpapiBackupKey => "asked for the DPAPI backup key of",
        FindingKind.RemoteActivation => "activated objects on",
        FindingKind.RemoteSecrets => "read secrets from",
        FindingKind.AccountManipulation => "changed accounts on",
        FindingKind.EventLogCleared => "cleared the event log of",
        FindingKind.RemoteShutdown => "shut down",
        FindingKind.RemotePersistence => "planted something that stays on",
        FindingKind.CertificateRequest => "asked for a certificate from",
        FindingKind.EndpointMapperDump => "listed all RPC endpoints of",
        _ => "contacted",
    };

    /// <summary>Of a finding that is about the client alone: followed by how many hosts.</summary>
    public static string OfMany(FindingKind kind) => kind switch
    {
        FindingKind.RpcSweep => "swept",
        FindingKind.WorkstationServes => "began to serve like a server:",
        _ => Of(kind),
    };
}
