using RpcCollector.Flows;

namespace RpcCollector.EndToEnd.Tests.Translation;

/// <summary>
/// A record that says falsely, or oddly, that one connection is another's other side: the connection is shown under one of the two in any
/// order of arrival, on any number of shards.
/// </summary>
public class ForgedTranslationTests
{
    private const long Start = MessageBuilder.ExportMilliseconds - 60_000;
    private const string Attacker = "10.9.9.9";
    private const string Server = "10.1.0.1";
    private const string Other = "10.0.0.7";

    private static readonly CapturedDatagram[] Mapper = Seen(Attacker, 50_000, 135, Start);
    private static readonly CapturedDatagram[] Endpoint = Seen(Attacker, 50_001, 49_700, Start + 300);
    private static readonly CapturedDatagram[] Contact = Seen(Attacker, 50_002, 445, Start);

    private static readonly string[] Plain =
        [$"Car {Attacker}:50001 > {Server}:49700 after 50000", $"contact {Attacker}:50002 > {Server}:445"];

    [Fact]
    public void Alias_of_an_endpoint_flow_alone_takes_it_from_no_activity() => Always(
        Plain, Translated(Other, 40_001, 49_700, Start + 300, Attacker, 50_001));

    [Fact]
    public void Alias_of_an_endpoint_flow_and_of_a_mapper_flow_of_another_host_takes_it_from_no_activity() => Always(
        [Plain[0], Plain[1], $"MapperOnly 10.0.0.8:40000 > {Server}:135 after 40000"],
        Translated(Other, 40_001, 49_700, Start + 300, Attacker, 50_001), Translated("10.0.0.8", 40_000, 135, Start, Attacker, 50_000));

    [Fact]
    public void Alias_of_a_whole_activity_shows_it_under_the_other_client_and_names_the_attacker()
    {
        CapturedDatagram[] told =
        [
            .. Mapper, .. Endpoint, Translated(Other, 50_000, 135, Start, Attacker, 50_000),
            Translated(Other, 50_001, 49_700, Start + 300, Attacker, 50_001),
        ];
        var activity = Assert.Single(TranslatedRun.After(told).Activities);
        Assert.Equal((Other, Attacker), (activity.Client.ToString(), activity.Translated?.Client.ToString()));
    }

    [Fact]
    public void Alias_that_is_told_to_have_begun_at_another_time_hides_nothing() => Always(
        [Plain[0], Plain[1], $"contact {Other}:40002 > {Server}:445"],
        Translated(Other, 40_002, 445, Start - 3_600_000, Attacker, 50_002));

    [Fact]
    public void Alias_to_a_port_of_another_kind_hides_no_contact() => Always(
        Plain,
        MessageBuilder.Ipfix().Template(256, [.. Layout.Flow, (225, 4), (226, 4), (228, 2)])
            .Set(256, set => set.FlowRecord(Attacker, 50_002, Server, 445, Start, Start + 2_000)
                .Address(Attacker).Address("10.1.0.2").U16(49_800)).From("192.0.2.66"));

    [Fact]
    public void Alias_that_states_the_server_to_be_the_client_hides_no_contact() => Always(
        Plain, Translated(Other, 50_002, 445, Start, Attacker, 50_002, biflowDirection: 2));

    [Fact]
    public void Aliases_of_one_contact_with_two_clients_are_contested_and_hide_nothing()
    {
        CapturedDatagram[] forged =
        [
            Translated(Other, 40_002, 445, Start, Attacker, 50_002), Translated("10.0.0.8", 40_002, 445, Start, Attacker, 50_002),
        ];
        Always([.. Plain, $"contact {Other}:40002 > {Server}:445", $"contact 10.0.0.8:40002 > {Server}:445"], forged);
        Assert.Equal(1, TranslatedRun.After([.. Contact, .. forged]).Counters.Noted(Irregularity.TranslationContested));
    }

    [Fact]
    public void Aliases_that_run_in_a_circle_hide_nothing() => Always(
        [.. Plain, $"contact {Other}:40002 > {Server}:445"],
        Translated(Other, 40_002, 445, Start, Attacker, 50_002), Translated(Attacker, 50_002, 445, Start, Other, 40_002, "192.0.2.77"));

    [Fact]
    public void Circle_over_three_hosts_that_one_exporter_tells_of_hides_nothing() => Always(
        [.. Plain, $"contact {Other}:40002 > {Server}:445", $"contact 10.0.0.8:40003 > {Server}:445"],
        Translated(Other, 40_002, 445, Start, Attacker, 50_002), Translated("10.0.0.8", 40_003, 445, Start, Other, 40_002),
        Translated(Attacker, 50_002, 445, Start, "10.0.0.8", 40_003));

    [Fact]
    public void Alias_is_one_connection_s_and_never_an_address_s() => Always(
        [
            Plain[0], Plain[1], $"contact {Other}:40004 > {Server}:445",
        ],
        Translated(Other, 40_004, 445, Start, Attacker, 50_004));

    private static void Always(string[] expected, params CapturedDatagram[] forged)
    {
        CapturedDatagram[] all = [.. Mapper, .. Endpoint, .. Contact, .. forged];
        for (var seed = 0; seed < 40; seed++)
        {
            new Random(seed).Shuffle(all);
            var run = TranslatedRun.After(all, 1 + (seed & 3));
            Assert.Equal(expected.Order(StringComparer.Ordinal), run.Stories);
        }
    }

    /// <summary>Both halves, as a sensor in the path tells.</summary>
    private static CapturedDatagram[] Seen(string client, int clientPort, int serverPort, long start) =>
    [
        MessageBuilder.Ipfix().Template(256, Layout.Flow)
            .Set(256, set => set.FlowRecord(client, clientPort, Server, serverPort, start, start + 2_000)).From("192.0.2.10"),
        MessageBuilder.Ipfix().Template(256, Layout.Flow)
            .Set(256, set => set.FlowRecord(Server, serverPort, client, clientPort, start + 1, start + 2_000)).From("192.0.2.10"),
    ];

    /// <summary>A record that says that one client's connection is another's.</summary>
    private static CapturedDatagram Translated(
        string client, int clientPort, int serverPort, long start, string seenClient, int seenClientPort, string exporter = "192.0.2.66",
        int biflowDirection = 0) =>
        MessageBuilder.Ipfix()
            .Template(256, [.. Layout.Flow, (225, 4), (226, 4), (227, 2), (228, 2), (239, 1)])
            .Set(256, set => set
                .FlowRecord(client, clientPort, Server, serverPort, start, start + 2_000)
                .Address(seenClient).Address(Server).U16(seenClientPort).U16(serverPort).U8(biflowDirection))
            .From(exporter);
}
