namespace RpcCollector.Flows.Tests.Zeek;

/// <summary>Connections of which Zeek saw only a part: whatever is missing, no direction is stated against what was seen.</summary>
public class HalfConnectionTests
{
    private const string Client = "10.20.1.15";
    private const string Server = "10.20.0.10";

    private static readonly ushort[] ClientPorts = [49_732, 50_000, 1_025, 445, 88, 65_535];
    private static readonly ushort[] ServerPorts = [49_667, 49_152, 5_985, 445, 135, 88, 1_025, 65_535];

    // Who sends what in a connection, in its order: the client's letters in lower case, the server's in upper case.
    private static readonly string[] Connections =
        ["sHadDAfFa", "sHadDAfFaR", "sHaDdAr", "sHadDAR", "sHr", "sH", "s", "ss", "sr", "sR", "sHadADadDAFf"];

    [Fact]
    public void Part_of_a_connection_never_states_the_wrong_end_and_states_the_right_one_where_a_handshake_was_seen()
    {
        var random = new Random(12);
        for (var i = 0; i < 4_000; i++)
        {
            var seen = Part(Connections[random.Next(Connections.Length)], random);
            if (seen.Length == 0) continue;
            var (clientPort, serverPort) = (ClientPorts[random.Next(ClientPorts.Length)], ServerPorts[random.Next(ServerPorts.Length)]);
            if (clientPort == serverPort) continue;

            // Zeek calls the one that spoke first originator, unless it turns the connection by a port that it knows.
            var clientIsOriginator = char.IsLower(seen[0]) != (random.Next(4) == 0);
            var history = (random.Next(4) == 0 ? "^" : "") + Letters(seen, clientIsOriginator);
            var lines = new ZeekLines().Read(Line(history, clientIsOriginator, clientPort, serverPort));
            if (lines.Collected.FlowStarts.Count == 0) continue;

            var flow = lines.Only;
            var said = $"{history} of {seen}, {clientPort} to {serverPort}: {flow.Client}, {flow.Direction}";
            if (flow.Direction == DirectionConfidence.Stated) Assert.True(flow.Client.ToString() == Client, said);
            var hasHandshake = seen.Contains('s', StringComparison.Ordinal)
                || (seen.Contains('H', StringComparison.Ordinal) && seen.AsSpan().ContainsAny("adf"));
            if (hasHandshake) Assert.True(flow.Direction == DirectionConfidence.Stated, said);
        }
    }

    [Theory]
    [InlineData("HAD", "SHR")]
    [InlineData("H", "OTH")]
    [InlineData("HADF", "OTH")]
    [InlineData("D", "OTH")]
    [InlineData("DA", "OTH")]
    [InlineData("DdA", "OTH")]
    [InlineData("R", "OTH")]
    public void What_the_one_that_Zeek_calls_originator_sent_as_a_server_does_states_nothing_for_it(string history, string state)
    {
        foreach (var port in ServerPorts)
        {
            var line = Line(history, clientIsOriginator: false, 60_001, port, state);
            var lines = new ZeekLines().Read(line);
            Assert.NotEqual(DirectionConfidence.Stated, lines.Only.Direction);
            if (WellKnownPort.IsFamily(port)) Assert.Equal((Client, Server), (lines.Only.Client.ToString(), lines.Only.Server.ToString()));
        }
    }

    [Theory]
    [InlineData("Had")]
    [InlineData("HADad")]
    [InlineData("^HDa")]
    public void Syn_with_ack_of_the_originator_that_was_answered_turns_the_connection_whatever_the_ports(string history)
    {
        foreach (var serverPort in ServerPorts)
        {
            foreach (var clientPort in ClientPorts)
            {
                var lines = new ZeekLines().Read(Line(history, clientIsOriginator: false, clientPort, serverPort));
                if (lines.Collected.FlowStarts.Count == 0) continue;
                Assert.Equal((Client, DirectionConfidence.Stated), (lines.Only.Client.ToString(), lines.Only.Direction));
            }
        }
    }

    /// <summary>A connection with its beginning, its end, one of its ends, or anything else missing.</summary>
    private static string Part(string connection, Random random) => random.Next(5) switch
    {
        0 => connection[random.Next(connection.Length)..],
        1 => connection[..random.Next(connection.Length + 1)],
        2 => string.Concat(connection.Where(char.IsUpper)),
        3 => string.Concat(connection.Where(char.IsLower)),
        _ => string.Concat(connection.Where(_ => random.Next(2) == 0)),
    };

    /// <summary>Zeek's letters: in upper case those of the originator, and of each end each letter once.</summary>
    private static string Letters(string seen, bool clientIsOriginator) => string.Concat(
        seen.Distinct()
            .Select(letter => char.IsLower(letter) == clientIsOriginator ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter)));

    private static string Line(string history, bool clientIsOriginator, ushort clientPort, ushort serverPort, string state = "OTH")
    {
        var (originator, originatorPort) = clientIsOriginator ? (Client, clientPort) : (Server, serverPort);
        var (responder, responderPort) = clientIsOriginator ? (Server, serverPort) : (Client, clientPort);
        return $$"""{"ts":1588316990.4,"id.orig_h":"{{originator}}","id.orig_p":{{originatorPort}},"id.resp_h":"{{responder}}" """ +
            $$""","id.resp_p":{{responderPort}},"proto":"tcp","conn_state":"{{state}}","history":"{{history}}"}""";
    }
}
