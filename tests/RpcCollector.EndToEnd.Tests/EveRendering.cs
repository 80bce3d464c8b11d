using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>
/// Renders an export, as tshark shows it, as the eve.json that Suricata would have written of the same connections. The decoder that is
/// tested has no part in it.
/// </summary>
internal sealed partial class EveRendering
{
    private const ushort Family = 1024;

    private readonly List<TsharkFlow> _flows;

    private EveRendering(List<TsharkFlow> flows) => _flows = flows;

    public static async Task<EveRendering> OfAsync(string export)
    {
        await using var tshark = Tool.Start("tshark", Path.GetTempPath(), "-r", export, "-d", "udp.port==4739,cflow", "-V");
        Assert.Equal(0, await tshark.WaitForExitAsync());
        var flows = new List<TsharkFlow>();
        foreach (var flow in tshark.Output.Split("\n        Flow ").Skip(1))
        {
            var values = Value().Matches(flow).ToLookup(match => match.Groups[1].Value, match => match.Groups[2].Value);
            if (values["SrcAddr"].FirstOrDefault() is not { } source || !values["SrcPort"].Any()) continue;
            flows.Add(new TsharkFlow(
                source, ushort.Parse(values["SrcPort"].First(), CultureInfo.InvariantCulture), values["DstAddr"].First(),
                ushort.Parse(values["DstPort"].First(), CultureInfo.InvariantCulture), values["Protocol"].First().Split(' ')[0],
                Time(values["StartTime"].First()), Time(values["EndTime"].First()),
                long.Parse(values["Octets"].First(), CultureInfo.InvariantCulture),
                long.Parse(values["Packets"].First(), CultureInfo.InvariantCulture),
                int.Parse(values["TCP Flags"].FirstOrDefault("0x00").Split(',')[0][2..], NumberStyles.HexNumber)));
        }

        Assert.NotEmpty(flows);
        return new EveRendering(flows);
    }

    /// <summary>An event of the kind netflow for each record.</summary>
    public string[] AsNetFlow() => Lines(_flows.Index().Select(entry =>
    {
        var (number, flow) = entry;
        var line = Head("netflow", number, flow);
        line["netflow"] = new JsonObject
        {
            ["pkts"] = flow.Packets,
            ["bytes"] = flow.Octets,
            ["start"] = Iso(flow.Start),
            ["end"] = Iso(flow.End),
        };
        line["tcp"] = new JsonObject { ["tcp_flags"] = Hex(flow.Flags) };
        return line;
    }));

    /// <summary>An event of the kind flow for the two records of a connection, from the end that began it.</summary>
    public string[] AsFlow() => Lines(Connections().Index().Select(entry =>
    {
        var (number, (there, back)) = entry;
        var line = Head("flow", number, there);
        line["flow"] = new JsonObject
        {
            ["pkts_toserver"] = there.Packets,
            ["pkts_toclient"] = back?.Packets ?? 0,
            ["bytes_toserver"] = there.Octets,
            ["bytes_toclient"] = back?.Octets ?? 0,
            ["start"] = Iso(there.Start),
            ["end"] = Iso(back is null || back.End < there.End ? there.End : back.End),
            ["state"] = "closed",
            ["reason"] = "timeout",
        };
        line["tcp"] = new JsonObject
        {
            ["tcp_flags"] = Hex(there.Flags | (back?.Flags ?? 0)),
            ["tcp_flags_ts"] = Hex(there.Flags),
            ["tcp_flags_tc"] = Hex(back?.Flags ?? 0),
        };
        return line;
    }));

    private IEnumerable<(TsharkFlow There, TsharkFlow? Back)> Connections()
    {
        var open = new List<TsharkFlow>(_flows);
        while (open.Count > 0)
        {
            var flow = open[0];
            open.RemoveAt(0);
            var back = open.Find(flow.IsAnsweredBy);
            if (back is not null) open.Remove(back);
            yield return back is null || IsFromClient(flow, back) ? (flow, back) : (back, flow);
        }
    }

    // The sensor saw the first packet, and the export no longer shows it: a port of a service tells the server, and between two dynamic
    // ports the client is who asked the other's mapper.
    private bool IsFromClient(TsharkFlow flow, TsharkFlow back)
    {
        if (flow.SourcePort < Family != flow.DestinationPort < Family) return flow.DestinationPort < Family;
        if (_flows.Exists(other => (other.Source, other.Destination, other.DestinationPort) == (flow.Source, flow.Destination, 135)))
            return true;
        return !_flows.Exists(other => (other.Source, other.Destination, other.DestinationPort) == (back.Source, back.Destination, 135));
    }

    private static JsonObject Head(string type, int number, TsharkFlow flow) => new()
    {
        ["timestamp"] = Iso(flow.End.AddSeconds(60)),
        ["flow_id"] = 1_000_000 + number,
        ["in_iface"] = "eth1",
        ["event_type"] = type,
        ["src_ip"] = flow.Source,
        ["src_port"] = flow.SourcePort,
        ["dest_ip"] = flow.Destination,
        ["dest_port"] = flow.DestinationPort,
        ["proto"] = flow.Protocol,
    };

    private static string[] Lines(IEnumerable<JsonObject> events) => [.. events.Select(line => line.ToJsonString())];

    private static string Hex(int flags) => flags.ToString("x2", CultureInfo.InvariantCulture);

    private static string Iso(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture) + "+0000";

    private static DateTime Time(string shown) => DateTime.ParseExact(
        WideSpace().Replace(shown, " ").Replace("000 UTC", "", StringComparison.Ordinal), "MMM d, yyyy HH:mm:ss.ffffff",
        CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^ +(SrcAddr|DstAddr|SrcPort|DstPort|Protocol|StartTime|EndTime|Octets|Packets|TCP Flags): (.+)$", RegexOptions.Multiline)]
    private static partial Regex Value();

    [GeneratedRegex(" +")]
    private static partial Regex WideSpace();

    /// <summary>One Data Record.</summary>
    private sealed record TsharkFlow(
        string Source, ushort SourcePort, string Destination, ushort DestinationPort, string Protocol, DateTime Start, DateTime End,
        long Octets, long Packets, int Flags)
    {
        public bool IsAnsweredBy(TsharkFlow other) =>
            (Source, SourcePort, Destination, DestinationPort, Protocol) ==
            (other.Destination, other.DestinationPort, other.Source, other.SourcePort, other.Protocol)
            && Start <= other.End && other.Start <= End;
    }
}
