namespace RpcCollector.Detection.Advice;

/// <summary>Microsoft's open specifications.</summary>
internal static partial class Sources
{
    public static readonly SourceDocument ScmrSpec = new(
        "MS-SCMR, Service Control Manager Remote Protocol",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-scmr/705b624a-13de-43cc-b8a2-99573da3635f");

    public static readonly SourceDocument TschSpec = new(
        "MS-TSCH, Task Scheduler Service Remoting Protocol",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tsch/d1058a28-7e02-4948-8b8d-4a347fa64931");

    public static readonly SourceDocument WmiSpec = new(
        "MS-WMI, Windows Management Instrumentation Remote Protocol",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-wmi/c476597d-4c76-47e7-a2a4-a564fe4bf814");

    public static readonly SourceDocument DcomSpec = new(
        "MS-DCOM, Distributed Component Object Model Remote Protocol",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dcom/4a893f3d-bd29-48cd-9f43-d9777a4415b0");

    public static readonly SourceDocument DrsrSpec = new(
        "MS-DRSR, Directory Replication Service Remote Protocol",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-drsr/f977faaa-673e-4f66-b9bf-48c640241d47");

    public static readonly SourceDocument SamrSpec = new(
        "MS-SAMR, Security Account Manager Remote Protocol",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-samr/4df07fab-1bbc-452f-8e92-7853a3c7e380");

    public static readonly SourceDocument SrvsSpec = new(
        "MS-SRVS, Server Service Remote Protocol",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-srvs/accf23b0-0f57-441c-9185-43041f1b0ee9");

    public static readonly SourceDocument LsadSpec = new(
        "MS-LSAD, Local Security Authority (Domain Policy) Remote Protocol",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-lsad/1b5471ef-4c33-4a91-b079-dfcbb82f05cc");

    public static readonly SourceDocument RrpSpec = new(
        "MS-RRP, Windows Remote Registry Protocol",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rrp/0fa3191d-bb79-490a-81bd-54c2601b7a78");

    public static readonly SourceDocument EfsrSpec = new(
        "MS-EFSR, Encrypting File System Remote Protocol",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-efsr/08796ba8-01c8-4872-9221-1000ec2eff31");

    public static readonly SourceDocument RprnSpec = new(
        "MS-RPRN, Print System Remote Protocol",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rprn/d42db7d5-f141-4466-8f47-0a4be14e2fc1");

    public static readonly SourceDocument FsrvpSpec = new(
        "MS-FSRVP, File Server Remote VSS Protocol",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-fsrvp/dae107ec-8198-4778-a950-faa7edad125b");

    public static readonly SourceDocument DfsnmSpec = new(
        "MS-DFSNM, Distributed File System: Namespace Management Protocol",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-dfsnm/95a506a8-cae6-4c42-b19d-9c1ed1223979");

    public static readonly SourceDocument BkrpSpec = new(
        "MS-BKRP, BackupKey Remote Protocol",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-bkrp/90b08be4-5175-4177-b4ce-d920d797e3a8");

    public static readonly SourceDocument RspSpec = new(
        "MS-RSP, Remote Shutdown Protocol: transport",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rsp/6dfeb978-7a02-4826-b537-a1760fbf8074");

    public static readonly SourceDocument WcceSpec = new(
        "MS-WCCE, Windows Client Certificate Enrollment Protocol",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-wcce/446a0fca-7f27-4436-965d-191635518466");

    public static readonly SourceDocument Even6Spec = new(
        "MS-EVEN6, EventLog Remoting Protocol Version 6.0",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-even6/18000371-ae6d-45f7-95f3-249cbe2be39b");

    public static readonly SourceDocument RpceSpec = new(
        "MS-RPCE, Remote Procedure Call Protocol Extensions",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rpce/290c38b1-92fe-4229-91e6-4fc376610c15");

    public static readonly SourceDocument RpceAuthorization = new(
        "MS-RPCE 3.1.1.1.3, Authorization Policy",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rpce/85f623c0-c5d5-45a8-81da-ea7803ec3099");

    public static readonly SourceDocument Smb2Spec = new(
        "MS-SMB2, Server Message Block Protocol Versions 2 and 3",
        "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-smb2/5606ad47-5ee0-437a-817e-70c366052962");
}
