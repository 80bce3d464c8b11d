using System.Globalization;
using System.IO.Compression;
using System.Text;
using RpcCollector.Flows;

namespace RpcCollector.Demo;

/// <summary>
/// The recording that the program carries: two weeks of a made-up office and the day on which two intruders are at work in it, from the
/// simulation of RpcCollector.Lab. Nothing of it was seen in a real network.
/// </summary>
/// <remarks>
/// <code>
/// text, in Brotli; sections end with a form feed, lines with a line feed:
///   when the part begins that is played live, Unix ms | names.csv | lines of dhcp.log | whose.csv (who is an intruder)
///   | pairs: client server port, port 0 where it differs from one connection to the next
///   | for each connection, in order of start: start after the one before, ms | pair | duration, ms | state | octets sent | answered
///   | the ports of those whose pair has none, in the same order
/// </code>
/// </remarks>
internal sealed class OfficeRecording
{
    /// <summary>The first line: another form has another number.</summary>
    public const string Header = "rpc-collector office 1";

    public const string ResourceName = "demo/office.br";

    // Client ports are not recorded: each connection has another one.
    private const int FirstClientPort = 49_152;
    private const int NumClientPorts = 16_000;
    private const int ClientPortStep = 7_919;

    private OfficeRecording(
        long live, string names, string whose, IReadOnlyList<string> leases, IReadOnlyList<OfficeConnection> connections) =>
        (LiveUnixMilliseconds, Names, Whose, Leases, Connections) = (live, names, whose, leases, connections);

    /// <summary>When the part begins that is played live.</summary>
    public long LiveUnixMilliseconds { get; }

    /// <summary>When the last day begins, the one with the intruders: leases are those of that day.</summary>
    public long DayUnixMilliseconds => OfficeLease.TimeOf(Leases[0]);

    /// <summary>names.csv: what the servers are called.</summary>
    public string Names { get; }

    /// <summary>address,name,whose: who is an intruder, and whom he drives.</summary>
    public string Whose { get; }

    /// <summary>Lines of dhcp.log, in order.</summary>
    public IReadOnlyList<string> Leases { get; }

    /// <summary>In the order in which Zeek writes them: by their ends.</summary>
    public IReadOnlyList<OfficeConnection> Connections { get; }

    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static OfficeRecording Read()
    {
        using var stream = typeof(OfficeRecording).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidDataException("the recording of the demo is not part of this program");
        return Read(stream);
    }

    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static OfficeRecording Read(Stream compressed)
    {
        using var plain = new BrotliStream(compressed, CompressionMode.Decompress);
        using var reader = new StreamReader(plain, Encoding.ASCII);
        var sections = reader.ReadToEnd().Split('\f');
        if (sections is not [
            var head, var names, var leases, var whose, var pairs, var starts, var which, var durations, var states, var sent,
                var answered, var ports]
            || head.Split('\n') is not [Header, var live])
            throw new InvalidDataException("the recording of the demo has another form");
        var connections = Connect(
            [.. Lines(pairs).Select(ReadPair)], Numbers(starts), Numbers(which), Numbers(durations), Lines(states), Numbers(sent),
            Numbers(answered), Numbers(ports));
        return new OfficeRecording(long.Parse(live, CultureInfo.InvariantCulture), names, whose, [.. Lines(leases)], connections);
    }

    private static List<OfficeConnection> Connect(
        (HostAddress Client, HostAddress Server, int Port)[] pairs, IEnumerable<long> starts, IEnumerable<long> which,
        IEnumerable<long> durations, string[] states, IEnumerable<long> sent, IEnumerable<long> answered, IEnumerable<long> ports)
    {
        var connections = new List<OfficeConnection>();
        using var pair = which.GetEnumerator();
        using var duration = durations.GetEnumerator();
        using var octets = sent.GetEnumerator();
        using var answer = answered.GetEnumerator();
        using var port = ports.GetEnumerator();
        var start = 0L;
        foreach (var step in starts)
        {
            start += step;
            var (client, server, known) = pairs[Next(pair)];
            var clientPort = FirstClientPort + (int)((long)connections.Count * ClientPortStep % NumClientPorts);
            connections.Add(new OfficeConnection(
                start, Next(duration), client, clientPort, server, known != 0 ? known : (int)Next(port), states[connections.Count],
                Next(octets), Next(answer)));
        }

        // A stable order: what ends at the same time began in this one.
        return [.. connections.OrderBy(connection => connection.End)];
    }

    private static (HostAddress Client, HostAddress Server, int Port) ReadPair(string line) =>
        line.Split(' ') is [var client, var server, var port]
        && HostAddress.TryParse(client, out var from) && HostAddress.TryParse(server, out var to)
            ? (from, to, int.Parse(port, CultureInfo.InvariantCulture))
            : throw new InvalidDataException("the recording of the demo is damaged");

    private static long Next(IEnumerator<long> numbers) =>
        numbers.MoveNext() ? numbers.Current : throw new InvalidDataException("the recording of the demo is cut off");

    private static string[] Lines(string section) => section.Length == 0 ? [] : section.Split('\n');

    private static IEnumerable<long> Numbers(string section)
    {
        for (var from = 0; from < section.Length;)
        {
            var end = section.IndexOf('\n', from);
            if (end < 0) end = section.Length;
            yield return long.Parse(section.AsSpan(from, end - from), CultureInfo.InvariantCulture);
            from = end + 1;
        }
    }
}
