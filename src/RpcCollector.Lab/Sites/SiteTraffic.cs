using System.Net;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Lab.Evaluation.Forgery;

namespace RpcCollector.Lab.Sites;

/// <summary>
/// What the exporters of several sites see of a network's connections: of some one half here and the other there, of some all of it at two
/// sites by two clocks, of the others all of it at one. Which, is drawn for each connection by itself, so that a mapper flow and its
/// endpoint flow often part ways too.
/// </summary>
internal sealed class SiteTraffic : IArrivalSink
{
    public const int NumSensors = 3;
    public const int Minute = 60_000;

    // By how much the clocks of a site's two exporters are ahead. Less than Detection:Join:ExporterSkew, two seconds.
    private static readonly int[] Skews = [0, 0, 0, 700, -450, 900];

    // The same as with the office that is written for Zeek: what a mapper connection beside an endpoint connection carries.
    private static readonly FlowTraffic Mapper = new(620, 480, Whole, Whole, FlowHalf.Both, DirectionConfidence.Stated);

    private const byte Whole = ForgedRecord.Whole;

    private readonly SiteExporter[] _exporters;
    private readonly ulong _seed;
    private readonly long _from;
    private readonly long _until;
    private readonly long _shift;

    /// <param name="from">Connections that began before, or ended after <paramref name="until"/>, are left out; Unix milliseconds.</param>
    /// <param name="shift">What is added to all times.</param>
    public SiteTraffic(ulong seed, long from, long until, long shift)
    {
        (_seed, _from, _until, _shift) = (seed, from, until, shift);
        _exporters = [.. Skews.Select((skew, i) => new SiteExporter(i % NumSensors, SiteAddress.Of(i), skew, until + shift))];
    }

    public int NumConnections { get; private set; }

    public int NumParted { get; private set; }

    public int NumTwice { get; private set; }

    public int NumRecords => _exporters.Sum(exporter => exporter.NumRecords);

    public void Take(in ActivityChange change, long arrivalUnixMilliseconds)
    {
        var activity = change.Activity;
        if (activity.Mapper is { } mapper)
            Add(activity.Client, activity.Server, mapper, activity.Endpoint is null ? activity.Traffic : Mapper);
        if (activity.Endpoint is { } endpoint) Add(activity.Client, activity.Server, endpoint, activity.Traffic);
    }

    public void Take(in ContactChange change, long arrivalUnixMilliseconds) =>
        Add(change.Contact.Client, change.Contact.Server, change.Contact.Flow, change.Contact.Traffic);

    public void Take(in AddressLease lease, long arrivalUnixMilliseconds)
    {
    }

    /// <summary>One half of a connection goes to one sensor's exporter, the other to another's.</summary>
    /// <param name="sent">What the client sent; null when nobody saw that.</param>
    /// <param name="turn">Which sensors these are.</param>
    public void Part(in ForgedRecord? sent, in ForgedRecord? answered, int turn)
    {
        NumConnections++;
        NumParted++;
        if (sent is { } there) _exporters[turn % NumSensors].See(there);
        if (answered is { } back) _exporters[(turn + 1) % NumSensors].See(back);
    }

    public IEnumerable<SiteDatagram> Datagrams() => _exporters.SelectMany(exporter => exporter.Datagrams());

    private void Add(HostAddress client, HostAddress server, in FlowSpan flow, in FlowTraffic traffic)
    {
        if (!client.IsIPv4 || !server.IsIPv4 || flow.StartUnixMilliseconds < _from || flow.EndUnixMilliseconds > _until) return;
        var sent = new ForgedRecord(
            (uint)client.Low, (uint)server.Low, flow.ClientPort, flow.ServerPort,
            traffic.ClientTcpFlags == 0 ? Whole : traffic.ClientTcpFlags, flow.StartUnixMilliseconds + _shift,
            flow.EndUnixMilliseconds + _shift)
        {
            Octets = traffic.ClientOctets,
            Packets = PacketsOf(traffic.ClientOctets),
        };

        // The first packet of the answer comes a little later than the first of the question.
        ForgedRecord? answered = traffic.ServerOctets == 0 && traffic.ServerTcpFlags == 0
            ? null
            : sent.Reply with
            {
                TcpFlags = traffic.ServerTcpFlags == 0 ? Whole : traffic.ServerTcpFlags,
                Start = Math.Min(sent.Start + 1, sent.End),
                Octets = traffic.ServerOctets,
                Packets = PacketsOf(traffic.ServerOctets),
            };
        var random = SeededRandom.Of(
            _seed, "sites",
            SeededRandom.Key(flow.ClientPort << 16 | flow.ServerPort, (int)(flow.StartUnixMilliseconds ^ (long)client.Low)));
        var (draw, turn) = (random.Uniform(), random.Below(NumSensors));
        if (draw < 0.4)
        {
            Part(sent, answered, turn);
            return;
        }

        NumConnections++;
        SeeWhole(_exporters[turn], sent, answered);
        if (draw >= 0.7) return;

        // The second exporter of another site.
        NumTwice++;
        SeeWhole(_exporters[NumSensors + ((turn + 1) % NumSensors)], sent, answered);
    }

    private static void SeeWhole(SiteExporter exporter, in ForgedRecord sent, in ForgedRecord? answered)
    {
        exporter.See(sent);
        if (answered is { } back) exporter.See(back);
    }

    private static uint PacketsOf(uint octets) => 1 + (octets / 1_400);
}

/// <summary>Loopback addresses of exporters, with the one port they send from.</summary>
internal static class SiteAddress
{
    private const int Port = 9_996;

    /// <param name="number">0 to 249.</param>
    public static IPEndPoint Of(int number) => new(IPAddress.Parse($"127.0.9.{number + 1}"), Port);
}
