namespace RpcCollector.Detection.Operations;

/// <summary>
/// What else changes state or takes secrets, found by going through all operations of these interfaces; the remaining ones are
/// <see cref="HarmlessOperations"/>.
/// </summary>
public static partial class OperationCatalog
{
    // ~ as above.
    private static IEnumerable<CataloguedOperation> FurtherRows() =>
    [
        .. Group(FindingKind.RemoteService, "T1543.003", "Windows service", ["CAR-2014-03-005"])
            .On("svcctl", "OpenSCManagerA", "OpenSCManager2", "CreateWowService", "ChangeServiceConfig2A", "ChangeServiceConfig2W",
                "SetServiceObjectSecurity"),
        .. Group(FindingKind.RemoteService, "T1489", "Service stop", [])
            .On("svcctl", "ControlService", "ControlServiceExA", "ControlServiceExW"),
        .. Group(FindingKind.RemoteTask, "T1053.002", "At", ["CAR-2013-05-004", "CAR-2015-04-001"])
            .On("atsvc", "NetrJobDel"),
        .. Group(FindingKind.RemoteTask, "T1053.005", "Scheduled task", ["CAR-2015-04-002"])
            .On("ITaskSchedulerService", "SchRpcCreateFolder", "SchRpcSetSecurity", "SchRpcStopInstance", "SchRpcStop", "SchRpcRename")
            .On("sasec", "SASetAccountInformation", "SASetNSAccountInformation"),
        .. Group(FindingKind.WmiQuery, "T1047", "WMI query", ["CAR-2014-11-007"])
            .On("IWbemServices", "ExecQueryAsync", "ExecNotificationQueryAsync", "CreateInstanceEnum", "CreateInstanceEnumAsync"),
        .. Group(FindingKind.DcSync, "T1003.006", "DCSync", [])
            .On("drsuapi", "DRSGetNT4ChangeLog")
            .On("netlogon", "NetrDatabaseDeltas", "NetrDatabaseSync", "NetrAccountDeltas", "NetrAccountSync", "NetrDatabaseSync2",
                "NetrDatabaseRedo"),
        .. Group(FindingKind.DcShadow, "T1207", "DCShadow", [])
            .On("drsuapi", "DRSUpdateRefs", "DRSReplicaDel", "DRSReplicaModify", "DRSInterDomainMove", "DRSRemoveDsServer",
                "DRSRemoveDsDomain", "IDL_DRSInitDemotion", "IDL_DRSReplicaDemotion", "IDL_DRSFinishDemotion", "IDL_DRSAddCloneDC"),
        .. Group(FindingKind.NetlogonBurst, "T1210", "Zerologon burst", [])
            .On("netlogon", "~NetrServerAuthenticate", "~NetrServerPasswordSet"),
        .. Group(FindingKind.ForcedAuthentication, "T1187", "Forced authentication", [])
            .On("efsrpc", "EfsRpcQueryUsersOnFile", "EfsRpcQueryRecoveryAgents", "EfsRpcRemoveUsersFromFile", "EfsRpcAddUsersToFile",
                "EfsRpcFileKeyInfo", "EfsRpcDuplicateEncryptionInfoFile", "EfsRpcAddUsersToFileEx", "EfsRpcFileKeyInfoEx",
                "EfsRpcGetEncryptedFileMetadata", "EfsRpcSetEncryptedFileMetadata", "EfsRpcEncryptFileExServ", "EfsRpcQueryProtectors")
            .On("efsrpc2", "EfsRpcQueryUsersOnFile", "EfsRpcQueryRecoveryAgents", "EfsRpcRemoveUsersFromFile", "EfsRpcAddUsersToFile",
                "EfsRpcFileKeyInfo", "EfsRpcDuplicateEncryptionInfoFile", "EfsRpcAddUsersToFileEx", "EfsRpcFileKeyInfoEx",
                "EfsRpcGetEncryptedFileMetadata", "EfsRpcSetEncryptedFileMetadata", "EfsRpcEncryptFileExServ", "EfsRpcQueryProtectors")
            .On("eventlog", "ElfrBackupELFW", "ElfrOpenBELW", "ElfrBackupELFA", "ElfrOpenBELA")
            .On("netdfs", "NetrDfsAddFtRoot", "NetrDfsRemoveFtRoot", "NetrDfsAddStdRootForced", "NetrDfsAddRootTarget",
                "NetrDfsRemoveRootTarget")
            .On("FileServerVssAgent", "AddToShadowCopySet", "GetShareMapping", "DeleteShareMapping"),
        .. Group(FindingKind.RemoteSecrets, "T1003.004", "LSA secrets", [])
            .On("lsarpc", "LsarQuerySecret", "LsarCreateSecret", "LsarSetSecret", "LsarStorePrivateData")
            .On("netlogon", "NetrServerPasswordGet", "NetrServerTrustPasswordsGet", "NetrServerGetTrustInfo"),
        .. Group(FindingKind.RemoteSecrets, "T1555.004", "Credential manager", [])
            .On("lsarpc", "CredrRead", "CredrEnumerate", "CredrReadDomainCredentials", "CredrFindBestCredential", "CredReadByTokenHandle",
                "CredrBackupCredentials", "CredrWrite", "CredrWriteDomainCredentials", "CredrRestoreCredentials", "CredrDelete",
                "CredrRename"),
        .. Group(FindingKind.AccountManipulation, "T1098", "Account manipulation", [])
            .On("samr", "SamrSetSecurityObject", "SamrSetInformationGroup", "SamrAddMemberToGroup", "SamrDeleteGroup",
                "SamrRemoveMemberFromGroup", "SamrSetMemberAttributesOfGroup", "SamrSetInformationAlias", "SamrDeleteAlias",
                "SamrAddMemberToAlias", "SamrRemoveMemberFromAlias", "SamrDeleteUser", "SamrSetInformationUser",
                "~SamrChangePasswordUser", "SamrRemoveMemberFromForeignDomain", "SamrAddMultipleMembersToAlias",
                "SamrRemoveMultipleMembersFromAlias", "~SamrOemChangePasswordUser2", "~SamrUnicodeChangePasswordUser3",
                "~SamrUnicodeChangePasswordUser4", "SamrSetBootKeyInformation", "SamrSetDSRMPassword")
            .On("lsarpc", "LsarDelete", "LsarDeleteObject", "LsarCreateAccount", "LsarAddPrivilegesToAccount",
                "LsarRemovePrivilegesFromAccount", "LsarSetQuotasForAccount", "LsarSetSystemAccessAccount", "LsarAddAccountRights",
                "LsarRemoveAccountRights", "~LsarChangePassword")
            .On("drsuapi", "~DRSWriteSPN", "IDL_DRSWriteNgcKey"),
        .. Group(FindingKind.AccountManipulation, "T1136", "Create account", [])
            .On("samr", "SamrCreateGroupInDomain", "SamrCreateUserInDomain", "SamrCreateAliasInDomain"),
        .. Group(FindingKind.AccountManipulation, "T1134.005", "SID history", [])
            .On("drsuapi", "DRSAddSidHistory"),
        .. Group(FindingKind.EventLogCleared, "T1070.001", "Clear event logs", ["CAR-2016-04-002"])
            .On("lsarpc", "LsarClearAuditLog"),
        .. Group(FindingKind.RemotePersistence, "T1547.010", "Port monitors", [])
            .On("spoolss", "RpcAddPort", "RpcConfigurePort", "RpcAddPortEx", "RpcSetPort", "~RpcXcvData")
            .On("IRemoteWinspool", "RpcAsyncAddPort", "RpcAsyncSetPort", "~RpcAsyncXcvData"),
        .. Group(FindingKind.RemotePersistence, "T1547.012", "Print processors (PrintNightmare)", [])
            .On("spoolss", "RpcAddPrinter", "RpcSetPrinter", "RpcAddPrinterEx", "RpcAddPrintProvidor", "RpcSetPrinterData",
                "RpcSetPrinterDataEx", "RpcAddPerMachineConnection", "RpcInstallPrinterDriverFromPackage",
                "RpcUploadPrinterDriverPackage", "RpcAddDriverCatalog", "RpcDeletePrinter", "RpcDeletePrinterDriver",
                "RpcDeletePrinterDriverEx", "RpcDeleteMonitor", "RpcDeletePrintProcessor", "RpcDeletePrintProvidor", "RpcDeletePort",
                "RpcDeletePerMachineConnection", "RpcDeletePrinterData", "RpcDeletePrinterDataEx", "RpcDeletePrinterKey")
            .On("IRemoteWinspool", "RpcAsyncAddPrinter", "RpcAsyncSetPrinter", "RpcAsyncSetPrinterData", "RpcAsyncSetPrinterDataEx",
                "RpcAsyncAddPerMachineConnection", "RpcAsyncInstallPrinterDriverFromPackage", "RpcAsyncUploadPrinterDriverPackage",
                "RpcAsyncDeletePrinter", "RpcAsyncDeletePrinterDriver", "RpcAsyncDeletePrinterDriverEx",
                "RpcAsyncDeletePrinterDriverPackage", "RpcAsyncDeleteMonitor", "RpcAsyncDeletePrintProcessor",
                "RpcAsyncDeletePerMachineConnection", "RpcAsyncDeletePrinterData", "RpcAsyncDeletePrinterDataEx",
                "RpcAsyncDeletePrinterKey"),
        .. Group(FindingKind.RemotePersistence, "T1546.003", "WMI event subscription", [])
            .On("IWbemServices", "PutInstanceAsync", "PutClass", "PutClassAsync", "DeleteClass", "DeleteClassAsync"),
        .. Group(FindingKind.RemoteConfiguration, "T1112", "Registry", [])
            .On("winreg", "~BaseRegCreateKey", "BaseRegDeleteKey", "BaseRegDeleteValue", "BaseRegLoadKey", "BaseRegReplaceKey",
                "BaseRegRestoreKey", "BaseRegSetKeySecurity", "BaseRegSetValue", "BaseRegUnLoadKey", "BaseRegDeleteKeyEx"),
        .. Group(FindingKind.RemoteConfiguration, "T1562.002", "Audit policy and logs", [])
            .On("lsarpc", "LsarSetInformationPolicy", "LsarSetInformationPolicy2", "LsarSetAuditPolicy", "LsarSetAuditSecurity")
            .On("IEventService", "EvtRpcPutChannelConfig", "EvtRpcAssertConfig", "EvtRpcRetractConfig"),
        .. Group(FindingKind.RemoteConfiguration, "T1484", "Domain policy", [])
            .On("lsarpc", "LsarSetSecurityObject", "LsarSetDomainInformationPolicy")
            .On("samr", "SamrSetInformationDomain"),
        .. Group(FindingKind.RemoteConfiguration, "T1484.002", "Trusts", [])
            .On("lsarpc", "LsarCreateTrustedDomain", "LsarSetInformationTrustedDomain", "LsarSetTrustedDomainInfo",
                "LsarDeleteTrustedDomain", "LsarSetTrustedDomainInfoByName", "LsarCreateTrustedDomainEx", "LsarCreateTrustedDomainEx2",
                "LsarCreateTrustedDomainEx3", "LsarSetForestTrustInformation", "LsarSetForestTrustInformation2"),
        .. Group(FindingKind.RemoteConfiguration, "T1080", "Shared namespaces", [])
            .On("netdfs", "NetrDfsAdd", "NetrDfsAdd2", "NetrDfsRemove", "NetrDfsRemove2", "NetrDfsSetInfo", "NetrDfsSetInfo2",
                "NetrDfsRename", "NetrDfsMove", "NetrDfsSetDcAddress"),
        .. Group(FindingKind.RemoteConfiguration, "T1489", "Records of a controller", [])
            .On("netlogon", "DsrDeregisterDnsHostRecords"),
        .. Group(FindingKind.RemoteConfiguration, "T1006", "Shadow copies", [])
            .On("FileServerVssAgent", "~StartShadowCopySet", "~PrepareShadowCopy", "~CommitShadowCopySet", "~ExposeShadowCopySet",
                "~RecoveryCompleteShadowCopySet", "~AbortShadowCopySet"),
    ];
}
