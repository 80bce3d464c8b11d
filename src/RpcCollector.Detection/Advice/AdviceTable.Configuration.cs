namespace RpcCollector.Detection.Advice;

/// <summary>How a server is set up: registry, policy, logs, trusts, namespaces.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Configuration() =>
    [
        new()
        {
            Kind = FindingKind.RemoteConfiguration,
            Deed = "changed the configuration of",
            NamedDeeds =
            [
                new("changed the audit policy of", "LsarSetAuditPolicy", "LsarSetAuditSecurity", "LsarSetInformationPolicy",
                    "LsarSetInformationPolicy2"),
                new("changed the settings of an event log of", "EvtRpcPutChannelConfig", "EvtRpcAssertConfig", "EvtRpcRetractConfig"),
                new("changed a trust on", "LsarCreateTrustedDomainEx2", "LsarSetInformationTrustedDomain", "LsarDeleteTrustedDomain"),
                new("replaced registry keys of", "BaseRegLoadKey", "BaseRegReplaceKey", "BaseRegRestoreKey", "BaseRegSetKeySecurity"),
                new("changed the registry of", "BaseRegSetValue", "BaseRegDeleteKey", "BaseRegDeleteValue", "BaseRegDeleteKeyEx"),
                new("opened or created a registry key of", "BaseRegCreateKey"),
                new("changed a DFS namespace on", "NetrDfsAdd", "NetrDfsRemove", "NetrDfsSetInfo", "NetrDfsRename", "NetrDfsMove"),
            ],
            Means =
                "The client changed how the server is set up, from outside: its registry, its audit or security policy, the settings " +
                "of an event log, a trust or a DFS namespace. What was written is not in the flows.",
            Malicious =
            [
                new("A value makes a program start, turns a protection off, or lets clear-text passwords be kept.",
                    Sources.Attack("T1112")),
                new("Auditing or a log is turned off before the deed.", Sources.Attack("T1562.002")),
                new("A trust or policy is changed to get in again, or to everywhere.", Sources.Attack("T1484")),
            ],
            Harmless =
            [
                new("A management, backup or monitoring product sets its own values by remote registry.", Sources.RrpSpec),
                new("An administrator uses regedit, reg.exe or wevtutil of another machine.", Sources.Wevtutil),
                new("An administrator sets up a namespace with the DFS console.", Sources.DfsnmSpec),
            ],
            Business = "A server whose logs or protections were changed tells less of what comes next, and may let others in.",
            Questions =
            [
                new(
                    "What was changed?",
                    "Values of a product of yours, or one log's size.",
                    "Run keys, services, Lsa, WDigest, RemoteAccess, Defender; auditing that is off now."),
                new("Who did it?", "A management account, or an administrator who says so.", "A person who has not done so before."),
                new(
                    "What else was found about the two hosts within the hour?",
                    "Nothing.",
                    "A service, a task, saved registry hives: take it for one story."),
            ],
            Events =
            [
                WindowsEvents.RegistryValueSet.On(AdviceHost.Server, "Key, old and new value, and the account."),
                WindowsEvents.SysmonRegistry.On(AdviceHost.Server, "The same without auditing entries."),
                WindowsEvents.AuditPolicyChanged.On(AdviceHost.Server, "Which subcategory was turned off, and by whom."),
                WindowsEvents.TrustCreated.On(AdviceHost.DomainControllers, "A trust, and who created it."),
                WindowsEvents.ShareChecked.On(AdviceHost.Server, "IPC$ with winreg, lsarpc or netdfs."),
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client."),
            ],
            Processes = [ProcessLeads.RemoteRegistrySvchost, ProcessLeads.LsassExe, ProcessLeads.EventLogSvchost],
            Hardening = [Hardenings.RemoteRegistry, Hardenings.LogRights, Hardenings.ForwardEvents, Hardenings.TieredAdministration],
            Techniques = ["T1006", "T1080", "T1112", "T1484", "T1484.002", "T1489", "T1562.002"],
            NextOn = AdviceHost.Server,
            Next = "events 4657 (registry) and 4719 (audit)",
        },
    ];
}
