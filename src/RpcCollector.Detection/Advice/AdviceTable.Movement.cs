namespace RpcCollector.Detection.Advice;

/// <summary>Seen in flows alone: who goes on from there.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Movement() =>
    [
        new()
        {
            Kind = FindingKind.FirewalledServiceControl,
            Deed = "controlled services through a firewall on",
            NextOn = AdviceHost.Server,
            Next = "events 7045 and 4697 (a new service)",
        },
        new()
        {
            Kind = FindingKind.Pivot,
            Deed = "was driven itself, and went on to",
            NextOn = AdviceHost.Client,
            Next = "logons 4624 type 3 and new processes 4688",
        },
        new()
        {
            Kind = FindingKind.ServerTurnsClient,
            Deed = "as a server began to drive",
            NextOn = AdviceHost.Client,
            Next = "logons 4624, 4648 and new processes 4688",
        },
        new()
        {
            Kind = FindingKind.WorkstationServes,
            Deed = "began to serve",
            DeedAlone = "began to serve Kerberos, LDAP or SMB",
            NextOn = AdviceHost.Client,
            Next = "services 7045 and new processes 4688",
        },
    ];
}
