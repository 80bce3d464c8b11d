using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Detection.Tests;

/// <summary>The join as one would write it down, over all flows at once.</summary>
internal static class ReferenceJoin
{
    private sealed record Connection(
        HostAddress Client, HostAddress Server, FlowSpan Span, ExporterSet Exporters, uint Sampling, int Resolution, FlowTraffic Traffic,
            ulong ClockKey, int Correction)
    {
        public FlowSpan Shown => Span with
        {
            StartUnixMilliseconds = Span.StartUnixMilliseconds + Correction,
            EndUnixMilliseconds = Span.EndUnixMilliseconds + Correction,
        };
    }

    /// <summary>Every connection to another port of the family.</summary>
    public static HashSet<AdministrationContact> ContactsOf(IReadOnlyCollection<FlowStart> starts, JoinOptions options) =>
    [
        .. starts
            .Where(s => s.ServerPort is 88 or 139 or 389 or 445 or 593 or 5_985 or 5_986)
            .GroupBy(s => (s.Client, s.Server, s.ClientPort, s.ServerPort))
            .SelectMany(sightings => Connections([.. sightings], options))
            .Select(c => new AdministrationContact
            {
                Client = c.Client,
                Server = c.Server,
                Flow = c.Shown,
                Exporters = c.Exporters,
                SamplingInterval = c.Sampling,
                Traffic = c.Traffic,
            }),
    ];

    public static HashSet<RpcActivity> Of(IReadOnlyCollection<FlowStart> starts, JoinOptions options, IKnownEndpoints known)
    {
        var connections = starts
            .GroupBy(s => (s.Client, s.Server, s.ClientPort, s.ServerPort))
            .SelectMany(sightings => Connections([.. sightings], options)).ToList();
        Assert.True(PortSet.TryParse(options.ExcludedEndpointPorts, out var excluded));
        var window = (long)options.Window.TotalMilliseconds;

        bool Car(Connection m, Connection e) =>
            e.Span.ServerPort >= 49152 && e.Span.ClientPort >= 49152
            && m.Span.StartUnixMilliseconds < e.Span.StartUnixMilliseconds
                && e.Span.StartUnixMilliseconds < m.Span.StartUnixMilliseconds + window;
        long Tolerance(Connection m, Connection e) =>
            Math.Max(m.Resolution, e.Resolution) + (m.ClockKey == e.ClockKey ? 0 : (long)options.ExporterSkew.TotalMilliseconds);
        bool Extended(Connection m, Connection e) =>
            e.Span.StartUnixMilliseconds >= m.Span.StartUnixMilliseconds - Tolerance(m, e)
            && e.Span.StartUnixMilliseconds <= m.Span.EndUnixMilliseconds + window + Tolerance(m, e);

        var joined = (
            from e in connections
            where e.Span.ServerPort >= options.LowestEndpointPort && !excluded.Contains(e.Span.ServerPort)
            from m in connections
            where m.Span.ServerPort == 135 && m.Client == e.Client && m.Server == e.Server
            let basis = Car(m, e) ? JoinBasis.Car : Extended(m, e) ? JoinBasis.Extended : default
            where basis != default
            select (e, m, basis)).ToList();
        var best = joined.GroupBy(j => j.e).Select(candidates => candidates
            .OrderBy(j => j.basis).ThenBy(j => Math.Abs(j.e.Span.StartUnixMilliseconds - j.m.Span.StartUnixMilliseconds))
            .ThenBy(j => j.m.Span.StartUnixMilliseconds).ThenBy(j => j.m.Span.ClientPort).First())
            .Where(j => !IsTurned(j.e, j.m, j.basis)).ToList();

        bool IsTurned(Connection e, Connection mapper, JoinBasis basis)
        {
            var evidence = Evidence(e, out _);
            if (evidence.Count == 0) return false;
            bool Early(ushort port) => port is >= 49_664 and <= 49_667;
            if (Early(e.Span.ServerPort) != Early(e.Span.ClientPort)) return Early(e.Span.ClientPort);
            return evidence[0].CompareTo(Rank(mapper, e, basis)) < 0;
        }

        // The mapper flows that fit an endpoint flow in the opposite direction.
        List<(JoinBasis, long, long, int, HostAddress, int)> Evidence(Connection e, out Connection turned)
        {
            var other = turned = e with
            {
                Client = e.Server,
                Server = e.Client,
                Span = e.Span with { ClientPort = e.Span.ServerPort, ServerPort = e.Span.ClientPort },
            };
            if (e.Traffic.Direction != DirectionConfidence.Uncertain || e.Span.ClientPort < options.LowestEndpointPort
                || excluded.Contains(e.Span.ClientPort)) return [];
            return (
                from m in connections
                where m.Span.ServerPort == 135 && m.Client == other.Client && m.Server == other.Server
                let turnedBasis = Car(m, other) ? JoinBasis.Car : Extended(m, other) ? JoinBasis.Extended : default
                where turnedBasis != default
                select Rank(m, other, turnedBasis)).Order().ToList();
        }

        // True when no mapper flow fits it in either direction and its server end, but not its client end, is a known endpoint.
        bool StandsAlone(Connection e) =>
            e.Span.ServerPort >= options.LowestEndpointPort && !excluded.Contains(e.Span.ServerPort)
            && known.TryFind(e.Server, e.Span.ServerPort, e.Span.StartUnixMilliseconds, out _)
            && (e.Traffic.Direction != DirectionConfidence.Uncertain
                || !known.TryFind(e.Client, e.Span.ClientPort, e.Span.StartUnixMilliseconds, out _))
            && Evidence(e, out _).Count == 0;

        static (JoinBasis, long, long, int, HostAddress, int) Rank(Connection m, Connection e, JoinBasis basis) => (
            basis, Math.Abs(e.Span.StartUnixMilliseconds - m.Span.StartUnixMilliseconds), m.Span.StartUnixMilliseconds, m.Span.ClientPort,
            e.Client, e.Span.ClientPort);

        var alone = connections.Where(c => c.Span.ServerPort == 135).Except(joined.Select(j => j.m));
        var unjoined = connections.Except(best.Select(j => j.e)).Where(StandsAlone);
        return
        [
            .. best.Select(j => Activity(j.e, j.m, j.basis, known)),
            .. alone.Select(m => Activity(null, m, JoinBasis.MapperOnly, known)),
            .. unjoined.Select(e => Activity(e, null, JoinBasis.KnownEndpoint, known)),
        ];
    }

    private static RpcActivity Activity(Connection? endpoint, Connection? mapper, JoinBasis basis, IKnownEndpoints known)
    {
        var either = (endpoint ?? mapper)!;
        var exporters = either.Exporters;
        if (mapper is not null) exporters.UnionWith(mapper.Exporters);
        var interfaces = RpcInterfaces.None;
        if (endpoint is not null)
            known.TryFind(endpoint.Server, endpoint.Span.ServerPort, endpoint.Span.StartUnixMilliseconds, out interfaces);
        return new RpcActivity
        {
            Basis = basis,
            Client = either.Client,
            Server = either.Server,
            Mapper = mapper?.Shown,
            Endpoint = endpoint?.Shown,
            Interfaces = interfaces,
            Exporters = exporters,
            SamplingInterval = Math.Max(mapper?.Sampling ?? 0, endpoint?.Sampling ?? 0),
            Traffic = either.Traffic,
        };
    }

    /// <summary>
    /// Sightings with little time between them are one connection, and so is everything that is one connection with either of them.
    /// </summary>
    private static IEnumerable<Connection> Connections(List<FlowStart> sightings, JoinOptions options)
    {
        var groups = sightings.Select(sighting => new List<FlowStart> { sighting }).ToList();
        for (var i = 0; i < groups.Count; i++)
        {
            var other = groups.FindIndex(i + 1, group => AreOne(groups[i], group, options));
            if (other < 0) continue;
            groups[i].AddRange(groups[other]);
            groups.RemoveAt(other);
            i = -1;
        }

        return groups.Select(Merge);
    }

    private static bool AreOne(List<FlowStart> left, List<FlowStart> right, JoinOptions options)
    {
        var gap = options.SameConnectionGap + (left.Concat(right).Select(s =>
            s.ClockKey).Distinct().Count() > 1 ? options.ExporterSkew : TimeSpan.Zero);
        return left.Min(s => s.StartUnixMilliseconds) - right.Max(s => s.EndUnixMilliseconds) <= gap.TotalMilliseconds
            && right.Min(s => s.StartUnixMilliseconds) - left.Max(s => s.EndUnixMilliseconds) <= gap.TotalMilliseconds;
    }

    private static Connection Merge(List<FlowStart> one)
    {
        var exporters = default(ExporterSet);
        foreach (var sighting in one) exporters.Add(sighting.ExporterId);
        var counted = one.Where(s => s.ExporterId == one.Min(o => o.ExporterId)).ToList();
        var timed = one.Where(s => s.ClockKey == one.Min(o => o.ClockKey)).ToList();
        return new Connection(
            one[0].Client,
            one[0].Server,
            new FlowSpan(
                one[0].ClientPort, one[0].ServerPort, timed.Min(s => s.StartUnixMilliseconds), timed.Max(s => s.EndUnixMilliseconds)),
            exporters,
            one.Max(s => s.SamplingInterval),
            one.Max(s => s.ResolutionMilliseconds),
            new FlowTraffic(
                (uint)counted.Sum(s => (long)s.ClientOctets),
                (uint)counted.Sum(s => (long)s.ServerOctets),
                (byte)one.Aggregate(0, (flags, s) => flags | s.ClientTcpFlags),
                (byte)one.Aggregate(0, (flags, s) => flags | s.ServerTcpFlags),
                one.Aggregate(default(FlowHalf), (half, s) => half | s.Half),
                one.Max(s => s.Direction)),
            timed[0].ClockKey,
            timed[0].ClockCorrectionMilliseconds);
    }
}
