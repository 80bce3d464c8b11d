namespace RpcCollector.Detection.Advice;

/// <summary>More of the processes that the table points to.</summary>
internal static partial class ProcessLeads
{
    public static readonly ProcessLead LanmanServerSvchost = new(
        "svchost.exe -k netsvcs -p -s LanmanServer", AdviceHost.Server, "Answers srvsvc: shares and sessions.", Sources.SrvsSpec);

    public static readonly ProcessLead LsassExe = new(
        "lsass.exe", AdviceHost.Server, "Answers samr, lsarpc, netlogon, drsuapi, efsrpc and the backup keys; holds the credentials.",
        Sources.LsadSpec);

    public static readonly ProcessLead RpcSsSvchost = new(
        "svchost.exe -k RPCSS -p", AdviceHost.Server, "The endpoint mapper on TCP 135.", Sources.RpceSpec);

    public static readonly ProcessLead RemoteRegistrySvchost = new(
        "svchost.exe -k localService -p -s RemoteRegistry", AdviceHost.Server,
        "Remote Registry; on workstations it is off until somebody starts it.", Sources.RrpSpec);

    public static readonly ProcessLead SpoolSv = new(
        "spoolsv.exe", AdviceHost.Server, "The print spooler: loads drivers, monitors and print processors as SYSTEM.",
        Sources.RprnSpec);

    public static readonly ProcessLead DfsSvc = new(
        "dfssvc.exe", AdviceHost.Server, "DFS namespaces: answers netdfs.", Sources.DfsnmSpec);

    public static readonly ProcessLead SecLogonSvchost = new(
        "svchost.exe -k netsvcs -p -s seclogon", AdviceHost.Server, "Secondary logon: starts a process as another user.",
        Sources.Attack("T1134.002"));

    public static readonly ProcessLead CertSrv = new("certsrv.exe", AdviceHost.Server, "The certificate authority.", Sources.WcceSpec);

    public static readonly ProcessLead CertReq = new(
        "certreq.exe, certutil.exe", AdviceHost.Client,
        "Asks for certificates by hand; enrolment by itself is done by svchost.exe and taskhostw.exe.", Sources.Attack("T1649"));

    public static readonly ProcessLead EventLogSvchost = new(
        "svchost.exe -k LocalServiceNetworkRestricted -p -s EventLog", AdviceHost.Server, "The event log service.", Sources.Even6Spec);

    public static readonly ProcessLead Wevtutil = new(
        "wevtutil.exe /r:…", AdviceHost.Client, "Clears and reads logs of other machines.", Sources.Wevtutil);

    public static readonly ProcessLead WinInit = new(
        "wininit.exe", AdviceHost.Server, "Carries out a shutdown that was asked for remotely.", Sources.RspSpec);

    public static readonly ProcessLead ShutdownExe = new(
        "shutdown.exe /m", AdviceHost.Client, "Asks another machine to shut down.", Sources.ShutdownCommand);

    public static readonly ProcessLead DirectoryTools = new(
        "mimikatz, secretsdump, DSInternals", AdviceHost.Client,
        "Tools that ask controllers for secrets; a controller itself does so from lsass.exe.", Sources.Attack("T1003.006"));
}
