namespace RpcCollector.Detection.Advice;

/// <summary>Calls that change or destroy.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Changes() =>
    [
        new()
        {
            Kind = FindingKind.AccountManipulation,
            Deed = "changed accounts on",
            NamedDeeds =
            [
                new("created an account on", "SamrCreateUser2InDomain"),
                new("changed an account on", "SamrSetInformationUser2"),
                new("changed a password on", "SamrUnicodeChangePasswordUser2"),
            ],
            NextOn = AdviceHost.Server,
            Next = "events 4720, 4724, 4738 and 4742",
        },
        new()
        {
            Kind = FindingKind.EventLogCleared,
            Deed = "cleared an event log on",
            NextOn = AdviceHost.Server,
            Next = "events 1102 (Security) and 104 (System)",
        },
        new()
        {
            Kind = FindingKind.RemoteShutdown,
            Deed = "shut down",
            NextOn = AdviceHost.Server,
            Next = "event 1074: who asked, and why",
        },
    ];
}
