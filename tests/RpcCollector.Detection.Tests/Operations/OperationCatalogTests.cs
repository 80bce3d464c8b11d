using System.Globalization;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Operations;

namespace RpcCollector.Detection.Tests.Operations;

public class OperationCatalogTests
{
    public static TheoryData<string, string> Rows { get; } =
        [.. OperationCatalog.Operations.OrderBy(row => row.Interface, StringComparer.Ordinal)
            .ThenBy(row => row.Operation, StringComparer.Ordinal).Select(row => (row.Interface, row.Operation))];

    [Fact]
    public void Kinds_from_named_operations_are_those_that_the_catalogue_names() =>
        Assert.Equal(
            OperationCatalog.Operations.Select(row => row.Kind).Distinct().Order(),
            Enum.GetValues<FindingKind>().Where(kind => kind.IsFromNamedOperations()));

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_operation_of_the_catalogue_is_known_by_a_line_of_dce_rpc_log(string onInterface, string operation)
    {
        var call = DceRpc.Read(DceRpc.Line(onInterface, operation));

        Assert.Equal((onInterface, operation), (call.Interface, call.Operation));
        Assert.Equal($"{onInterface}::{operation}", OperationCatalog.Find(call.Interface, call.Operation)?.Name);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_operation_of_the_catalogue_by_itself_is_a_draft_of_its_kind_with_its_technique(string onInterface, string operation)
    {
        var row = OperationCatalog.Find(onInterface, operation)!;

        // Lookups by themselves are nothing but between workstations.
        var server = row is { Kind: FindingKind.Enumeration, IsOrdinary: true } ? HostRole.Workstation : HostRole.Unknown;
        var draft = Assert.Single(DceRpc.Judge(HostRole.Unknown, server, DceRpc.Call(onInterface, operation)));

        Assert.Equal((row.Kind, 1), (draft.Kind, draft.Count));
        Assert.Contains(row.Technique, draft.Techniques);
        Assert.Equal(row.Analytics.Order(StringComparer.Ordinal), draft.Analytics);
        Assert.Equal([row.Name], draft.Operations);
        Assert.Contains(row.Name, draft.Reason, StringComparison.Ordinal);
        Assert.Equal((DceRpc.Noon, DceRpc.Noon), (draft.FirstUnixMilliseconds, draft.LastUnixMilliseconds));
    }

    [Fact]
    public void Every_name_in_the_catalogue_is_one_that_Zeek_writes()
    {
        var interfaces = Facts.Read("rpc_interfaces.csv").ToLookup(row => row[1], row => row[0], StringComparer.Ordinal);
        var operations = Facts.Read("zeek_operation_names.csv").Select(row => (row[0], row[2])).ToHashSet();

        Assert.All(
            OperationCatalog.Operations, row =>
            Assert.Contains(interfaces[row.Interface], uuid => operations.Contains((uuid, row.Operation))));
        Assert.All(OperationCatalog.InterfaceNames, name => Assert.NotEmpty(interfaces[name]));
    }

    [Fact]
    public void The_catalogue_holds_every_operation_that_public_detections_name_with_its_technique_and_analytics()
    {
        var facts = Facts.Read("rpc_operations.csv");

        Assert.All(facts, fact =>
        {
            var row = OperationCatalog.Find(fact[3], fact[5])!;
            Assert.Equal((fact[0], fact[1]), (row.Technique, row.TechniqueName));
            Assert.Equal(fact[2].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), row.Analytics);
        });
    }

    [Theory]
    [InlineData("svcctl")]
    [InlineData("atsvc")]
    [InlineData("sasec")]
    [InlineData("ITaskSchedulerService")]
    [InlineData("IWbemServices")]
    [InlineData("winreg")]
    [InlineData("eventlog")]
    [InlineData("IEventService")]
    [InlineData("lsarpc")]
    [InlineData("samr")]
    [InlineData("drsuapi")]
    [InlineData("netlogon")]
    [InlineData("spoolss")]
    [InlineData("IRemoteWinspool")]
    [InlineData("efsrpc")]
    [InlineData("efsrpc2")]
    [InlineData("netdfs")]
    [InlineData("FileServerVssAgent")]
    public void Each_operation_of_an_interface_is_either_catalogued_or_known_as_harmless_by_its_name_and_number(string onInterface)
    {
        var id = Facts.Read("rpc_interfaces.csv").Single(row => row[1].Equals(onInterface, StringComparison.Ordinal))[0];
        var operations = Facts.Read("zeek_operation_names.csv")
            .Where(row => row[0].Equals(id, StringComparison.Ordinal) && !IsUnused(row[2])).ToList();

        Assert.NotEmpty(operations);
        Assert.All(operations, row =>
        {
            Assert.True(
                OperationCatalog.Find(onInterface, row[2]) is not null ^ HarmlessOperations.Contains(onInterface, row[2]),
                $"{onInterface}::{row[2]}");
            Assert.Equal(
                (onInterface, row[2]), InterfaceCatalog.NamesOf(Guid.Parse(id), ushort.Parse(row[1], CultureInfo.InvariantCulture)));
        });

        static bool IsUnused(string name) => name.EndsWith("NotUsedOnWire", StringComparison.Ordinal) || name is "unused";
    }

    [Fact]
    public void No_operation_is_both_catalogued_and_known_as_harmless() => Assert.DoesNotContain(
        HarmlessOperations.All, one => OperationCatalog.Find(one.Interface, one.Operation) is not null);

    [Theory]
    [InlineData("drsuapi", "drsgetncchanges")]
    [InlineData("DRSUAPI", "DRSGetNCChanges")]
    [InlineData("samr", "DRSGetNCChanges")]
    [InlineData("samr", "SamrCloseHandle")]
    [InlineData("samr", "SamrConnect5")]
    [InlineData("lsarpc", "LsarOpenPolicy2")]
    public void A_name_spelled_otherwise_or_without_meaning_is_not_in_the_catalogue(string onInterface, string operation) =>
        Assert.Null(OperationCatalog.Find(onInterface, operation));

    [Theory]
    [InlineData("lsarpc", 49_667, RpcInterfaces.Lsarpc)]
    [InlineData("netlogon", 49_675, RpcInterfaces.Netlogon)]
    [InlineData("samr", 1_025, RpcInterfaces.Samr)]
    [InlineData("drsuapi", 49_667, RpcInterfaces.Drsuapi)]
    [InlineData("ICertPassage", 49_700, RpcInterfaces.None)]
    public void A_call_teaches_what_its_servers_port_carries(string onInterface, int port, RpcInterfaces carried)
    {
        Assert.True(
            OperationCatalog.TryGetCarriedInterfaces(
                DceRpc.Read(DceRpc.Line(onInterface, "Any", serverPort: (ushort)port)), out var interfaces));
        Assert.Equal(carried, interfaces);
    }

    [Theory]
    [InlineData(135)]
    [InlineData(139)]
    [InlineData(445)]
    [InlineData(593)]
    public void A_call_through_a_port_of_many_interfaces_teaches_nothing_of_it(int port) =>
        Assert.False(
            OperationCatalog.TryGetCarriedInterfaces(DceRpc.Read(DceRpc.Line("samr", "SamrConnect5", serverPort: (ushort)port)), out _));
}
