using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Operations;

namespace RpcCollector.Detection.Tests.Operations;

public class OperationRulesTests
{
    private static readonly string[] LogonSamr =
        ["SamrConnect5", "SamrEnumerateDomainsInSamServer", "SamrLookupDomainInSamServer", "SamrOpenDomain", "SamrLookupNamesInDomain",
            "SamrQueryInformationGroup", "SamrQueryInformationUser", "SamrCloseHandle"];

    [Fact]
    public void A_service_created_and_started_on_a_workstation_by_a_workstation_is_high()
    {
        var draft = Assert.Single(DceRpc.Judge(
            HostRole.Workstation, HostRole.Workstation, DceRpc.Call("svcctl", "OpenSCManagerW"),
            DceRpc.Call("svcctl", "CreateServiceW", 10), DceRpc.Call("svcctl", "StartServiceW", 20)));

        Assert.Equal(
            (FindingKind.RemoteService, FindingSeverity.High, FindingConfidence.High), (draft.Kind, draft.Severity, draft.Confidence));
        Assert.Equal(["T1543.003", "T1569.002"], draft.Techniques);
        Assert.Equal(["CAR-2013-09-005", "CAR-2014-02-001", "CAR-2014-03-005"], draft.Analytics);
        Assert.Equal(
            "created a service and started one (svcctl::OpenSCManagerW, svcctl::CreateServiceW, svcctl::StartServiceW; 3 calls)",
            draft.Reason);
        Assert.Equal((3, DceRpc.Noon, DceRpc.Noon + 20), (draft.Count, draft.FirstUnixMilliseconds, draft.LastUnixMilliseconds));
    }

    [Theory]
    [InlineData(HostRole.Unknown, FindingSeverity.Medium, FindingConfidence.Medium)]
    [InlineData(HostRole.Workstation, FindingSeverity.High, FindingConfidence.High)]
    [InlineData(HostRole.Server, FindingSeverity.High, FindingConfidence.High)]
    [InlineData(HostRole.ManagementServer, FindingSeverity.Low, FindingConfidence.Low)]
    [InlineData(HostRole.Scanner, FindingSeverity.Low, FindingConfidence.Low)]
    [InlineData(HostRole.DomainController, FindingSeverity.Medium, FindingConfidence.Medium)]
    public void Who_the_client_is_decides_how_bad_a_scheduled_task_is(
        HostRole client, FindingSeverity severity, FindingConfidence confidence)
    {
        var draft = Assert.Single(DceRpc.Judge(client, HostRole.Workstation, DceRpc.Call("ITaskSchedulerService", "SchRpcRegisterTask")));

        Assert.Equal((FindingKind.RemoteTask, severity, confidence), (draft.Kind, draft.Severity, draft.Confidence));
    }

    [Fact]
    public void What_a_domain_controller_asks_of_another_server_is_low()
    {
        var draft = Assert.Single(DceRpc.Judge(
            HostRole.DomainController, HostRole.Server, DceRpc.Call("ITaskSchedulerService", "SchRpcRegisterTask")));

        Assert.Equal((FindingSeverity.Low, FindingConfidence.Low), (draft.Severity, draft.Confidence));
    }

    [Theory]
    [InlineData(HostRole.Workstation, FindingSeverity.Critical)]
    [InlineData(HostRole.Server, FindingSeverity.Critical)]
    [InlineData(HostRole.Unknown, FindingSeverity.High)]
    public void Directory_replication_asked_for_by_a_host_that_is_no_domain_controller_is_dcsync(HostRole client, FindingSeverity severity)
    {
        var draft = Assert.Single(DceRpc.Judge(
            client, HostRole.DomainController, DceRpc.Call("drsuapi", "DRSBind"), DceRpc.Call("drsuapi", "DRSCrackNames"),
            DceRpc.Call("drsuapi", "DRSGetNCChanges")));

        Assert.Equal((FindingKind.DcSync, severity), (draft.Kind, draft.Severity));
    }

    [Fact]
    public void Domain_controllers_replicate_without_a_word() => Assert.Empty(DceRpc.Judge(
        HostRole.DomainController, HostRole.DomainController,
        DceRpc.Call("drsuapi", "DRSGetNCChanges"), DceRpc.Call("drsuapi", "DRSReplicaSync"), DceRpc.Call("drsuapi", "DRSReplicaAdd"),
        DceRpc.Call("drsuapi", "DRSAddEntry")));

    [Theory]
    [InlineData(HostRole.Workstation)]
    [InlineData(HostRole.Unknown)]
    public void What_Windows_asks_a_domain_controller_at_logon_is_nothing(HostRole client)
    {
        var calls = LogonSamr.Select((operation, index) => DceRpc.Call("samr", operation, index * 10))
            .Append(DceRpc.Call("lsarpc", "LsarLookupNames3", 200)).Append(DceRpc.Call("lsarpc", "LsarLookupSids3", 210));

        Assert.Empty(DceRpc.Judge(client, HostRole.DomainController, calls));
        Assert.Equal(FindingSeverity.Low, Assert.Single(DceRpc.Judge(client, HostRole.Workstation, calls)).Severity);
    }

    [Fact]
    public void Five_distinct_enumerating_operations_in_five_minutes_are_enumeration()
    {
        string[] operations =
            ["SamrEnumerateUsersInDomain", "SamrEnumerateGroupsInDomain", "SamrEnumerateAliasesInDomain", "SamrGetMembersInGroup",
                "SamrGetMembersInAlias"];

        var within =
            Assert.Single(
                DceRpc.Judge(
                    HostRole.Workstation, HostRole.DomainController,
                    operations.Select((operation, index) => DceRpc.Call("samr", operation, index * 74_999))));
        var beyond =
            Assert.Single(
                DceRpc.Judge(
                    HostRole.Workstation, HostRole.DomainController,
                    operations.Select((operation, index) => DceRpc.Call("samr", operation, index * 75_000))));

        Assert.Equal((FindingSeverity.Medium, FindingConfidence.High), (within.Severity, within.Confidence));
        Assert.Contains("5 distinct enumerating operations in 5 minutes", within.Reason, StringComparison.Ordinal);
        Assert.Equal((FindingSeverity.Low, FindingConfidence.Low), (beyond.Severity, beyond.Confidence));
    }

    [Fact]
    public void One_operation_called_often_is_not_enumeration()
    {
        var draft =
            Assert.Single(
                DceRpc.Judge(
                    HostRole.Workstation, HostRole.Server, Enumerable.Range(0, 50)
                        .Select(index => DceRpc.Call("srvsvc", "NetrSessionEnum", index))));

        Assert.Equal((FindingSeverity.Low, 50), (draft.Severity, draft.Count));
    }

    [Theory]
    [InlineData(29, FindingSeverity.Low)]
    [InlineData(30, FindingSeverity.Critical)]
    public void Netlogon_authentications_by_the_dozen_within_a_minute_are_a_burst(int authentications, FindingSeverity severity)
    {
        var calls = Enumerable.Range(0, authentications)
            .Select(index =>
            DceRpc.Call(
                "netlogon", index % 2 == 0 ? "NetrServerReqChallenge" : "NetrServerAuthenticate3", index * 100, $"C{index}",
                (ushort)(50_000 + index)));

        Assert.Equal(severity, Assert.Single(DceRpc.Judge(HostRole.Unknown, HostRole.DomainController, calls)).Severity);
    }

    [Fact]
    public void A_connection_that_two_sensors_saw_counts_once()
    {
        var seen = Enumerable.Range(0, 20).SelectMany(index => new[]
        {
            DceRpc.Call("netlogon", "NetrServerReqChallenge", index * 100, $"Ca{index}", (ushort)(50_000 + index)),
            DceRpc.Call("netlogon", "NetrServerReqChallenge", (index * 100) + 4, $"Cb{index}", (ushort)(50_000 + index)),
        });

        var draft = Assert.Single(DceRpc.Judge(HostRole.Workstation, HostRole.DomainController, seen));

        Assert.Equal((20, FindingSeverity.Low), (draft.Count, draft.Severity));
    }

    [Fact]
    public void The_order_in_which_calls_are_told_changes_nothing()
    {
        var calls =
            OperationCatalog.Operations.Select(
                (row, index) => DceRpc.Call(row.Interface, row.Operation, index * 7 % 100, $"C{index % 5}", (ushort)(50_000 + (index % 7))))
                    .ToList();
        var random = new Random(7);

        var inOrder = DceRpc.Judge(HostRole.Unknown, HostRole.Unknown, calls).Select(Describe).ToList();

        for (var round = 0; round < 10; round++)
            Assert.Equal(inOrder, DceRpc.Judge(HostRole.Unknown, HostRole.Unknown, calls.OrderBy(_ => random.Next())).Select(Describe));
    }

    [Theory]
    [InlineData(HostRole.Workstation, HostRole.Workstation, FindingSeverity.High)]
    [InlineData(HostRole.Workstation, HostRole.Server, FindingSeverity.Low)]
    [InlineData(HostRole.Unknown, HostRole.Unknown, FindingSeverity.Medium)]
    public void Objects_activated_on_servers_are_everyday(HostRole client, HostRole server, FindingSeverity severity) =>
        Assert.Equal(
            severity, Assert.Single(DceRpc.Judge(client, server, DceRpc.Call("IRemoteSCMActivator", "RemoteCreateInstance"))).Severity);

    [Theory]
    [InlineData(HostRole.Server, FindingSeverity.Low)]
    [InlineData(HostRole.DomainController, FindingSeverity.High)]
    public void Asking_to_be_told_of_changes_at_a_printer_is_coercion_at_a_domain_controller(HostRole server, FindingSeverity severity) =>
        Assert.Equal(
            severity,
            Assert.Single(
                DceRpc.Judge(
                    HostRole.Workstation, server, DceRpc.Call("spoolss", "RpcRemoteFindFirstPrinterChangeNotificationEx"))).Severity);

    [Fact]
    public void Two_registry_keys_saved_from_afar_are_critical() =>
        Assert.Equal(
            FindingSeverity.Critical,
            Assert.Single(
                DceRpc.Judge(
                    HostRole.Workstation, HostRole.Server, DceRpc.Call("winreg", "BaseRegSaveKey"),
                    DceRpc.Call("winreg", "BaseRegSaveKey", 100))).Severity);

    private static string Describe(OperationDraft draft) =>
        $"{draft.Kind} {draft.Severity} {draft.Confidence} {string.Join(' ', draft.Techniques)} {draft.Reason} " +
            $"{string.Join(' ', draft.Operations)} {draft.Count} {draft.FirstUnixMilliseconds} {draft.LastUnixMilliseconds}";
}
