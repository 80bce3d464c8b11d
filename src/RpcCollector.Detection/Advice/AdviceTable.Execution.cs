namespace RpcCollector.Detection.Advice;

/// <summary>Calls that run something on the server.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Execution() =>
    [
        new()
        {
            Kind = FindingKind.RemoteService,
            Deed = "used the service control manager of",
            NamedDeeds =
            [
                new("created a service on", "CreateServiceWOW64W", "CreateServiceWOW64A", "CreateServiceW", "CreateServiceA"),
                new("changed a service on", "ChangeServiceConfigW", "ChangeServiceConfigA"),
                new("deleted a service on", "DeleteService"),
                new("started a service on", "StartServiceW", "StartServiceA"),
            ],
            NextOn = AdviceHost.Server,
            Next = "events 7045 and 4697 (a new service)",
        },
        new()
        {
            Kind = FindingKind.RemoteTask,
            Deed = "used the task scheduler of",
            NamedDeeds =
            [
                new("scheduled a task on", "SchRpcRegisterTask", "NetrJobAdd"),
                new("ran a scheduled task on", "SchRpcRun"),
                new("enabled a scheduled task on", "SchRpcEnableTask"),
                new("deleted a scheduled task on", "SchRpcDelete"),
                new("listed the scheduled tasks of", "NetrJobEnum"),
            ],
            NextOn = AdviceHost.Server,
            Next = "events 4698, TaskScheduler 106 and 200",
        },
        new()
        {
            Kind = FindingKind.WmiQuery,
            Deed = "queried WMI on",
            NextOn = AdviceHost.Server,
            Next = "WMI-Activity events 5857 and 5858",
        },
        new()
        {
            Kind = FindingKind.WmiInvoke,
            Deed = "invoked a WMI method on",
            NextOn = AdviceHost.Server,
            Next = "children of WmiPrvSE.exe (4688, Sysmon 1)",
        },
        new()
        {
            Kind = FindingKind.RemoteActivation,
            Deed = "activated a DCOM object on",
            NextOn = AdviceHost.Server,
            Next = "children of mmc, dllhost (4688, Sysmon 1)",
        },
    ];
}
