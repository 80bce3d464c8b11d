namespace RpcCollector.Detection.Advice;

/// <summary>What was done to accounts, and who listed them.</summary>
internal static partial class WindowsEvents
{
    public static readonly WindowsEvent SamHandle = Audited(
        4661, "A handle to an object was requested", "Audit SAM (success); on domain controllers also Audit Directory Service Access",
        Sources.SecurityEvent(4661));

    public static readonly WindowsEvent UserGroupsEnumerated = Audited(
        4798, "A user's local group membership was enumerated", "Audit User Account Management (success)", Sources.SecurityEvent(4798));

    public static readonly WindowsEvent GroupEnumerated = Audited(
        4799, "A security-enabled local group membership was enumerated", "Audit Security Group Management (success)",
        Sources.SecurityEvent(4799));

    public static readonly WindowsEvent AccountCreated = Audited(
        4720, "A user account was created", "Audit User Account Management (success)", Sources.SecurityEvent(4720));

    public static readonly WindowsEvent PasswordReset = Audited(
        4724, "An attempt was made to reset an account's password", "Audit User Account Management (success)",
        Sources.SecurityEvent(4724));

    public static readonly WindowsEvent AccountChanged = Audited(
        4738, "A user account was changed", "Audit User Account Management (success)", Sources.SecurityEvent(4738));

    public static readonly WindowsEvent ComputerCreated = Audited(
        4741, "A computer account was created", "Audit Computer Account Management (success)", Sources.SecurityEvent(4741));

    public static readonly WindowsEvent ComputerChanged = Audited(
        4742, "A computer account was changed", "Audit Computer Account Management (success)", Sources.SecurityEvent(4742));

    public static readonly WindowsEvent GroupMemberAddedGlobal = Audited(
        4728, "A member was added to a security-enabled global group", "Audit Security Group Management (success)",
        Sources.AuditPolicy("audit-security-group-management"));

    public static readonly WindowsEvent GroupMemberAdded = Audited(
        4732, "A member was added to a security-enabled local group", "Audit Security Group Management (success)",
        Sources.SecurityEvent(4732));

    public static readonly WindowsEvent CertificateRequested = Audited(
        4886, "Certificate Services received a certificate request",
        "Audit Certification Services (success), and the audit filter of the authority",
        Sources.AuditPolicy("audit-certification-services"));

    public static readonly WindowsEvent CertificateIssued = Audited(
        4887, "Certificate Services approved a certificate request and issued a certificate",
        "Audit Certification Services (success), and the audit filter of the authority",
        Sources.AuditPolicy("audit-certification-services"));
}
