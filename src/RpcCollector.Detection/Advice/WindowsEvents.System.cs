namespace RpcCollector.Detection.Advice;

/// <summary>The System log, and logs that were cleared.</summary>
internal static partial class WindowsEvents
{
    public static readonly WindowsEvent ServiceInstalled = new(
        7045, "System", "Service Control Manager", "A service was installed in the system", "on by default",
        Sources.Attack("T1543.003"));

    public static readonly WindowsEvent ServiceState = new(
        7036, "System", "Service Control Manager", "A service entered the running or stopped state", "on by default",
        Sources.ToolAnalysis);

    public static readonly WindowsEvent ServiceStartType = new(
        7040, "System", "Service Control Manager", "The start type of a service was changed", "on by default", Sources.EventGuide);

    public static readonly WindowsEvent NetlogonSessionFailed = new(
        5805, "System", "NETLOGON", "The session setup from a computer failed to authenticate", "on by default",
        Sources.ZerologonTraces);

    public static readonly WindowsEvent NetlogonDenied = new(
        5827, "System", "NETLOGON", "A vulnerable Netlogon secure channel connection from a machine account was denied",
        "on by default since the updates of August 2020", Sources.NetlogonChanges);

    public static readonly WindowsEvent NetlogonDeniedTrust = new(
        5828, "System", "NETLOGON", "A vulnerable Netlogon secure channel connection using a trust account was denied",
        "on by default since the updates of August 2020", Sources.NetlogonChanges);

    public static readonly WindowsEvent NetlogonAllowed = new(
        5829, "System", "NETLOGON", "A vulnerable Netlogon secure channel connection was allowed",
        "on by default in the updates of August 2020 until enforcement", Sources.NetlogonChanges);

    public static readonly WindowsEvent DcomRefused = new(
        10036, "System", "Microsoft-Windows-DistributedCOM",
        "The authentication level policy of the server did not allow an activation", "on by default since the updates of 2021",
        Sources.DcomHardening);

    public static readonly WindowsEvent ShutdownRequested = new(
        1074, "System", "User32", "A process has initiated the restart or shutdown", "on by default", Sources.Attack("T1529"));

    public static readonly WindowsEvent EventLogStopped = new(
        6006, "System", "EventLog", "The Event log service was stopped", "on by default", Sources.Attack("T1529"));

    public static readonly WindowsEvent AuditPolicyChanged = Audited(
        4719, "System audit policy was changed", "Audit Audit Policy Change (success), on by default", Sources.SecurityEvent(4719));

    public static readonly WindowsEvent RegistryValueSet = Audited(
        4657, "A registry value was modified", "Audit Registry (success), and auditing entries on the keys", Sources.SecurityEvent(4657));

    public static readonly WindowsEvent TrustCreated = Audited(
        4706, "A new trust was created to a domain", "Audit Authentication Policy Change (success), on by default",
        Sources.SecurityEvent(4706));

    public static readonly WindowsEvent SystemLogCleared = new(
        104, "System", "Microsoft-Windows-Eventlog", "A log file was cleared", "on by default", Sources.Car("CAR-2016-04-002"));

    public static readonly WindowsEvent SecurityLogCleared = new(
        1102, "Security", "Microsoft-Windows-Eventlog", "The audit log was cleared", "always on", Sources.SecurityEvent(1102));
}
