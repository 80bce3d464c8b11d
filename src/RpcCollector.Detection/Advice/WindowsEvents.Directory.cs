namespace RpcCollector.Detection.Advice;

/// <summary>What was done to the directory and its replication.</summary>
internal static partial class WindowsEvents
{
    public static readonly WindowsEvent DirectoryAccess = Audited(
        4662, "An operation was performed on an object",
        "Audit Directory Service Access (success), and auditing entries on the object: the domain for replication rights",
        Sources.SecurityEvent(4662));

    public static readonly WindowsEvent DirectoryModified = Audited(
        5136, "A directory service object was modified",
        "Audit Directory Service Changes (success), and auditing entries on the object", Sources.SecurityEvent(5136));

    public static readonly WindowsEvent DirectoryCreated = Audited(
        5137, "A directory service object was created",
        "Audit Directory Service Changes (success), and auditing entries on the container", Sources.SecurityEvent(5137));

    public static readonly WindowsEvent DirectoryDeleted = Audited(
        5141, "A directory service object was deleted",
        "Audit Directory Service Changes (success), and auditing entries on the container", Sources.SecurityEvent(5141));

    public static readonly WindowsEvent ReplicaSourceAdded = Audited(
        4928, "An Active Directory replica source naming context was established",
        "Audit Detailed Directory Service Replication (success)", Sources.SecurityEvent(4928));

    public static readonly WindowsEvent ReplicaSourceRemoved = Audited(
        4929, "An Active Directory replica source naming context was removed",
        "Audit Detailed Directory Service Replication (success)", Sources.SecurityEvent(4929));
}
