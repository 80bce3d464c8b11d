using System.Collections.Frozen;
using System.Text.Json;

namespace RpcCollector.Detection;

/// <summary>What a finding is about; one rule each. The API spells them in kebab-case.</summary>
public enum FindingKind : byte
{
    /// <summary>RPC from one workstation to another.</summary>
    PeerToPeerRpc = 1,

    /// <summary>First remote administration (SMB, WinRM, RPC over HTTP) between two hosts that are no servers.</summary>
    FirstAdministration = 2,

    /// <summary>A client new to a server or domain controller, and surprising.</summary>
    NewRpcClient = 3,

    /// <summary>One client contacts many servers new to it within an hour.</summary>
    RpcSweep = 4,

    /// <summary>A pair opens mapper flows, or calls over one connection, faster than Windows does.</summary>
    MapperBurst = 5,

    /// <summary>The dynamic port is unanswered, and SMB follows 21 s after: remote service control through a firewall.</summary>
    FirewalledServiceControl = 6,

    /// <summary>A transfer shaped like directory replication to a host that is no domain controller.</summary>
    ReplicationToClient = 7,

    /// <summary>A host that was contacted for the first time becomes a client of the family within a day.</summary>
    Pivot = 8,

    /// <summary>A server or domain controller drives a host that is none, or opens WinRM, as it never did before.</summary>
    ServerTurnsClient = 9,

    /// <summary>A host known as a client begins to serve Kerberos or LDAP, or SMB to many.</summary>
    WorkstationServes = 10,

    /// <summary>A client uses a port of a server that hardly anybody uses, while others use the common ones.</summary>
    UnusualEndpoint = 11,

    /// <summary>A server opens a connection to its client within seconds of the client's contact, as it never did before.</summary>
    ContactInReturn = 12,

    /// <summary>Much is written by SMB to a host that others do not write to.</summary>
    LargeUpload = 13,

    /// <summary>A service is created, changed or started remotely (svcctl).</summary>
    RemoteService = 20,

    /// <summary>A task is scheduled remotely (ITaskSchedulerService, atsvc).</summary>
    RemoteTask = 21,

    WmiQuery = 22,
    WmiInvoke = 23,

    /// <summary>DRSGetNCChanges and its like from a host that is no domain controller.</summary>
    DcSync = 24,

    DcShadow = 25,

    /// <summary>Five distinct enumerating operations of samr, lsarpc, srvsvc and wkssvc within five minutes.</summary>
    Enumeration = 26,

    NetlogonBurst = 27,
    ForcedAuthentication = 28,
    DpapiBackupKey = 29,

    /// <summary>Objects are activated remotely (DCOM).</summary>
    RemoteActivation = 30,

    /// <summary>Secrets are read or written through the remote registry, the policy interface or netlogon.</summary>
    RemoteSecrets = 31,

    AccountManipulation = 32,
    EventLogCleared = 33,
    RemoteShutdown = 34,

    /// <summary>Port monitors, print processors, Winlogon helpers, WMI subscriptions: what stays after a restart.</summary>
    RemotePersistence = 35,

    /// <summary>Certificates are asked for over ICertPassage.</summary>
    CertificateRequest = 36,

    /// <summary>The whole list of endpoints is read from the mapper (ept_lookup, or as much by its flow).</summary>
    EndpointMapperDump = 37,

    /// <summary>Registry, audit policy, event logs' settings, trusts or namespaces are changed remotely.</summary>
    RemoteConfiguration = 38,

    /// <summary>
    /// The named pipe of an interface is opened, and no call through it was seen; or calls through pipes are, by flows alone.
    /// </summary>
    PipeOpened = 39,
}

/// <summary>What kinds of findings are called, and what they rest on.</summary>
public static class FindingKinds
{
    private static readonly FrozenDictionary<string, FindingKind> ByName = Enum.GetValues<FindingKind>().ToFrozenDictionary(
        static kind => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString()), StringComparer.Ordinal);

    /// <summary>Reads a name such as <c>large-upload</c>.</summary>
    /// <returns>False for what is no kind.</returns>
    public static bool TryParse(string name, out FindingKind kind) => ByName.TryGetValue(name, out kind);

    /// <exception cref="KeyNotFoundException">One is no kind.</exception>
    internal static FrozenSet<FindingKind> Parse(IEnumerable<string> names) => names.Select(static name => ByName[name]).ToFrozenSet();

    /// <summary>
    /// True when it rests on operations that Zeek named; false when it was inferred from flows: what is learned of their hosts later
    /// may explain those, and is noted.
    /// </summary>
    public static bool IsFromNamedOperations(this FindingKind kind) => kind is not (FindingKind.PeerToPeerRpc
        or FindingKind.FirstAdministration or FindingKind.NewRpcClient or FindingKind.RpcSweep or FindingKind.MapperBurst
        or FindingKind.FirewalledServiceControl or FindingKind.ReplicationToClient or FindingKind.Pivot
        or FindingKind.ServerTurnsClient or FindingKind.WorkstationServes or FindingKind.PipeOpened
        or FindingKind.UnusualEndpoint or FindingKind.ContactInReturn or FindingKind.LargeUpload);
}
