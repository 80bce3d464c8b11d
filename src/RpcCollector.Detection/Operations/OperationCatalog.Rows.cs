namespace RpcCollector.Detection.Operations;

/// <summary>The catalogue itself, by what it means; spelled as Zeek spells it.</summary>
public static partial class OperationCatalog
{
    // Windows itself calls the operations marked with ~ all day: at logon, for group policy, to show names. By themselves they say nothing.
    private static IEnumerable<CataloguedOperation> Rows() =>
    [
        .. Group(FindingKind.RemoteService, "T1569.002", "Service execution", ["CAR-2014-03-005", "CAR-2013-09-005", "CAR-2014-02-001"])
            .On("svcctl", "CreateServiceWOW64W", "CreateServiceWOW64A", "CreateServiceW", "CreateServiceA", "StartServiceW",
                "StartServiceA"),
        .. Group(FindingKind.RemoteService, "T1543.003", "Windows service", ["CAR-2014-03-005"])
            .On("svcctl", "ChangeServiceConfigA", "ChangeServiceConfigW", "DeleteService", "OpenSCManagerW"),

        .. Group(FindingKind.RemoteTask, "T1053.002", "At", ["CAR-2013-05-004", "CAR-2015-04-001"])
            .On("atsvc", "NetrJobAdd", "NetrJobEnum"),
        .. Group(FindingKind.RemoteTask, "T1053.005", "Scheduled task", ["CAR-2015-04-002"])
            .On("ITaskSchedulerService", "SchRpcRegisterTask", "SchRpcRun", "SchRpcEnableTask", "SchRpcDelete"),

        .. Group(FindingKind.WmiQuery, "T1047", "WMI query", ["CAR-2014-11-007"])
            .On("IWbemServices", "ExecQuery", "ExecNotificationQuery"),

        .. Group(FindingKind.WmiInvoke, "T1047", "WMI", ["CAR-2014-11-007", "CAR-2014-12-001", "CAR-2016-03-002"])
            .On("IWbemServices", "ExecMethod", "ExecMethodAsync"),

        .. Group(FindingKind.DcSync, "T1003.006", "DCSync", [])
            .On("drsuapi", "DRSReplicaSync", "DRSGetNCChanges"),

        .. Group(FindingKind.DcShadow, "T1207", "DCShadow", [])
            .On("drsuapi", "DRSReplicaAdd", "DRSAddEntry"),

        .. Group(FindingKind.Enumeration, "T1016", "Net config discovery", [])
            .On("srvsvc", "NetrServerTransportEnum")
            .On("wkssvc", "NetrWkstaTransportEnum"),
        .. Group(FindingKind.Enumeration, "T1018", "Remote system discovery", [])
            .On("srvsvc", "~NetrServerGetInfo", "NetrServerAliasEnum")
            .On("wkssvc", "~NetrWkstaGetInfo"),
        .. Group(FindingKind.Enumeration, "T1033", "Owner/user discovery", [])
            .On("lsarpc", "~LsarGetUserName", "~LsarEnumerateTrustedDomainsEx", "LsarGetSystemAccessAccount",
                "LsarQueryDomainInformationPolicy",
                "LsarQueryInfoTrustedDomain")
            .On("samr", "SamrEnumerateGroupsInDomain", "~SamrEnumerateDomainsInSamServer", "~SamrQueryInformationDomain",
                "~SamrQueryInformationDomain2",
                "~SamrQueryInformationGroup"),
        .. Group(FindingKind.Enumeration, "T1049", "Net connections", [])
            .On("srvsvc", "NetrConnectionEnum", "NetrSessionEnum"),
        .. Group(FindingKind.Enumeration, "T1069", "Permission groups", [])
            .On("lsarpc", "LsarEnumerateAccountRights", "LsarEnumerateAccountsWithUserRight", "LsarEnumeratePrivileges",
                "LsarEnumeratePrivilegesAccount",
                "LsarLookupPrivilegeValue", "LsarLookupPrivilegeName", "LsarLookupPrivilegeDisplayName")
            .On("samr", "~SamrGetGroupsForUser", "~SamrGetAliasMembership", "SamrGetMembersInAlias", "SamrGetMembersInGroup"),
        .. Group(FindingKind.Enumeration, "T1082", "System info", [])
            .On("lsarpc", "~LsarQueryInformationPolicy", "~LsarQueryInformationPolicy2", "LsarQueryTrustedDomainInfo",
                "LsarQueryTrustedDomainInfoByName")
            .On("samr", "~SamrGetUserDomainPasswordInformation"),
        .. Group(FindingKind.Enumeration, "T1083", "File discovery", [])
            .On("srvsvc", "NetrFileEnum"),
        .. Group(FindingKind.Enumeration, "T1087", "Account discovery", [])
            .On("lsarpc", "LsarEnumerateAccounts", "~LsarLookupNames", "~LsarLookupNames2", "~LsarLookupNames3", "~LsarLookupNames4",
                "~LsarLookupSids",
                "~LsarLookupSids2", "~LsarLookupSids3")
            .On("samr", "SamrEnumerateAliasesInDomain", "SamrEnumerateUsersInDomain", "~SamrLookupNamesInDomain", "~SamrLookupIdsInDomain",
                "~SamrLookupDomainInSamServer", "SamrQueryDisplayInformation", "SamrQueryDisplayInformation2",
                "SamrQueryDisplayInformation3",
                "SamrQueryInformationAlias", "~SamrQueryInformationUser", "SamrQueryInformationUser2")
            .On("wkssvc", "NetrWkstaUserEnum"),
        .. Group(FindingKind.Enumeration, "T1124", "System time", [])
            .On("srvsvc", "~NetrRemoteTOD"),
        .. Group(FindingKind.Enumeration, "T1135", "Share discovery", [])
            .On("srvsvc", "NetrShareEnum", "~NetrShareGetInfo"),

        .. Group(FindingKind.NetlogonBurst, "T1210", "Zerologon burst", [])
            .On("netlogon", "~NetrServerReqChallenge", "~NetrServerAuthenticate2", "~NetrServerAuthenticate3", "~NetrServerPasswordSet2"),

        .. Group(FindingKind.ForcedAuthentication, "T1187", "Forced authentication", [])
            .On("efsrpc", "EfsRpcOpenFileRaw", "EfsRpcEncryptFileSrv", "EfsDecryptFileSrv")
            .On("efsrpc2", "EfsRpcOpenFileRaw", "EfsRpcEncryptFileSrv", "EfsDecryptFileSrv")
            .On("netdfs", "NetrDfsAddStdRoot", "NetrDfsRemoveStdRoot")
            .On("spoolss", "~RpcRemoteFindFirstPrinterChangeNotification", "~RpcRemoteFindFirstPrinterChangeNotificationEx")
            .On("FileServerVssAgent", "IsPathSupported", "IsPathShadowCopied"),

        .. Group(FindingKind.DpapiBackupKey, "T1555.004", "DPAPI backup key", [])
            .On("BackupKey", "~bkrp_BackupKey"),

        .. Group(FindingKind.RemoteActivation, "T1021.003", "DCOM", [])
            .On("IRemoteSCMActivator", "RemoteGetClassObject", "RemoteCreateInstance")
            .On("IActivation", "RemoteActivation"),

        .. Group(FindingKind.RemoteSecrets, "T1003.004", "LSA secrets", [])
            .On("lsarpc", "LsarRetrievePrivateData"),
        .. Group(FindingKind.RemoteSecrets, "T1003.002", "SAM through remote registry", [])
            .On("winreg", "BaseRegSaveKey", "BaseRegSaveKeyEx"),

        .. Group(FindingKind.AccountManipulation, "T1098", "Account manipulation", [])
            .On("samr", "~SamrUnicodeChangePasswordUser2", "SamrSetInformationUser2", "SamrCreateUser2InDomain"),

        .. Group(FindingKind.EventLogCleared, "T1070.001", "Clear event logs", ["CAR-2016-04-002"])
            .On("eventlog", "ElfrClearELFW", "ElfrClearELFA")
            .On("IEventService", "EvtRpcClearLog"),

        .. Group(FindingKind.RemoteShutdown, "T1529", "Shutdown", [])
            .On("winreg", "BaseInitiateSystemShutdown", "BaseInitiateSystemShutdownEx")
            .On("InitShutdown", "BaseInitiateShutdown", "BaseInitiateShutdownEx")
            .On("WindowsShutdown", "WsdrInitiateShutdown")
            .On("winstation_rpc", "RpcWinStationShutdownSystem")
            .On("samr", "SamrShutdownSamServer"),

        .. Group(FindingKind.RemotePersistence, "T1547.004", "Winlogon helper", [])
            .On("ISeclogon", "SeclCreateProcessWithLogonW", "SeclCreateProcessWithLogonExW"),
        .. Group(FindingKind.RemotePersistence, "T1547.010", "Port monitors", [])
            .On("spoolss", "RpcAddMonitor", "RpcAddPrintProcessor")
            .On("IRemoteWinspool", "RpcAsyncAddMonitor", "RpcAsyncAddPrintProcessor"),
        .. Group(FindingKind.RemotePersistence, "T1547.012", "Print processors (PrintNightmare)", [])
            .On("spoolss", "RpcAddPrinterDriver", "RpcAddPrinterDriverEx")
            .On("IRemoteWinspool", "RpcAsyncAddPrinterDriver"),
        .. Group(FindingKind.RemotePersistence, "T1546.003", "WMI event subscription", [])
            .On("IWbemServices", "PutInstance"),

        .. Group(FindingKind.CertificateRequest, "T1649", "Certificates", [])
            .On("ICertPassage", "~CertServerRequest"),

        .. Group(FindingKind.EndpointMapperDump, "T1046", "Endpoint mapper dump", [])
            .On("epmapper", "ept_lookup"),
    ];
}
