namespace RpcCollector.Detection.Advice;

/// <summary>Who came in, and with what.</summary>
internal static partial class WindowsEvents
{
    public static readonly WindowsEvent Logon = Audited(
        4624, "An account was logged on", "Audit Logon (success)", Sources.SecurityEvent(4624));

    public static readonly WindowsEvent LogonFailed = Audited(
        4625, "An account failed to log on", "Audit Logon (failure)", Sources.SecurityEvent(4625));

    public static readonly WindowsEvent ExplicitCredentials = Audited(
        4648, "A logon was attempted using explicit credentials", "Audit Logon (success)", Sources.SecurityEvent(4648));

    public static readonly WindowsEvent SpecialLogon = Audited(
        4672, "Special privileges assigned to new logon", "Audit Special Logon (success)", Sources.SecurityEvent(4672));

    public static readonly WindowsEvent ProcessCreated = Audited(
        4688, "A new process has been created",
        "Audit Process Creation (success), and \"Include command line in process creation events\"", Sources.SecurityEvent(4688));

    public static readonly WindowsEvent ShareAccessed = Audited(
        5140, "A network share object was accessed", "Audit File Share (success)", Sources.SecurityEvent(5140));

    public static readonly WindowsEvent ShareChecked = Audited(
        5145, "A network share object was checked", "Audit Detailed File Share (success); it is much on file servers",
        Sources.SecurityEvent(5145));

    public static readonly WindowsEvent ConnectionAllowed = Audited(
        5156, "The Windows Filtering Platform has permitted a connection", "Audit Filtering Platform Connection (success); it is much",
        Sources.SecurityEvent(5156));

    public static readonly WindowsEvent ObjectAccess = Audited(
        4663, "An attempt was made to access an object", "Audit Registry or Audit SAM (success), and auditing entries on these keys",
        Sources.SecurityEvent(4663));

    public static readonly WindowsEvent KerberosTicket = Audited(
        4768, "A Kerberos authentication ticket (TGT) was requested", "Audit Kerberos Authentication Service (success)",
        Sources.SecurityEvent(4768));

    public static readonly WindowsEvent KerberosService = Audited(
        4769, "A Kerberos service ticket was requested", "Audit Kerberos Service Ticket Operations (success)",
        Sources.SecurityEvent(4769));

    public static readonly WindowsEvent MasterKeyBackup = Audited(
        4692, "Backup of data protection master key was attempted", "Audit DPAPI Activity (success)", Sources.SecurityEvent(4692));
}
