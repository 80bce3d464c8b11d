using System.Text;
using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Tests.ZeekLogs;
using RpcCollector.ZeekLogs;

namespace RpcCollector.Tests.Names;

/// <summary>
/// Zeek's dhcp, dns, ntlm, kerberos and smb_mapping logs, with the fields that its scripts document, as JSON and as columns.
/// </summary>
public class ZeekNameTests
{
    private const long At = 1_772_442_900_000;
    private const string Ends =
        "\"uid\":\"C1\",\"id.orig_h\":\"10.20.1.15\",\"id.orig_p\":50000,\"id.resp_h\":\"10.20.0.20\",\"id.resp_p\":445";

    private const string Dhcp =
        """{"ts":1772442900.000000,"uids":["C1","C2"],"client_addr":"10.20.1.15","server_addr":"10.20.0.10","mac":"02:00:0a:14:01:0f",""" +
        """ "host_name":"PC-0412","client_fqdn":"PC-0412.corp.example","domain":"corp.example","requested_addr":"10.20.1.15",""" +
        """ "assigned_addr":"10.20.1.15","lease_time":28800.0,"msg_types":["DISCOVER","OFFER","REQUEST","ACK"],"duration":0.01}""";

    private const string Ntlm = "{\"ts\":1772442900.0," + Ends +
        ""","username":"alice","hostname":"PC-0412","domainname":"CORP","server_nb_computer_name":"FS-02",""" +
        "\"server_dns_computer_name\":\"FS-02.corp.example\",\"server_tree_name\":\"corp.example\",\"success\":true}";

    private const string Kerberos = "{\"ts\":1772442900.0," + Ends +
        ""","request_type":"TGS","client":"alice/CORP.EXAMPLE","service":"cifs/fs-02.corp.example","success":true,"till":2136422885.0}""";

    private readonly ZeekCollected _collected = new();

    [Fact]
    public void An_acknowledged_lease_names_its_address_and_is_told_to_the_judge()
    {
        Read("dhcp.log", Dhcp);

        var name = _collected.Names.Find(Of("10.20.1.15"), At)!;
        Assert.Equal(("PC-0412", NameSource.Dhcp, At), (name.Name, name.Source, name.SinceUnixMilliseconds));
        byte[] mac = [2, 0, 10, 20, 1, 15];
        Assert.Equal(
            [new AddressLease(Of("10.20.1.15"), AddressLease.MachineOf(mac), At, At + 28_800_000)], _collected.Leases);
        AssertCounts(used: 1);
    }

    [Theory]
    [InlineData("\"msg_types\":[\"DISCOVER\",\"OFFER\",\"REQUEST\",\"ACK\"]", "\"msg_types\":[\"REQUEST\",\"NAK\"]")]
    [InlineData("\"msg_types\":[\"DISCOVER\",\"OFFER\",\"REQUEST\",\"ACK\"]", "\"msg_types\":[\"DISCOVER\",\"OFFER\"]")]
    [InlineData("\"msg_types\":[\"DISCOVER\",\"OFFER\",\"REQUEST\",\"ACK\"]", "\"msg_types\":[\"BACK\\u0000ACK\"]")]
    [InlineData("\"assigned_addr\":\"10.20.1.15\"", "\"assigned_addr\":\"0.0.0.0\"")]
    [InlineData("\"assigned_addr\":\"10.20.1.15\"", "\"assigned_addr\":null")]
    public void What_gave_nobody_an_address_names_nothing(string stated, string instead)
    {
        Read("dhcp.log", Dhcp.Replace(stated, instead, StringComparison.Ordinal));

        Assert.Equal(0, _collected.Names.Count);
        Assert.Empty(_collected.Leases);
        AssertCounts(rejected: 1);
    }

    [Fact]
    public void A_lease_of_a_machine_without_a_name_is_one_all_the_same_and_its_full_name_does_when_the_short_one_is_none()
    {
        Read("dhcp.log", Dhcp.Replace("\"host_name\":\"PC-0412\",\"client_fqdn\":\"PC-0412.corp.example\",", "", StringComparison.Ordinal));
        Assert.Null(_collected.Names.Find(Of("10.20.1.15"), At));
        Assert.Single(_collected.Leases);

        Read("dhcp.log", Dhcp.Replace("\"PC-0412\"", "\"localhost\"", StringComparison.Ordinal));
        Assert.Equal("PC-0412.corp.example", _collected.Names.Find(Of("10.20.1.15"), At)!.Name);
    }

    [Fact]
    public void The_log_of_versions_before_2_6_is_read()
    {
        Read(
            "dhcp.log",
            "#separator \\x09\n#path\tdhcp\n#fields\tts\tuid\tid.orig_h\tid.orig_p" +
            "\tid.resp_h\tid.resp_p\tmac\tassigned_ip\tlease_time\ttrans_id",
            "1772442900.000000\tC1\t10.20.1.15\t68\t10.20.0.10\t67\t02:00:0a:14:01:0f\t10.20.1.15\t28800.000000\t7");

        Assert.Equal(
            28_800_000, Assert.Single(_collected.Leases) is var lease ? lease.EndUnixMilliseconds - lease.StartUnixMilliseconds : 0);
    }

    [Theory]
    [InlineData("fs-02.corp.example", "A", "[\"10.20.0.20\"]", "fs-02.corp.example")]
    [InlineData("files.corp.example", "A", "[\"fs-02.corp.example\",\"10.20.0.20\"]", "fs-02.corp.example")]
    [InlineData("fs-02.corp.example", "AAAA", "[\"fd00::20\"]", null)]
    [InlineData("20.0.20.10.in-addr.arpa", "PTR", "[\"fs-02.corp.example\"]", "fs-02.corp.example")]
    [InlineData("20.0.20.10.IN-ADDR.ARPA", "PTR", "[\"fs-02.corp.example\"]", "fs-02.corp.example")]
    [InlineData("corp.example", "A", "[\"10.20.0.20\",\"10.20.0.21\"]", null)]
    [InlineData("www.example", "A", "[\"203.0.113.7\"]", null)]
    [InlineData("fs-02.corp.example", "TXT", "[\"10.20.0.20\"]", null)]
    [InlineData("fs-02.corp.example", "A", "[]", null)]
    [InlineData("fs-02.corp.example", "A", "[\"10.20.0.20\\u0000\"]", null)]
    [InlineData("20.0.20.10.in-addr.arpa", "PTR", "[]", null)]
    [InlineData("0.20.10.in-addr.arpa", "PTR", "[\"net.corp.example\"]", null)]
    [InlineData("1.20.0.20.10.in-addr.arpa", "PTR", "[\"net.corp.example\"]", null)]
    [InlineData("localhost", "A", "[\"10.20.0.20\"]", null)]
    [InlineData("<script>", "A", "[\"10.20.0.20\"]", null)]
    public void DNS_names_an_address_by_the_one_answer_that_is_about_it(string query, string type, string answers, string? name)
    {
        Read("dns.log", "{\"ts\":1772442900.0," + Ends +
            $",\"proto\":\"udp\",\"query\":\"{query}\",\"qtype_name\":\"{type}\",\"answers\":{answers},\"TTLs\":[60.0,60.0]}}");

        Assert.Equal(name, _collected.Names.Find(Of("10.20.0.20"), At)?.Name);
    }

    [Fact]
    public void A_question_backwards_in_IPv6_is_read()
    {
        Read("dns.log", "{\"ts\":1772442900.0," + Ends + ",\"query\":\"" +
            "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.d.f.ip6.arpa\",\"qtype_name\":\"PTR\"," +
            "\"answers\":[\"fs-06.corp.example\"]}");

        Assert.Equal("fs-06.corp.example", _collected.Names.Find(Of("fd00::7"), At)?.Name);
    }

    [Fact]
    public void A_logon_by_NTLM_names_both_ends_and_the_user()
    {
        Read("ntlm.log", Ntlm);

        Assert.Equal(("PC-0412", NameSource.Ntlm), Named("10.20.1.15"));
        Assert.Equal(("FS-02.corp.example", NameSource.Ntlm), Named("10.20.0.20"));
        Assert.Equal(("CORP\\alice", NameSource.Ntlm, (bool?)true), User());
        AssertCounts(used: 1);
    }

    [Fact]
    public void Who_failed_to_log_on_is_a_user_and_what_he_calls_his_host_is_no_name()
    {
        Read("ntlm.log", Ntlm.Replace("true", "false", StringComparison.Ordinal).Replace("PC-0412", "DC-01", StringComparison.Ordinal));

        Assert.Null(_collected.Names.Find(Of("10.20.1.15"), At));
        Assert.Equal(("CORP\\alice", NameSource.Ntlm, (bool?)false), User());
    }

    [Theory]
    [InlineData("ntlm.log", true, "PC-0412")]
    [InlineData("ntlm.log", false, null)]
    [InlineData("kerberos.log", true, "PC-0412")]
    [InlineData("kerberos.log", false, null)]
    public void The_account_of_a_machine_names_the_client_when_it_logged_on_and_is_no_user(string log, bool succeeded, string? name)
    {
        var line = log == "ntlm.log" ? Ntlm.Replace("alice", "PC-0412$", StringComparison.Ordinal)
            .Replace("\"hostname\":\"PC-0412\",", "", StringComparison.Ordinal)
            : Kerberos.Replace("alice", "PC-0412$", StringComparison.Ordinal);
        Read(log, line.Replace("true", succeeded ? "true" : "false", StringComparison.Ordinal));

        Assert.Equal(name, _collected.Names.Find(Of("10.20.1.15"), At)?.Name);
        Assert.Empty(_collected.Names.UsersOf(Of("10.20.1.15"), null, 0, At));
    }

    [Fact]
    public void A_ticket_names_its_user_and_the_server_it_is_for()
    {
        Read("kerberos.log", Kerberos);

        var user = Assert.Single(_collected.Names.UsersOf(Of("10.20.1.15"), null, 0, At));
        Assert.Equal(("alice@CORP.EXAMPLE", "fs-02.corp.example", (bool?)true), (user.User, user.Target, user.Succeeded));
        Assert.Null(_collected.Names.Find(Of("10.20.1.15"), At));
    }

    [Theory]
    [InlineData("host/pc-0412.corp.example/CORP.EXAMPLE")]
    [InlineData("/CORP.EXAMPLE")]
    [InlineData("<b>/CORP.EXAMPLE")]
    public void What_is_no_user_of_Kerberos_names_nothing(string client)
    {
        Read("kerberos.log", Kerberos.Replace("alice/CORP.EXAMPLE", client, StringComparison.Ordinal));

        Assert.Empty(_collected.Names.UsersOf(Of("10.20.1.15"), null, 0, At));
        AssertCounts(rejected: 1);
    }

    [Theory]
    [InlineData("\\\\\\\\FS-02\\\\projects", "FS-02")]
    [InlineData("\\\\\\\\fs-02.corp.example\\\\IPC$", "fs-02.corp.example")]
    [InlineData("\\\\\\\\10.20.0.20\\\\IPC$", null)]
    [InlineData("\\\\\\\\localhost\\\\IPC$", null)]
    [InlineData("projects", null)]
    [InlineData("\\\\\\\\", null)]
    public void A_share_names_its_server_as_the_client_called_it(string path, string? name)
    {
        Read("smb_mapping.log", "{\"ts\":1772442900.0," + Ends + $",\"path\":\"{path}\",\"share_type\":\"DISK\"}}");

        Assert.Equal(name, _collected.Names.Find(Of("10.20.0.20"), At)?.Name);
        Assert.Equal(1, _collected.Counters.Received(Hop.ZeekLine));
    }

    [Fact]
    public void Columns_tell_the_same_as_JSON_and_so_do_lines_that_a_forwarder_wrapped_or_whose_file_has_another_name()
    {
        (string Log, string Line)[] lines =
        [
            ("dhcp", Dhcp), ("ntlm", Ntlm), ("kerberos", Kerberos),
            ("dns", "{\"ts\":1772442900.0," + Ends + ",\"query\":\"a.corp.example\",\"qtype_name\":\"A\",\"answers\":[\"b.corp.example\"," +
                "\"10.20.0.30\"],\"TTLs\":[1.0,2.0]}"),
            ("smb_mapping",
                "{\"ts\":1772442900.0," + Ends + ",\"path\":\"\\\\\\\\FS-02\\\\x\",\"service\":\"A:\",\"share_type\":\"DISK\"}"),
        ];
        foreach (var (log, line) in lines) Read($"{log}.log", line);
        var expected = Describe(_collected);
        Assert.Contains("10.20.0.30 b.corp.example", expected, StringComparison.Ordinal);

        var (columns, wrapped, unnamed, stated) = (new ZeekCollected(), new ZeekCollected(), new ZeekCollected(), new ZeekCollected());
        foreach (var (log, line) in lines)
        {
            Read(columns, $"{log}.log", AsColumns(log, line));
            Read(wrapped, "wrapped.log", $"{{\"{log}\":{line}}}");
            Read(unnamed, "some.json", line);
            Read(stated, "some.json", line.Replace("{\"ts\"", $"{{\"_path\":\"{log}\",\"ts\"", StringComparison.Ordinal));
        }

        Assert.Equal(expected, Describe(columns));
        Assert.Equal(expected, Describe(wrapped));
        Assert.Equal(expected, Describe(unnamed));
        Assert.Equal(expected, Describe(stated));
    }

    [Fact]
    public void What_a_forwarder_adds_of_its_own_to_a_line_of_flows_does_not_change_its_log()
    {
        Read(
            "some.json",
            "{\"hostname\":\"sensor\",\"path\":\"/opt/zeek\",\"dns\":{\"id\":7},\"ts\":1772442900.0," + Ends +
            ",\"hostname\":\"other\",\"proto\":\"tcp\",\"conn_state\":\"SF\",\"history\":\"ShADadFf\"}");

        Assert.Single(_collected.FlowStarts);
    }

    [Fact]
    public void A_line_without_a_time_is_rejected()
    {
        Read("ntlm.log", Ntlm.Replace("1772442900.0", "null", StringComparison.Ordinal));

        Assert.Equal(1, _collected.Counters.Rejected(Hop.ZeekLine, Rejection.NoStartTime));
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\\u001b[31mPC")]
    [InlineData("PC\\nfatal: forged")]
    [InlineData("PC\\\" onload=\\\"x")]
    [InlineData("\\u202ePC")]
    [InlineData("\\ud83d\\udcbb")]
    public void Hostile_names_name_nothing_and_are_counted(string name)
    {
        Read("dhcp.log", Dhcp.Replace("PC-0412.corp.example", name, StringComparison.Ordinal)
            .Replace("PC-0412", name, StringComparison.Ordinal));
        Read("ntlm.log", Ntlm.Replace("PC-0412", name, StringComparison.Ordinal).Replace("alice", name, StringComparison.Ordinal)
            .Replace("FS-02", name, StringComparison.Ordinal));

        Assert.Empty(_collected.Names.History(Of("10.20.1.15")));
        Assert.Empty(_collected.Names.UsersOf(Of("10.20.1.15"), null, 0, At));
        Assert.NotEqual(0, _collected.Names.Counts.Refused(NameSource.Ntlm));
        Assert.Equal(2, _collected.Counters.Received(Hop.ZeekLine));
    }

    [Fact]
    public void Every_line_of_random_octets_among_real_ones_is_used_or_rejected()
    {
        var random = new Random(11);
        string[] real = [Dhcp, Ntlm, Kerberos];
        for (var round = 0; round < 20_000; round++)
        {
            var line = Encoding.UTF8.GetBytes(real[round % 3]);
            for (var change = random.Next(4); change >= 0; change--) line[random.Next(line.Length)] = (byte)random.Next(256);
            _collected.Decoder.TryDecode(line, new SensorLog("dhcp.log", _collected.Counters), _collected.Sensor, out _);
        }

        var counters = _collected.Counters;
        Assert.Equal(
            counters.Received(Hop.ZeekLine) + counters.Received(Hop.SuricataLine),
            counters.Used(Hop.ZeekLine) + counters.Rejected(Hop.ZeekLine) + counters.Used(Hop.SuricataLine)
            + counters.Rejected(Hop.SuricataLine));
    }

    private static HostAddress Of(string address) => HostAddress.Parse(address);

    private static string[] AsColumns(string log, string line) =>
        [.. Encoding.UTF8.GetString(ZeekShared.AsColumns($"{log}.log", Doubled(line)).Octets).Split('\n')];

    // Zeek doubles each backslash in columns.
    private static string Doubled(string line) => JsonElement.Parse(line).TryGetProperty("path", out _)
        ? line.Replace("\\\\", "\\\\\\\\", StringComparison.Ordinal) : line;

    private static string Describe(ZeekCollected collected) => string.Join('\n', ((string[])["10.20.1.15", "10.20.0.20", "10.20.0.30"])
        .SelectMany(address => collected.Names.History(Of(address)).Select(name =>
            $"{address} {name.Name} {name.Source} {name.FirstUnixMilliseconds} {name.UntilUnixMilliseconds} {name.IsFresh}"))
        .Concat(collected.Names.UsersOf(Of("10.20.1.15"), null, 0, At).Select(user => user.ToString()))
        .Concat(collected.Leases.Select(lease => lease.ToString())));

    private (string, NameSource) Named(string address) =>
        _collected.Names.Find(Of(address), At) is { } name ? (name.Name, name.Source) : default;

    private (string, NameSource, bool?) User()
    {
        var user = Assert.Single(_collected.Names.UsersOf(Of("10.20.1.15"), Of("10.20.0.20"), 0, At));
        return (user.User, user.Source, user.Succeeded);
    }

    private void Read(string file, params string[] lines) => Read(_collected, file, lines);

    private static void Read(ZeekCollected collected, string file, params string[] lines)
    {
        var log = new SensorLog(file, collected.Counters);
        foreach (var line in lines.SelectMany(line => file.EndsWith(".json", StringComparison.Ordinal) ? [line] : line.Split('\n')))
        {
            if (collected.Decoder.TryDecode(Encoding.UTF8.GetBytes(line), log, collected.Sensor, out var entry))
                collected.Decoder.Deliver(ref entry);
        }
    }

    private void AssertCounts(int used = 0, int rejected = 0)
    {
        var counters = _collected.Counters;
        Assert.Equal(
            (used + rejected, used, rejected),
            (counters.Received(Hop.ZeekLine), counters.Used(Hop.ZeekLine), counters.Rejected(Hop.ZeekLine, Rejection.NamesNothing)));
    }
}
