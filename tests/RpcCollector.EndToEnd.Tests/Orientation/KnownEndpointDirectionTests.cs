using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.EndToEnd.Tests.Orientation;

/// <summary>
/// A connection between two dynamic ports that every exporter met after its handshake, as a controller's to netlogon of a workstation that
/// registered itself (DCShadow): its client is who does not have the known endpoint, and no record's order tells.
/// </summary>
public sealed class KnownEndpointDirectionTests
{
    private const string Controller = "10.0.1.1";
    private const string Workstation = "10.0.0.5";
    private const int Netlogon = 49_669;
    private const int ClientPort = 50_123;
    private const int Caught = 0x18;
    private const long Start = MessageBuilder.ExportMilliseconds - 20_000;

    private static readonly LearnedEndpoints Known = LearnedEndpoints.Of((Workstation, Netlogon), (Controller, 49_667));

    private static readonly ToldConnection ToNetlogon = Connection(Controller, ClientPort, Workstation, Netlogon);

    // The exporter met the workstation's packets first, and took it for the client.
    private static readonly ToldConnection ToldTurned = Connection(Workstation, Netlogon, Controller, ClientPort);

    public static TheoryData<RecordKind> Kinds() => [.. Enum.GetValues<RecordKind>().Where(kind => kind != RecordKind.SecurityEvent)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Client_is_the_end_that_is_no_known_endpoint_whichever_end_a_record_names_first(RecordKind kind)
    {
        foreach (var told in (ToldConnection[])[ToNetlogon, ToldTurned])
        {
            foreach (var records in Selections(told.All(kind)))
            {
                for (var numShards = 1; numShards <= 4; numShards++)
                {
                    var activity = Assert.Single(Observed.After(records, numShards, Known).Activities);
                    AssertNetlogon(activity);
                    Assert.Equal(
                        (JoinBasis.KnownEndpoint, DirectionConfidence.Uncertain), (activity.Basis, activity.Traffic.Direction));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_is_said_where_neither_end_is_known_or_both_are(RecordKind kind)
    {
        foreach (var known in (LearnedEndpoints?[])[null, LearnedEndpoints.Of((Workstation, Netlogon), (Controller, ClientPort))])
        {
            Assert.Empty(Observed.After(ToNetlogon.All(kind), known: known).Activities);
            Assert.Empty(Observed.After(ToldTurned.All(kind), known: known).Activities);
        }
    }

    [Theory]
    [InlineData(RecordKind.DirectedBiflow)]
    [InlineData(RecordKind.Zeek)]
    [InlineData(RecordKind.SecurityEvent)]
    public void Who_saw_the_handshake_tells_more_than_a_known_endpoint(RecordKind kind)
    {
        // The workstation's port was an endpoint once, and is its client port now.
        var toController = new ToldConnection(Workstation, Netlogon, Controller, 49_700, Start);
        Assert.Empty(Observed.After(toController.All(kind), known: Known).Activities);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Mapper_flow_tells_more_than_a_known_endpoint(RecordKind kind)
    {
        // The workstation asks the controller's mapper and goes to the port that it is told, from one that was an endpoint once.
        var mapper = Connection(Workstation, 50_000, Controller, 135) with { Start = Start - 20 };
        var endpoint = Connection(Workstation, Netlogon, Controller, 49_700);
        for (var numShards = 1; numShards <= 4; numShards++)
        {
            var activity = Assert.Single(Observed.After([.. endpoint.All(kind), .. mapper.All(kind)], numShards, Known).Activities);
            Assert.Equal((HostAddress.Parse(Workstation), JoinBasis.Car), (activity.Client, activity.Basis));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Mapper_flow_of_the_servers_half_alone_is_joined(RecordKind kind)
    {
        if (!ToldConnection.IsUnidirectional(kind)) return;
        var mapper = Connection(Controller, 50_122, Workstation, 135) with { Start = Start - 20 };
        var activity = Assert.Single(
            Observed.After([ToNetlogon.FromServer(kind), mapper.FromServer(kind)], numShards: 2, LearnedEndpoints.Of()).Activities);
        AssertNetlogon(activity);
        Assert.Equal(JoinBasis.Car, activity.Basis);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Connections_from_an_intruders_port_135_to_known_endpoints_hide_none_of_his_activity(RecordKind kind)
    {
        // Nothing shows that he began either: what he sends from port 135 reads as a question to his mapper.
        const string Intruder = "10.0.0.66";
        var feigned = Connection(Intruder, 135, Controller, 49_667) with { Start = Start - 20 };
        var attack = Connection(Intruder, ClientPort, Controller, 49_667);
        foreach (var asksFirst in (bool[])[false, true])
        {
            var mapper = Connection(Intruder, 50_000, Controller, 135) with { Start = Start - 40 };
            List<ToldRecord> records = [.. attack.All(kind), .. feigned.All(kind), .. asksFirst ? mapper.All(kind) : []];
            for (var numShards = 1; numShards <= 4; numShards++)
            {
                var observed = Observed.After(records, numShards, Known);
                var activity = Assert.Single(
                    observed.Activities, activity => activity.Client == HostAddress.Parse(Intruder) && activity.Endpoint is not null);
                Assert.Equal(49_667, activity.Endpoint!.Value.ServerPort);
                Assert.Equal(asksFirst ? JoinBasis.Car : JoinBasis.KnownEndpoint, activity.Basis);
                Assert.All(observed.OfClient(Controller), direction => Assert.Equal(DirectionConfidence.Uncertain, direction));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Connection_from_an_intruders_port_135_hides_no_contact_of_his(RecordKind kind)
    {
        // To a port that nobody knows, and whether or not the port that he goes to SMB from is a known endpoint.
        const string Intruder = "10.0.0.66";
        var feigned = Connection(Intruder, 135, Controller, 49_690) with { Start = Start - 20 };
        var attack = Connection(Intruder, ClientPort, Controller, 445);
        foreach (var known in (LearnedEndpoints[])[Known, LearnedEndpoints.Of((Intruder, ClientPort))])
        {
            Assert.Contains(
                Observed.After([.. attack.All(kind), .. feigned.All(kind)], numShards: 2, known).Contacts,
                contact => contact.Client == HostAddress.Parse(Intruder) && contact.Flow.ServerPort == 445);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Port_of_the_family_against_a_known_endpoint_leaves_it_uncertain_who_the_client_is(RecordKind kind)
    {
        // From the intruder's port 445, the handshake unseen, it reads as the controller's connection to his SMB.
        const string Intruder = "10.0.0.66";
        var observed = Observed.After(Connection(Intruder, 445, Controller, 49_667).All(kind), known: Known);
        Assert.All(observed.OfClient(Controller), direction => Assert.Equal(DirectionConfidence.Uncertain, direction));
        Assert.NotEmpty(observed.OfClient(Controller));

        // And from a port that is no endpoint it is a connection to SMB.
        Assert.DoesNotContain(
            DirectionConfidence.Uncertain, Observed.After(Connection(Controller, 50_001, Intruder, 445).All(kind), known: Known)
                .OfClient(Controller));
    }

    private static void AssertNetlogon(RpcActivity activity)
    {
        Assert.Equal((HostAddress.Parse(Controller), HostAddress.Parse(Workstation)), (activity.Client, activity.Server));
        Assert.Equal((ClientPort, Netlogon), (activity.Endpoint!.Value.ClientPort, activity.Endpoint!.Value.ServerPort));
    }

    private static ToldConnection Connection(string client, int clientPort, string server, int serverPort) =>
        new(client, clientPort, server, serverPort, Start) { ClientFlags = Caught, ServerFlags = Caught, History = "DadA" };

    /// <summary>All records, each alone, and all in the other order.</summary>
    private static IEnumerable<List<ToldRecord>> Selections(List<ToldRecord> records)
    {
        yield return records;
        if (records.Count == 1) yield break;
        foreach (var record in records) yield return [record];
        yield return [.. Enumerable.Reverse(records)];
    }
}
