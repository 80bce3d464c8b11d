using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Operations;

public class EveOperationTests
{
    [Fact]
    public void A_request_is_named_by_its_interface_and_number()
    {
        var call = new Eve().Read(Eve.Request(3, Eve.Drsuapi)).Only;

        Assert.Equal(
            new RpcOperation
            {
                AtUnixMilliseconds = 1_772_442_901_012,
                Client = HostAddress.Parse("10.20.1.15"),
                ClientPort = 49_732,
                Server = HostAddress.Parse("10.20.0.10"),
                ServerPort = 49_667,
                Uid = "1586217812345678",
                Interface = "drsuapi",
                Operation = "DRSGetNCChanges",
            },
            call);
    }

    [Fact]
    public void A_request_through_a_named_pipe_is_named_as_well()
    {
        var call = new Eve().Read(Eve.Piped(12, Eve.Svcctl)).Only;

        Assert.Equal(("svcctl", "CreateServiceW", 445), (call.Interface, call.Operation, call.ServerPort));
    }

    [Fact]
    public void Where_requests_name_no_interface_the_connections_BIND_does() =>
        Assert.Equal(
            ["drsuapi::DRSGetNCChanges", "drsuapi::DRSBind"],
            new Eve().Read(Eve.Bind(Eve.Drsuapi), Eve.Request(3), Eve.Request(0)).Names);

    [Fact]
    public void An_interface_bound_in_two_transfer_syntaxes_or_beside_one_that_was_refused_is_one() =>
        Assert.Equal(
            ["samr::SamrGetMembersInAlias", "samr::SamrGetMembersInAlias"],
            new Eve().Read(Eve.Request(33, Eve.Samr, Eve.Samr), Eve.Request(33, Eve.Svcctl + " 2", Eve.Samr)).Names);

    [Fact]
    public void A_request_that_may_mean_one_of_two_interfaces_is_not_guessed()
    {
        var eve = new Eve().Read(Eve.Request(12, Eve.Svcctl, Eve.Samr), Eve.Bind(Eve.Svcctl, Eve.Samr), Eve.Request(12));

        Assert.Empty(eve.Calls);
        Assert.Equal((1, 2), (eve.Counters.Used(Hop.SuricataLine), eve.Counters.Rejected(Hop.SuricataLine, Rejection.NoOperation)));
    }

    [Fact]
    public void After_ALTER_CONTEXT_only_requests_that_name_their_interface_are_named()
    {
        var alter = Eve.DceRpc(""" "request":"ALTER_CONTEXT","response":"ALTER_CONTEXT_RESP","call_id":3 """);

        var eve = new Eve().Read(Eve.Bind(Eve.Svcctl), alter, Eve.Request(12), Eve.Request(20, "9556dc99-828c-11cf-a37e-00aa003240c7"));

        Assert.Equal(["IWbemServices::ExecQuery"], eve.Names);
    }

    [Fact]
    public void A_BIND_that_was_refused_binds_nothing_and_a_later_one_takes_the_place_of_the_first() =>
        Assert.Equal(
            ["svcctl::CreateServiceW", "samr::SamrEnumerateAliasesInDomain"],
            new Eve().Read(
                Eve.Bind(Eve.Svcctl), Eve.Bind(Eve.Samr).Replace("BINDACK", "BINDNAK", StringComparison.Ordinal), Eve.Piped(12),
                Eve.Bind(Eve.Samr), Eve.Piped(15)).Names);

    [Fact]
    public void A_request_is_the_clients_also_where_its_answer_was_reported()
    {
        var answer = Eve.Event(
            "smb", """ "src_ip":"10.20.0.10","src_port":445,"dest_ip":"10.20.1.15","dest_port":49740 """,
            $$$""" "smb":{"dcerpc":{"request":"REQUEST","opnum":12,"interfaces":[{"uuid":"{{{Eve.Svcctl}}}"}]}}""");

        var call = new Eve().Read(answer).Only;

        Assert.Equal(
            ("10.20.1.15", 49_740, "10.20.0.10", 445), (call.Client.ToString(), call.ClientPort, call.Server.ToString(), call.ServerPort));
    }

    [Fact]
    public void What_has_no_name_is_named_as_Zeek_names_it() =>
        Assert.Equal(
            ["unknown-11111111-2222-3333-4444-555555555555::unknown-7", "lsarpc::unknown-144"],
            new Eve().Read(
                Eve.Request(7, "11111111-2222-3333-4444-555555555555"), Eve.Request(144, "12345778-1234-ABCD-EF00-0123456789AB")).Names);

    [Theory]
    [InlineData("\"request\":\"REQUEST_LOST\",\"response\":\"RESPONSE\"", Rejection.NoOperation)]
    [InlineData("\"request\":\"AUTH3\",\"response\":\"UNREPLIED\"", Rejection.NoOperation)]
    [InlineData("\"request\":\"REQUEST\",\"req\":{\"opnum\":3}", Rejection.NoOperation)]
    [InlineData(
        "\"request\":\"REQUEST\",\"req\":{\"opnum\":70000},\"interfaces\":[{\"uuid\":\"" + Eve.Samr + "\"}]", Rejection.NoOperation)]
    [InlineData("\"request\":\"REQUEST\",\"opnum\":3,\"interfaces\":[{\"uuid\":\"samr\"},7,[],null]", Rejection.NoOperation)]
    [InlineData("\"request\":\"REQUEST\",\"opnum\":3,\"req\":{\"opnum\":4}", Rejection.MalformedLine)]
    public void What_names_no_call_is_counted_by_its_reason(string content, Rejection reason)
    {
        var eve = new Eve().Read(Eve.DceRpc(content));

        Assert.Empty(eve.Calls);
        Assert.Equal((1, 1), (eve.Counters.Received(Hop.SuricataLine), eve.Counters.Rejected(Hop.SuricataLine, reason)));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.20.1.15")]
    public void Nobody_calls_an_address_that_no_connection_has(string server)
    {
        var eve = new Eve().Read(Eve.Request(3, Eve.Drsuapi).Replace("10.20.0.10", server, StringComparison.Ordinal));

        Assert.Empty(eve.Calls);
        Assert.Equal(1, eve.Counters.Rejected(Hop.SuricataLine, Rejection.NotATransportFlow));
    }

    [Fact]
    public void An_smb_message_that_carries_no_call_is_no_operation()
    {
        var eve = new Eve()
            .Read(Eve.Event("smb", "", """ "smb":{"command":"SMB2_COMMAND_CREATE","filename":"lsass","disposition":"FILE_OPEN"}"""));

        Assert.Equal(1, eve.Counters.Rejected(Hop.SuricataLine, Rejection.NoOperation));
    }

    [Fact]
    public void Bound_interfaces_are_forgotten_before_they_fill_the_memory()
    {
        var bound = new BoundInterfaces(capacity: 100);
        var id = Guid.Parse(Eve.Samr);
        for (ulong flow = 0; flow < 10_000; flow++)
        {
            bound.Bind(1, flow, id);
            Assert.InRange(bound.Count, 0, 100);
        }

        Assert.Equal(id, bound.Of(1, 9_999));
        Assert.Equal(id, bound.Of(1, 9_950));
        Assert.Null(bound.Of(1, 0));
        Assert.Null(bound.Of(2, 9_999));
    }

    [Fact]
    public void Interfaces_and_numbers_are_those_of_the_protocols()
    {
        var interfaces = Facts.Read("rpc_interfaces.csv").Select(row => (Guid.Parse(row[0]), row[1])).ToHashSet();
        var operations = Facts.Read("rpc_operations.csv").Select(row => (row[3], Guid.Parse(row[4]), ushort.Parse(row[6]), row[5]))
            .Order().ToList();

        Assert.All(InterfaceCatalog.Interfaces, known => Assert.Contains((known.Id, known.Name), interfaces));
        Assert.Superset(
            operations.ToHashSet(),
            InterfaceCatalog.Interfaces.SelectMany(known => known.Operations.Select(one => (known.Name, known.Id, one.Key, one.Value)))
                .ToHashSet());
    }

    [Fact]
    public void Every_interface_and_operation_that_is_judged_by_name_has_a_number()
    {
        Assert.Superset(
            OperationCatalog.InterfaceNames.ToHashSet(), InterfaceCatalog.Interfaces.Select(known => known.Name).ToHashSet());
        Assert.Superset(
            OperationCatalog.Operations.Select(row => row.Name).ToHashSet(),
            InterfaceCatalog.Interfaces.SelectMany(known => known.Operations.Values.Select(operation => $"{known.Name}::{operation}"))
                .ToHashSet());
    }

    [Fact]
    public void Calls_that_Suricata_and_Zeek_both_saw_are_judged_once()
    {
        var ofSuricata = new Eve().Read(Eve.Request(3, Eve.Drsuapi)).Only;
        var ofZeek = ofSuricata with { Uid = "CHhAvVGS1DHFjwGM9", AtUnixMilliseconds = ofSuricata.AtUnixMilliseconds + 2 };

        var draft = Assert.Single(Operations.DceRpc.Judge(HostRole.Unknown, HostRole.Unknown, ofSuricata, ofZeek));

        Assert.Equal((FindingKind.DcSync, 1), (draft.Kind, draft.Count));
    }
}
