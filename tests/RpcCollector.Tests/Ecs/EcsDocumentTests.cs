using System.Text;
using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Detection.Advice;
using RpcCollector.Ecs;
using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using RpcCollector.Tests.Sinks;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Ecs;

public sealed class EcsDocumentTests : IDisposable
{
    private static readonly EcsOccasion Occasion = new("worsened", 1_785_000_000_123, "key-7", 7);

    private readonly SinkBench _bench = new();
    private readonly NameBook _names = new(new NameOptions());

    public void Dispose() => _bench.Dispose();

    public static TheoryData<string> Techniques => [.. KindAdvice.All.SelectMany(kind => kind.Techniques).Distinct()];

    [Fact]
    public void Finding_says_who_whom_what_and_by_which_technique_in_the_fields_of_the_schema()
    {
        var document = Json(Finding(Found("10.0.0.1")));

        Assert.Equal("2026-07-25T17:20:00.123Z", Text(document, "@timestamp"));
        Assert.Equal("alert", Text(document, "event", "kind"));
        Assert.Equal("peer-to-peer-rpc", Text(document, "event", "action"));
        Assert.Equal(("key-7", 7), (Text(document, "event", "id"), At(document, "event", "sequence").GetInt32()));
        Assert.Equal((73, 58.4), (At(document, "event", "severity").GetInt32(), At(document, "event", "risk_score").GetDouble()));
        Assert.Equal(("10.0.0.1", "192.0.2.20"), (Text(document, "source", "ip"), Text(document, "destination", "ip")));
        Assert.Equal(49_667, At(document, "destination", "port").GetInt32());
        Assert.Equal("1:LQU9qZlK+B5F3KDmev6m5PMibrg=", At(document, "network", "community_id")[0].GetString());
        Assert.Equal("T1021.003", At(document, "threat", "technique", "subtechnique", "id")[0].GetString());
        Assert.Equal("Lateral Movement", At(document, "threat", "tactic", "name")[0].GetString());
        Assert.Equal(["10.0.0.1", "192.0.2.20"], At(document, "related", "ip").EnumerateArray().Select(ip => ip.GetString()));
        Assert.Equal("worsened", Text(document, "rpc_collector", "event"));
    }

    [Fact]
    public void Fields_of_the_type_ip_hold_what_is_one_and_the_site_stands_in_the_address()
    {
        var document = Json(Finding(Found("10.0.0.1@site-a")));

        Assert.Equal(("10.0.0.1@site-a", "10.0.0.1"), (Text(document, "source", "address"), Text(document, "source", "ip")));
        Assert.All(
            At(document, "related", "ip").EnumerateArray(), ip => Assert.True(System.Net.IPAddress.TryParse(ip.GetString(), out _)));
    }

    [Fact]
    public void How_rare_a_finding_is_stands_among_our_own_fields()
    {
        var rarity = At(Json(Finding(Found("10.0.0.1") with { Rarity = Rare })), "rpc_collector", "rarity");

        Assert.Equal(
            (212, 3, 1, 14, 2),
            (rarity.GetProperty("server_clients").GetInt32(), rarity.GetProperty("server_clients_like").GetInt32(),
                rarity.GetProperty("pair_days").GetInt32(), rarity.GetProperty("pair_flows").GetInt32(),
                rarity.GetProperty("client_servers_like").GetInt32()));
        Assert.Equal(
            ("upload", 99, "workstations"),
            (rarity.GetProperty("octets_way").GetString(), rarity.GetProperty("octets_percentile").GetInt32(),
                rarity.GetProperty("octets_of").GetString()));
    }

    [Fact]
    public void Finding_that_is_only_shown_has_its_own_id_and_no_event()
    {
        var finding = Stored(Found("10.0.0.1", server: null));

        var document = Json(new EcsFinding(_names, PublicLinks.None).ToUtf8(finding));

        Assert.Equal(EcsFields.Id(finding.Id), Text(document, "event", "id"));
        Assert.False(document.TryGetProperty("destination", out _));
        Assert.False(document.GetProperty("rpc_collector").TryGetProperty("event", out _));
    }

    [Theory]
    [InlineData("CORP\\ada", "ada", "CORP")]
    [InlineData("ada@CORP.EXAMPLE", "ada", "CORP.EXAMPLE")]
    [InlineData("ada", "ada", null)]
    public void User_and_domain_are_told_apart(string told, string name, string? domain)
    {
        var (client, server) = (HostAddress.Parse("10.0.0.1"), HostAddress.Parse("192.0.2.20"));
        _names.LearnUser(
            client, server, NameSource.Ntlm, Encoding.UTF8.GetBytes(told), succeeded: true, [], Store.Activities.Epoch);

        var document = Json(Finding(Found("10.0.0.1")));

        Assert.Equal(name, Text(document, "user", "name"));
        Assert.Equal(domain, document.GetProperty("user").TryGetProperty("domain", out var said) ? said.GetString() : null);
    }

    [Theory]
    [InlineData(nameof(EcsDetail.Full))]
    [InlineData(nameof(EcsDetail.Short))]
    [InlineData(nameof(EcsDetail.Least))]
    public void Hostile_text_leaves_the_document_whole_and_on_one_line(string much)
    {
        var detail = Enum.Parse<EcsDetail>(much);
        var hostile = Stored(Found("10.0.0.1")) with { Reason = "\"},{\0\r\n\u2028\ud83d<script>\u202e" + new string('x', 50_000) };

        var octets = new EcsFinding(_names, PublicLinks.None).ToUtf8(hostile, Occasion, detail);

        Assert.DoesNotContain(octets, octet => octet is < 0x20 or > 0x7E);
        Assert.StartsWith("\"},{", Text(Json(octets), "event", "reason"), StringComparison.Ordinal);
        Assert.True(octets.Length < (detail == EcsDetail.Full ? 70_000 : 8_000), $"{octets.Length} octets");
    }

    [Theory]
    [MemberData(nameof(Techniques))]
    public void Every_technique_of_a_finding_has_a_tactic(string technique) => Assert.NotNull(Tactic.Of(technique));

    [Fact]
    public void Incident_says_who_drove_whom_and_where_to_look()
    {
        _bench.Write(Added(Found("10.0.0.1")), Added(Found("10.0.0.1", "192.0.2.21")));
        var incident = _bench.Incidents.Kept(Found("10.0.0.1").Id)!;
        var texts = new IncidentTexts(_names, PublicLinks.None);

        var document = Json(new EcsIncident(texts).ToUtf8(incident, _bench.Reader.FindingsOf(incident), Occasion));

        Assert.Equal(texts.TitleOf(incident), Text(document, "message"));
        Assert.Equal("incident-worsened", Text(document, "event", "action"));
        Assert.Equal(2, At(document, "rpc_collector", "server_ips").GetArrayLength());
        Assert.NotEqual("", Text(document, "rpc_collector", "next"));
        Assert.Equal("open", Text(document, "rpc_collector", "state"));
    }

    private StoredFinding Stored(Finding finding)
    {
        _bench.Write(Added(finding));
        return _bench.Findings.Find(finding.Id)!;
    }

    private byte[] Finding(Finding finding) => new EcsFinding(_names, PublicLinks.None).ToUtf8(Stored(finding), Occasion);

    private static JsonElement Json(byte[] document) => JsonElement.Parse(Encoding.UTF8.GetString(document));

    private static JsonElement At(JsonElement document, params string[] names) =>
        names.Aggregate(document, (inner, name) => inner.GetProperty(name));

    private static string? Text(JsonElement document, params string[] names) => At(document, names).GetString();
}
