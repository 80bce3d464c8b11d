namespace RpcCollector.Detection.Advice;

/// <summary>The processes that the table points to.</summary>
internal static partial class ProcessLeads
{
    public static readonly ProcessLead ServicesExe = new(
        "services.exe", AdviceHost.Server, "The service control manager: the program of a started service is its child.",
        Sources.ScmrSpec);

    public static readonly ProcessLead PsExeSvc = new(
        "PSEXESVC.exe", AdviceHost.Server, "The service that PsExec leaves for the time of its command; other tools use random names.",
        Sources.PsExec);

    public static readonly ProcessLead ScheduleSvchost = new(
        "svchost.exe -k netsvcs -p -s Schedule", AdviceHost.Server, "The task scheduler: the program of a task is its child.",
        Sources.TschSpec);

    public static readonly ProcessLead TaskHost = new(
        "taskhostw.exe", AdviceHost.Server, "Runs tasks that are made of a library.", Sources.TschSpec);

    public static readonly ProcessLead WmiPrvSe = new(
        "WmiPrvSE.exe", AdviceHost.Server, "The host of WMI providers: what a method starts is its child.", Sources.Attack("T1047"));

    public static readonly ProcessLead WmiSvchost = new(
        "svchost.exe -k netsvcs -p -s Winmgmt", AdviceHost.Server, "The WMI service itself.", Sources.WmiSpec);

    public static readonly ProcessLead ScrCons = new(
        "scrcons.exe", AdviceHost.Server, "Runs scripts of permanent WMI subscriptions.", Sources.Attack("T1546.003"));

    public static readonly ProcessLead DcomLaunchSvchost = new(
        "svchost.exe -k DcomLaunch -p", AdviceHost.Server, "Starts COM servers that are activated: they are its children.",
        Sources.DcomSpec);

    public static readonly ProcessLead MmcExe = new(
        "mmc.exe -Embedding", AdviceHost.Server, "A console that was activated as an object, not opened by a person.",
        Sources.Attack("T1021.003"));

    public static readonly ProcessLead DllHost = new(
        "dllhost.exe /Processid:{…}", AdviceHost.Server, "The host of COM libraries; the identifier tells which.",
        Sources.Attack("T1021.003"));

    public static readonly ProcessLead WsmProvHost = new(
        "wsmprovhost.exe", AdviceHost.Server, "The host of PowerShell remoting: what the session starts is its child.",
        Sources.Attack("T1021.006"));

    public static readonly ProcessLead PowerShell = new(
        "powershell.exe, pwsh.exe", AdviceHost.Client,
        "The tool of administrators and of most attacks: its command line and script blocks tell.", Sources.Attack("T1059.001"));

    public static readonly ProcessLead NetExe = new(
        "net.exe, net1.exe", AdviceHost.Client, "Lists and changes accounts, groups and shares, with /domain or of another machine.",
        Sources.Attack("T1087"));

    public static readonly ProcessLead SystemSmb = new(
        "System (process id 4)", AdviceHost.Server,
        "The SMB server of Windows: files and pipes belong to it, so a connection names no other program.", Sources.Smb2Spec);
}
