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

        var draft = Assert.Single(DceRpc.Judge(HostRole.Unknown, HostRole.Unknown, DceRpc.Call(onInterface, operation)));

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
    public void The_catalogue_holds_every_known_operation_with_its_technique_and_analytics_and_no_other()
    {
        var facts = Facts.Read("rpc_operations.csv");

        Assert.All(facts, fact =>
        {
            var row = OperationCatalog.Find(fact[3], fact[5])!;
            Assert.Equal((fact[0], fact[1]), (row.Technique, row.TechniqueName));
            Assert.Equal(fact[2].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), row.Analytics);
        });
        Assert.Equal(facts.Count, OperationCatalog.Operations.Count);
    }

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
