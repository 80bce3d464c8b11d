using System.Text;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Tests.ZeekLogs;
using RpcCollector.ZeekLogs;

namespace RpcCollector.Tests.Names;

/// <summary>Suricata's events of the types dhcp, dns, krb5 and smb, in the forms of its versions.</summary>
public class EveNameTests
{
    private const string Head = "{\"timestamp\":\"2026-03-02T09:15:00.000000+0000\",\"flow_id\":7,\"src_ip\":\"10.20.1.15\",";
    private const string ToServer = "\"src_port\":50000,\"dest_ip\":\"10.20.0.20\",\"dest_port\":445,\"proto\":\"TCP\",";
    private const long At = 1_772_442_900_000;

    private readonly ZeekCollected _collected = new();

    [Fact]
    public void The_name_that_a_client_asked_with_belongs_to_the_address_that_it_is_given()
    {
        Read(
            Dhcp("request", "discover", "0.0.0.0", ",\"hostname\":\"PC-0412\""),
            Dhcp("reply", "offer", "10.20.1.15", ""),
            Dhcp("request", "request", "0.0.0.0", ",\"hostname\":\"PC-0412\",\"requested_ip\":\"10.20.1.15\""),
            Dhcp("reply", "ack", "10.20.1.15", ",\"lease_time\":28800"));

        Assert.Equal(("PC-0412", NameSource.Dhcp), Named("10.20.1.15"));
        Assert.Null(_collected.Names.Find(Of("10.20.1.15"), At - 1));
        Assert.Equal(
            [new AddressLease(Of("10.20.1.15"), AddressLease.MachineOf([2, 0, 10, 20, 1, 15]), At, At + 28_800_000)], _collected.Leases);
        Assert.Equal((4, 3, 1), Counts());
    }

    [Fact]
    public void A_renewal_is_of_the_address_that_the_client_has()
    {
        Read(
            Dhcp("request", "request", "0.0.0.0", ",\"client_ip\":\"10.20.1.15\",\"hostname\":\"PC-0412\""),
            Dhcp("reply", "ack", "0.0.0.0", ",\"client_ip\":\"10.20.1.15\""));

        Assert.Equal(("PC-0412", NameSource.Dhcp), Named("10.20.1.15"));
        Assert.Single(_collected.Leases);
    }

    [Theory]
    [InlineData("\"version\":3,\"type\":\"response\",\"queries\":[{\"rrname\":\"files.corp.example\",\"rrtype\":\"A\"}],\"answers\":" +
        "[{\"rrname\":\"files.corp.example\",\"rrtype\":\"CNAME\",\"ttl\":60,\"rdata\":\"fs-02.corp.example\"}," +
        "{\"rrname\":\"fs-02.corp.example\",\"rrtype\":\"A\",\"ttl\":60,\"rdata\":\"10.20.0.20\"}]", "fs-02.corp.example")]
    [InlineData("\"version\":2,\"type\":\"answer\",\"rrname\":\"fs-02.corp.example\",\"rrtype\":\"A\",\"rcode\":\"NOERROR\",\"answers\":" +
        "[{\"rdata\":\"10.20.0.20\",\"rrtype\":\"A\",\"other\":[{\"a\":1}],\"rrname\":\"fs-02.corp.example\"}]", "fs-02.corp.example")]
    [InlineData("\"type\":\"answer\",\"rrname\":\"fs-02.corp.example\",\"rrtype\":\"A\",\"ttl\":60,\"rdata\":\"10.20.0.20\"",
        "fs-02.corp.example")]
    [InlineData("\"type\":\"answer\",\"rrname\":\"20.0.20.10.in-addr.arpa\",\"rrtype\":\"PTR\",\"rdata\":\"fs-02.corp.example\"",
        "fs-02.corp.example")]
    [InlineData("\"type\":\"answer\",\"answers\":[{\"rrname\":\"corp.example\",\"rrtype\":\"A\",\"rdata\":\"10.20.0.20\"}," +
        "{\"rrname\":\"corp.example\",\"rrtype\":\"A\",\"rdata\":\"10.20.0.21\"}]", null)]
    [InlineData("\"type\":\"answer\",\"answers\":[{\"rrname\":\"a\\u0000A\\u000010.20.0.20\",\"rrtype\":\"A\",\"rdata\":\"x\"}]", null)]
    [InlineData("\"type\":\"answer\",\"answers\":[{\"rrname\":\"fs-02\",\"rrtype\":\"A\"},7,[],{}]", null)]
    [InlineData("\"type\":\"query\",\"rrname\":\"fs-02.corp.example\",\"rrtype\":\"A\"", null)]
    public void DNS_names_an_address_in_each_form_of_the_event(string dns, string? name)
    {
        Read(Head + ToServer + $"\"event_type\":\"dns\",\"dns\":{{{dns}}}}}");

        Assert.Equal(name, _collected.Names.Find(Of("10.20.0.20"), At)?.Name);
        Assert.Equal((1, name is null ? 0 : 1, name is null ? 1 : 0), Counts());
    }

    [Theory]
    [InlineData("KRB_AS_REP", "alice", "", true)]
    [InlineData("KRB_TGS_REP", "alice", "", true)]
    [InlineData("KRB_ERROR", "alice", ",\"failed_request\":\"KRB_AS_REQ\",\"error_code\":\"KDC_ERR_PREAUTH_FAILED\"", false)]
    [InlineData("KRB_ERROR", "alice", ",\"failed_request\":\"KRB_AS_REQ\",\"error_code\":\"KDC_ERR_PREAUTH_REQUIRED\"", null)]
    [InlineData("KRB_AS_REP", "<empty>", "", null)]
    public void A_ticket_names_its_user_whichever_way_the_event_is_written(string message, string user, string more, bool? succeeded)
    {
        var krb5 = $"\"event_type\":\"krb5\",\"krb5\":{{\"msg_type\":\"{message}\",\"cname\":\"{user}\",\"realm\":\"CORP.EXAMPLE\"," +
            $"\"sname\":\"cifs/fs-02.corp.example\",\"weak_encryption\":false{more}}}}}";
        Read(Head + ToServer.Replace("445", "88", StringComparison.Ordinal) + krb5);
        Read("{\"timestamp\":\"2026-03-02T09:15:00.000000+0000\",\"src_ip\":\"10.20.0.20\",\"src_port\":88,\"dest_ip\":\"10.20.1.15\"," +
            "\"dest_port\":50001,\"proto\":\"UDP\"," + krb5);

        var users = _collected.Names.UsersOf(Of("10.20.1.15"), Of("10.20.0.20"), 0, At);
        Assert.Equal(
            succeeded is null ? [] : [("alice@CORP.EXAMPLE", succeeded, "fs-02.corp.example")],
            users.Select(found => (found.User, found.Succeeded, found.Target!)));
    }

    [Theory]
    [InlineData("0x0", true, "PC-0412")]
    [InlineData("0xc000006d", false, null)]
    [InlineData("0xc0000016", null, null)]
    public void A_session_of_SMB_names_its_user_and_after_a_logon_the_client(string status, bool? succeeded, string? name)
    {
        Read(Head + ToServer + "\"event_type\":\"smb\",\"smb\":{\"id\":3,\"command\":\"SMB2_COMMAND_SESSION_SETUP\"," +
            $"\"status_code\":\"{status}\",\"ntlmssp\":{{\"domain\":\"CORP\",\"user\":\"alice\"," +
            $"\"host\":\"PC-0412\",\"version\":\"10.0\"}}}}}}");

        var user = Assert.Single(_collected.Names.UsersOf(Of("10.20.1.15"), Of("10.20.0.20"), 0, At));
        Assert.Equal(("CORP\\alice", succeeded), (user.User, user.Succeeded));
        Assert.Equal(name, _collected.Names.Find(Of("10.20.1.15"), At)?.Name);
        Assert.Equal((1, 1, 0), Counts());
    }

    [Fact]
    public void A_share_names_its_server_and_an_event_that_names_nothing_is_rejected_as_before()
    {
        Read(Head + ToServer
            + "\"event_type\":\"smb\",\"smb\":{\"command\":\"SMB2_COMMAND_TREE_CONNECT\",\"share\":\"\\\\\\\\FS-02\\\\IPC$\"}}");
        Read(Head + ToServer + "\"event_type\":\"smb\",\"smb\":{\"command\":\"SMB2_COMMAND_CLOSE\"}}");

        Assert.Equal(("FS-02", NameSource.Smb), Named("10.20.0.20"));
        Assert.Equal(1, _collected.Counters.Rejected(Hop.SuricataLine, Rejection.NoOperation));
        Assert.Equal(2, _collected.Counters.Received(Hop.SuricataLine));
    }

    [Fact]
    public void What_clients_said_is_kept_for_a_minute_and_within_bounds()
    {
        var asking = new AskingClients();
        for (ulong machine = 1; machine <= 100_000; machine++) asking.Note(machine, "PC"u8, isDiscovery: false, At);

        Assert.Equal("PC"u8, asking.Of(100_000, At).Name);
        Assert.Empty(asking.Of(1, At).Name);
        Assert.Empty(asking.Of(100_000, At + 61_000).Name);
    }

    private static HostAddress Of(string address) => HostAddress.Parse(address);

    private static string Dhcp(string type, string message, string assigned, string more) =>
        Head + "\"src_port\":68,\"dest_ip\":\"10.20.0.10\",\"dest_port\":67,\"proto\":\"UDP\"," +
        "\"event_type\":\"dhcp\",\"dhcp\":{\"type\":\"" +
        $"{type}\",\"id\":7,\"client_mac\":\"02:00:0a:14:01:0f\",\"assigned_ip\":\"{assigned}\",\"dhcp_type\":\"{message}\"{more}}}}}";

    private (string, NameSource) Named(string address) =>
        _collected.Names.Find(Of(address), At) is { } name ? (name.Name, name.Source) : default;

    private (long, long, long) Counts()
    {
        var counters = _collected.Counters;
        return (counters.Received(Hop.SuricataLine), counters.Used(Hop.SuricataLine), counters.Rejected(Hop.SuricataLine));
    }

    private void Read(params string[] events)
    {
        var log = new SensorLog("eve.json", _collected.Counters);
        foreach (var line in events)
        {
            if (_collected.Decoder.TryDecode(Encoding.UTF8.GetBytes(line), log, _collected.Sensor, out var entry))
                _collected.Decoder.Deliver(ref entry);
        }
    }
}
