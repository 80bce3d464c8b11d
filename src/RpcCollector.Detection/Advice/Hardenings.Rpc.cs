namespace RpcCollector.Detection.Advice;

/// <summary>Hardening of RPC itself.</summary>
internal static partial class Hardenings
{
    public static readonly Hardening RpcFilterServices = new(
        "RPC filter for the service control manager (svcctl)", AdviceHost.Server,
        "Nobody but administrators of the domain calls svcctl, by TCP or pipe.",
        "netsh -f with a file of these lines:\n" +
        "rpc\n" +
        "filter\n" +
        "add rule layer=um actiontype=permit\n" +
        "add condition field=if_uuid matchtype=equal data=367abb81-9844-35f1-ad32-98f038001003\n" +
        "add condition field=remote_user_token matchtype=equal data=D:(A;;CC;;;DA)\n" +
        "add filter\n" +
        "add rule layer=um actiontype=block\n" +
        "add condition field=if_uuid matchtype=equal data=367abb81-9844-35f1-ad32-98f038001003\n" +
        "add filter\n" +
        "quit",
        "Deployment and monitoring with other accounts: permit their groups. Try it on one machine first; \"netsh rpc filter delete " +
        "filter filterkey=all\" takes all filters away.", Sources.NetshRpc);

    public static readonly Hardening RpcFilterTasks = new(
        "RPC filter for the task scheduler (ITaskSchedulerService, atsvc)", AdviceHost.Server,
        "Nobody but administrators of the domain schedules tasks remotely.",
        "netsh -f with a file of these lines:\n" +
        "rpc\n" +
        "filter\n" +
        "add rule layer=um actiontype=permit\n" +
        "add condition field=if_uuid matchtype=equal data=86d35949-83c9-4044-b424-db363231fd0c\n" +
        "add condition field=remote_user_token matchtype=equal data=D:(A;;CC;;;DA)\n" +
        "add filter\n" +
        "add rule layer=um actiontype=block\n" +
        "add condition field=if_uuid matchtype=equal data=86d35949-83c9-4044-b424-db363231fd0c\n" +
        "add filter\n" +
        "add rule layer=um actiontype=permit\n" +
        "add condition field=if_uuid matchtype=equal data=1ff70682-0a51-30e8-076d-740be8cee98b\n" +
        "add condition field=remote_user_token matchtype=equal data=D:(A;;CC;;;DA)\n" +
        "add filter\n" +
        "add rule layer=um actiontype=block\n" +
        "add condition field=if_uuid matchtype=equal data=1ff70682-0a51-30e8-076d-740be8cee98b\n" +
        "add filter\n" +
        "quit",
        "Products that schedule with other accounts: permit their groups. Try it on one machine first.", Sources.NetshRpc);

    public static readonly Hardening RpcFilterEfs = new(
        "RPC filter for EFS (efsrpc)", AdviceHost.Server,
        "EFS can no longer be called to force authentication (PetitPotam).",
        "netsh -f with a file of these lines:\n" +
        "rpc\n" +
        "filter\n" +
        "add rule layer=um actiontype=permit\n" +
        "add condition field=if_uuid matchtype=equal data=c681d488-d850-11d0-8c52-00c04fd90f7e\n" +
        "add condition field=remote_user_token matchtype=equal data=D:(A;;CC;;;DA)\n" +
        "add filter\n" +
        "add rule layer=um actiontype=block\n" +
        "add condition field=if_uuid matchtype=equal data=c681d488-d850-11d0-8c52-00c04fd90f7e\n" +
        "add filter\n" +
        "add rule layer=um actiontype=permit\n" +
        "add condition field=if_uuid matchtype=equal data=df1941c5-fe89-4e79-bf10-463657acf44d\n" +
        "add condition field=remote_user_token matchtype=equal data=D:(A;;CC;;;DA)\n" +
        "add filter\n" +
        "add rule layer=um actiontype=block\n" +
        "add condition field=if_uuid matchtype=equal data=df1941c5-fe89-4e79-bf10-463657acf44d\n" +
        "add filter\n" +
        "quit",
        "Encryption of files on this server from other machines.", Sources.RpcFilterGuide);

    public static readonly Hardening RpcFilterReplication = new(
        "RPC filter for replication (drsuapi) on domain controllers", AdviceHost.Server,
        "Nobody but controllers asks for replication, whatever rights were stolen.",
        "netsh -f with a file of these lines:\n" +
        "rpc\n" +
        "filter\n" +
        "add rule layer=um actiontype=permit\n" +
        "add condition field=if_uuid matchtype=equal data=e3514235-4b06-11d1-ab04-00c04fc2dcd2\n" +
        "add condition field=remote_user_token matchtype=equal data=D:(A;;CC;;;ED)\n" +
        "add filter\n" +
        "add rule layer=um actiontype=block\n" +
        "add condition field=if_uuid matchtype=equal data=e3514235-4b06-11d1-ab04-00c04fc2dcd2\n" +
        "add filter\n" +
        "quit",
        "Members and consoles call drsuapi for names (DsCrackNames), and Microsoft Entra Connect for replication: permit their " +
        "groups, or filter DRSGetNCChanges alone (DSInternals.RpcFilters can). Try it on one controller first.", Sources.MsrpcToAttack);

    public static readonly Hardening RestrictRemoteClients = new(
        "Authenticated endpoint mapper", AdviceHost.Server,
        "The table of the endpoint mapper cannot be listed without an account.",
        "Policy \"Restrict Unauthenticated RPC clients\" = Authenticated, and \"Enable RPC Endpoint Mapper Client Authentication\" " +
        "on clients (RestrictRemoteClients = 1, EnableAuthEpResolution = 1 below HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows " +
        "NT\\Rpc).",
        "Old or foreign clients that ask the mapper anonymously. Not for domain controllers without a test.", Sources.RpceAuthorization);

    public static readonly Hardening RestrictRemoteSam = new(
        "Restrict clients allowed to make remote calls to SAM (RestrictRemoteSAM)", AdviceHost.Server,
        "Only administrators list accounts and local groups of a machine over samr.",
        "RestrictRemoteSam = O:BAG:BAD:(A;;RC;;;BA) below HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa, or the policy of that name.",
        "Scanners and Defender for Identity with an account that is no administrator: add it.", Sources.RestrictSamPolicy);

    public static readonly Hardening SessionEnumeration = new(
        "Session enumeration hardened (SrvsvcSessionInfo)", AdviceHost.Server,
        "Only administrators list the sessions of a server: who sits where is not told to everybody.",
        "Rewrite SrvsvcSessionInfo below HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\DefaultSecurity without " +
        "Authenticated Users, as NetCease does; then restart the Server service.",
        "Products that list sessions with an ordinary account.", Sources.SessionHardening);

    public static readonly Hardening DcomHardening = new(
        "DCOM activation with packet integrity", AdviceHost.Server,
        "Activation cannot be relayed or tampered with, and refusals are logged as 10036.",
        "Updates since March 2023; RequireIntegrityActivationAuthenticationLevel must not be 0 below " +
        "HKLM\\SOFTWARE\\Microsoft\\Ole\\AppCompat.",
        "Old OPC and control software.", Sources.DcomHardening);

    public static readonly Hardening DcomAccess = new(
        "DCOM launch limited to administrators by name", AdviceHost.Server,
        "Stolen accounts of ordinary users and of Distributed COM Users activate nothing remotely.",
        "Policy \"DCOM: Machine Launch Restrictions in SDDL\": remote launch and activation for Administrators only.",
        "Applications that are activated remotely by users.", Sources.DcomLaunchPolicy);

    public static readonly Hardening RemoteRegistry = new(
        "Remote Registry off", AdviceHost.Server,
        "Hives cannot be saved over winreg.",
        "Set-Service RemoteRegistry -StartupType Disabled; Stop-Service RemoteRegistry",
        "Scanners and monitoring that read the registry.", Sources.SystemServices);
}
