using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>
/// What a collector learns of a connection from the exporters of the sites of its ends: all of it where their sites are as they should
/// be, a part or nothing where they are not (see <see cref="AdverseConditions"/>). Each exporter sees the mapper flow and the endpoint
/// flow for itself, and what they see is put together as the join does.
/// </summary>
internal sealed class Sensors(EnterpriseShape shape, ulong seed)
{
    private const uint Interval = 100;
    private const long Hour = 3_600_000;
    private const byte Fin = 0x01;
    private const byte Syn = 0x02;
    private const byte Rst = 0x04;

    // What a mapper connection carries, of which an activity tells nothing.
    private static readonly FlowTraffic OfMapper = new(700, 750, 0x1B, 0x1B, FlowHalf.Both, DirectionConfidence.Stated);

    // A lone endpoint flow is an activity where the port was seen to be an endpoint before.
    private readonly HashSet<(HostAddress Server, ushort Port)> _endpoints = [];
    private readonly bool _isClean = shape.Branches.Count == 0;

    /// <returns>What is seen of it; null when nothing is.</returns>
    public AdministrationContact? See(in AdministrationContact contact)
    {
        if (!Touches(contact.Exporters)) return contact;
        var random = SeededRandom.Of(seed, "sensors", contact.Id);
        var seen = Look(contact.Exporters, contact.Traffic, contact.Client, contact.Server, contact.Flow.StartUnixMilliseconds, random);
        if (seen is not { } sighting) return null;
        return contact with
        {
            Exporters = sighting.Exporters,
            SamplingInterval = sighting.Interval,
            Flow = sighting.Late(contact.Flow),
            Traffic = sighting.Traffic with { Direction = sighting.IsStated ? contact.Traffic.Direction : DirectionConfidence.ServerPort },
        };
    }

    /// <returns>What is seen of it; null when nothing is.</returns>
    public RpcActivity? See(in RpcActivity activity)
    {
        if (!Touches(activity.Exporters)) return activity;
        var random = SeededRandom.Of(seed, "sensors", activity.Id);
        var isAlone = activity.Basis == JoinBasis.MapperOnly;

        // 1. Each of the two flows for itself.
        Sighting? mapper = null, endpoint = null;
        if (activity.Mapper is { } asked)
            mapper = Look(
                activity.Exporters, isAlone ? activity.Traffic : OfMapper, activity.Client, activity.Server, asked.StartUnixMilliseconds,
                random);
        if (activity.Endpoint is { } used)
            endpoint = Look(
                activity.Exporters, activity.Traffic, activity.Client, activity.Server, used.StartUnixMilliseconds, random);

        // 2. Joined.
        if (mapper is { } first && endpoint is { } second)
        {
            if (activity.Endpoint is { } learned) _endpoints.Add((activity.Server, learned.ServerPort));
            var exporters = first.Exporters;
            exporters.UnionWith(second.Exporters);
            return activity with
            {
                Exporters = exporters,
                SamplingInterval = Math.Max(first.Interval, second.Interval),
                Traffic = second.Traffic with
                {
                    Direction = second.IsStated ? activity.Traffic.Direction : DirectionConfidence.MapperFlow,
                },
            };
        }

        // 3. One of them alone.
        if (mapper is { } only)
            return activity with
            {
                Basis = JoinBasis.MapperOnly,
                Endpoint = null,
                Exporters = only.Exporters,
                SamplingInterval = only.Interval,
                Traffic = only.Traffic with { Direction = only.IsStated ? activity.Traffic.Direction : DirectionConfidence.ServerPort },
            };
        if (endpoint is not { } lone || activity.Endpoint is not { } flow) return null;
        if (activity.Basis != JoinBasis.KnownEndpoint && !_endpoints.Contains((activity.Server, flow.ServerPort))) return null;
        return activity with
        {
            Basis = JoinBasis.KnownEndpoint,
            Mapper = null,
            Endpoint = lone.Late(flow),
            Exporters = lone.Exporters,
            SamplingInterval = lone.Interval,
            Traffic = lone.Traffic with { Direction = lone.IsStated ? activity.Traffic.Direction : DirectionConfidence.Uncertain },
        };
    }

    private bool Touches(in ExporterSet exporters)
    {
        if (_isClean) return false;
        for (var i = 0; i < exporters.Count; i++)
            if (shape.ConditionOf(exporters.IdAt(i)) != AdverseConditions.None) return true;
        return false;
    }

    private Sighting? Look(
        in ExporterSet exporters, in FlowTraffic traffic, HostAddress client, HostAddress server, long start, SeededRandom random)
    {
        Sighting? all = null;
        for (var i = 0; i < exporters.Count; i++)
        {
            var site = exporters.IdAt(i);
            var seen = shape.ConditionOf(site) switch
            {
                AdverseConditions.Sampling => Sampled(site, traffic, random),
                AdverseConditions.Asymmetry => Halved(site, traffic, client, server, random),
                AdverseConditions.Loss => Lost(site, traffic, start, random),
                _ => new Sighting(ExporterSet.Of(site), 1, traffic, IsStated: true, Share: 0),
            };
            all = (all, seen) switch
            {
                (null, _) => seen,
                ({ } known, { } other) => known.With(other),
                _ => all,
            };
        }

        return all;
    }

    /// <summary>An exporter that looks at one packet in a hundred, and multiplies what it counts.</summary>
    private static Sighting? Sampled(int site, in FlowTraffic traffic, SeededRandom random)
    {
        var (client, server) = (Draw(traffic.ClientOctets, traffic.Half & FlowHalf.FromClient), Draw(
            traffic.ServerOctets, traffic.Half & FlowHalf.FromServer));
        if (client.Seen == 0 && server.Seen == 0) return null;
        var half = (client.Seen > 0 ? FlowHalf.FromClient : FlowHalf.None) | (server.Seen > 0 ? FlowHalf.FromServer : FlowHalf.None);
        var sent = Flags(client, traffic.ClientTcpFlags);
        return new Sighting(
            ExporterSet.Of(site), Interval,
            traffic with
            {
                ClientOctets = client.Octets,
                ServerOctets = server.Octets,
                ClientTcpFlags = sent,
                ServerTcpFlags = Flags(server, traffic.ServerTcpFlags),
                Half = half,
            },
            (sent & Syn) != 0, Share: 1.0 / (1 + client.Seen + server.Seen));

        (int Packets, int Seen, uint Octets) Draw(uint octets, FlowHalf of)
        {
            if (of == FlowHalf.None || octets == 0) return default;
            var packets = 3 + (int)(octets / 900);
            var seen = random.Poisson((double)packets / Interval);
            return (packets, seen, (uint)Math.Min(uint.MaxValue, (double)octets / packets * seen * Interval));
        }

        // The first and the last packets have flags that no other has.
        byte Flags((int Packets, int Seen, uint Octets) of, byte flags)
        {
            if (of.Seen == 0) return 0;
            foreach (var rare in (byte[])[Syn, Fin, Rst])
                if (!random.Chance(Math.Min(1, (double)of.Seen / of.Packets))) flags &= (byte)~rare;
            return flags == 0 ? (byte)0x10 : flags;
        }
    }

    /// <summary>An exporter past which one half goes of most pairs of hosts, always the same.</summary>
    private Sighting? Halved(int site, in FlowTraffic traffic, HostAddress client, HostAddress server, SeededRandom random)
    {
        var half = SeededRandom.Of(seed, "paths", (long)(client.Low * 31 + server.Low)).Below(3) switch
        {
            0 => FlowHalf.FromClient,
            1 => FlowHalf.FromServer,
            _ => FlowHalf.Both,
        } & traffic.Half;

        // Who initiated is told by the half that shows the SYN, unless it is cumulated with the rest.
        var isStated = half == FlowHalf.Both || (half == FlowHalf.FromClient && random.Chance(0.7));
        return Halves(site, traffic, half, isStated);
    }

    private Sighting? Lost(int site, in FlowTraffic traffic, long start, SeededRandom random)
    {
        if (SeededRandom.Of(seed, "outages", SeededRandom.Key(site, (int)(start / Hour))).Chance(0.01) || random.Chance(0.02)) return null;
        var half = traffic.Half;
        if (random.Chance(0.02)) half &= random.Chance(0.5) ? FlowHalf.FromClient : FlowHalf.FromServer;
        return Halves(site, traffic, half, isStated: (half & FlowHalf.FromClient) != FlowHalf.None);
    }

    private static Sighting? Halves(int site, in FlowTraffic traffic, FlowHalf half, bool isStated)
    {
        if (half == FlowHalf.None) return null;
        var seen = traffic with { Half = half };
        if ((half & FlowHalf.FromClient) == FlowHalf.None) seen = seen with { ClientOctets = 0, ClientTcpFlags = 0 };
        if ((half & FlowHalf.FromServer) == FlowHalf.None) seen = seen with { ServerOctets = 0, ServerTcpFlags = 0 };
        return new Sighting(ExporterSet.Of(site), 1, seen, isStated, Share: 0);
    }

    /// <summary>What exporters saw of one flow.</summary>
    /// <param name="IsStated">Whether what they saw says who the client is.</param>
    /// <param name="Share">Which part of the flow's time had passed when it was first seen.</param>
    private readonly record struct Sighting(ExporterSet Exporters, uint Interval, FlowTraffic Traffic, bool IsStated, double Share)
    {
        /// <summary>
        /// With that of an exporter of a higher address: counters are those of one that does not sample, or the first one's.
        /// </summary>
        public Sighting With(in Sighting other)
        {
            var exporters = Exporters;
            exporters.UnionWith(other.Exporters);
            var counted = Interval > 1 && other.Interval <= 1 ? other : this;
            var traffic = counted.Traffic with
            {
                ClientTcpFlags = (byte)(Traffic.ClientTcpFlags | other.Traffic.ClientTcpFlags),
                ServerTcpFlags = (byte)(Traffic.ServerTcpFlags | other.Traffic.ServerTcpFlags),
                Half = Traffic.Half | other.Traffic.Half,
            };
            var isWhole = ((traffic.Half & FlowHalf.FromClient) == FlowHalf.None || traffic.ClientOctets > 0)
                && ((traffic.Half & FlowHalf.FromServer) == FlowHalf.None || traffic.ServerOctets > 0);
            return new Sighting(
                exporters, isWhole ? counted.Interval : Math.Max(Interval, other.Interval), traffic, IsStated || other.IsStated,
                Math.Min(Share, other.Share));
        }

        public FlowSpan Late(in FlowSpan flow) => Share <= 0 ? flow : flow with
        {
            StartUnixMilliseconds =
                flow.StartUnixMilliseconds + (long)(Share * (flow.EndUnixMilliseconds - flow.StartUnixMilliseconds)),
        };
    }
}
