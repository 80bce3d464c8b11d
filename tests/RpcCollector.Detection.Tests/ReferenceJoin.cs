using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Detection.Tests;

/// <summary>The join as one would write it down, over all flows at once.</summary>
internal static class ReferenceJoin
{
    private sealed record Connection(
        HostAddress Client, HostAddress Server, FlowSpan Span, ExporterSet Exporters, uint Sampling, uint Counted, int Resolution,
            FlowTraffic Traffic,
            ulong ClockKey, int Correction, int For, int Against, int Order, List<FlowStart> Sightings)
    {
        public bool IsRefused => Traffic.IsRefused;

        /// <summary>True when nothing is joined with it.</summary>
        public bool IsNothing => IsRefused || Traffic.Direction == DirectionConfidence.Refuted;

        /// <summary>The id of what is shown of it: of the earliest sighting by any clock.</summary>
        public long Id => ActivityId.Of(
            Client, Server, Span.ClientPort, Span.ServerPort, Sightings.Min(sighting => sighting.StartUnixMilliseconds));

        public FlowEnds Ends => new(Client, Span.ClientPort, Server, Span.ServerPort);

        public FlowSpan Shown => Span with
        {
            StartUnixMilliseconds = Span.StartUnixMilliseconds + Correction,
            EndUnixMilliseconds = Span.EndUnixMilliseconds + Correction,
        };
    }

    /// <summary>Every connection to another port of the family, but those that went the other way.</summary>
    public static HashSet<AdministrationContact> ContactsOf(
        IReadOnlyCollection<FlowStart> starts, JoinOptions options, IKnownEndpoints known)
    {
        var translations = new ReferenceTranslations(starts, options, known);
        starts = [.. starts.Where(s => !s.IsTranslation)];
        var mappers = ConnectionsOf(starts.Where(s => s.ServerPort == 135), options);
        var contacts = ConnectionsOf(starts.Where(s => s.ServerPort is 88 or 139 or 389 or 445 or 593 or 5_985 or 5_986), options);
        return
        [
            .. contacts.Where(c => !IsCarriedToo(c, contacts, options))
                .Select(c => (Contact: c, Direction: DirectionOf(c, mappers, options, known)))
                .Where(told => told.Direction != DirectionConfidence.Refuted
                    && !translations.HidesContact(told.Contact.Ends, told.Contact.Span.StartUnixMilliseconds))
                .Select(told => new AdministrationContact
                {
                    Id = told.Contact.Id,
                    Client = told.Contact.Client,
                    Server = told.Contact.Server,
                    Flow = told.Contact.Shown,
                    Exporters = told.Contact.Exporters,
                    SamplingInterval = told.Contact.Sampling,
                    Traffic = told.Contact.Traffic with { Direction = told.Direction },
                    Translated = translations.EndsOf(told.Contact.Ends, told.Contact.Span.StartUnixMilliseconds),
                }),
        ];
    }

    /// <summary>True for what one device refused when another carried it.</summary>
    private static bool IsCarriedToo(Connection connection, IEnumerable<Connection> all, JoinOptions options) =>
        connection.IsRefused && all.Any(other => !other.IsRefused
            && (other.Client, other.Server, other.Span.ClientPort, other.Span.ServerPort)
                == (connection.Client, connection.Server, connection.Span.ClientPort, connection.Span.ServerPort)
            && AreOne(other.Sightings, connection.Sightings, options));

    private static List<Connection> ConnectionsOf(IEnumerable<FlowStart> starts, JoinOptions options) =>
        [
            .. starts.GroupBy(s => (s.Client, s.Server, s.ClientPort, s.ServerPort, s.Half == FlowHalf.None))
                .SelectMany(sightings => Connections([.. sightings], options)),
        ];

    /// <summary>How sure a contact's direction is, after the mapper flows between the two.</summary>
    private static DirectionConfidence DirectionOf(
        Connection contact, List<Connection> mappers, JoinOptions options, IKnownEndpoints known)
    {
        var direction = contact.Traffic.Direction;
        if (direction is not (DirectionConfidence.Uncertain or DirectionConfidence.ServerPort)) return direction;
        var follows = BestMapper(contact, mappers, options) is not null;
        var turnedBy = BestMapper(Turned(contact), mappers, options);
        if (IsFamily(contact.Span.ClientPort))
            return follows && turnedBy is null ? DirectionConfidence.MapperFlow : DirectionConfidence.Uncertain;
        if (!IsEndpointPort(contact.Span.ClientPort, options)) return direction;
        if (IsClientKnown(contact, known)) direction = DirectionConfidence.Uncertain;
        if (turnedBy is null) return direction;
        return !follows && (IsShown(turnedBy) || contact.Order < 0) ? DirectionConfidence.Refuted : DirectionConfidence.Uncertain;
    }

    /// <summary>Flows to port 135 that are endpoint flows from port 135, as these.</summary>
    private static Connection? TurnedMapper(Connection mapper, List<Connection> mappers, JoinOptions options)
    {
        if (IsStated(mapper) || IsFamily(mapper.Span.ClientPort) || !IsEndpointPort(mapper.Span.ClientPort, options)
            || (mapper.Traffic.Direction != DirectionConfidence.Refuted && mapper.Order >= 0)) return null;
        return BestMapper(Turned(mapper), mappers, options) is null ? null : Turned(mapper);
    }

    /// <summary>A mapper flow as it is reported alone.</summary>
    private static Connection Alone(Connection mapper, List<Connection> mappers, JoinOptions options, IKnownEndpoints known) =>
        mapper.Traffic.Direction == DirectionConfidence.ServerPort && IsEndpointPort(mapper.Span.ClientPort, options)
            && (IsClientKnown(mapper, known)
                || (BestMapper(Turned(mapper), mappers, options) is { } by
                    && by.Span.StartUnixMilliseconds < mapper.Span.StartUnixMilliseconds && IsTrusted(by, options, known)))
            ? mapper with { Traffic = mapper.Traffic with { Direction = DirectionConfidence.Uncertain } }
            : mapper;

    private static Connection? BestMapper(Connection flow, List<Connection> mappers, JoinOptions options) => (
        from m in mappers
        where !m.IsNothing && !flow.IsRefused && m.Client == flow.Client && m.Server == flow.Server
        let basis = BasisOf(m, flow, options)
        where basis != default
        orderby basis, Math.Abs(flow.Span.StartUnixMilliseconds - m.Span.StartUnixMilliseconds), m.Span.StartUnixMilliseconds,
            m.Span.ClientPort
        select m).FirstOrDefault();

    private static bool IsTrusted(Connection mapper, JoinOptions options, IKnownEndpoints known) => IsShown(mapper)
        || (mapper.Traffic.Direction == DirectionConfidence.ServerPort && IsEndpointPort(mapper.Span.ClientPort, options)
            && !IsClientKnown(mapper, known));

    private static bool IsShown(Connection mapper) =>
        mapper.Traffic.Direction is DirectionConfidence.Stated or DirectionConfidence.FirstPacket;

    private static bool IsClientKnown(Connection flow, IKnownEndpoints known) =>
        known.TryFind(flow.Client, flow.Span.ClientPort, flow.Span.StartUnixMilliseconds, out _);

    private static bool IsServerKnown(Connection flow, IKnownEndpoints known) =>
        known.TryFind(flow.Server, flow.Span.ServerPort, flow.Span.StartUnixMilliseconds, out _);

    private static Connection Turned(Connection flow)
    {
        static FlowHalf Other(FlowHalf half) => half is FlowHalf.Both or FlowHalf.None ? half : half ^ FlowHalf.Both;
        var turned = flow with
        {
            Client = flow.Server,
            Server = flow.Client,
            Span = flow.Span with { ClientPort = flow.Span.ServerPort, ServerPort = flow.Span.ClientPort },
            Traffic = new FlowTraffic(
                flow.Traffic.ServerOctets, flow.Traffic.ClientOctets, flow.Traffic.ServerTcpFlags, flow.Traffic.ClientTcpFlags,
                Other(flow.Traffic.Half), default),
            For = flow.Against,
            Against = flow.For,
            Order = -flow.Order,
        };
        return turned with { Traffic = turned.Traffic with { Direction = DirectionOf(turned) } };
    }

    private static bool IsFamily(ushort port) => port is 88 or 135 or 139 or 389 or 445 or 593 or 5_985 or 5_986;

    private static bool IsEndpointPort(ushort port, JoinOptions options)
    {
        Assert.True(PortSet.TryParse(options.ExcludedEndpointPorts, out var excluded));
        return port >= options.LowestEndpointPort && !excluded.Contains(port);
    }

    private static bool IsStated(Connection c) => c.For != 0 && c.Against == 0;

    /// <summary>The ranking, without mapper flows; records that contradict each other say nothing.</summary>
    private static DirectionConfidence DirectionOf(Connection c)
    {
        if (IsStated(c)) return DirectionConfidence.Stated;
        if (c.For == 0 && c.Against != 0) return c.Against == 2 ? DirectionConfidence.Uncertain : DirectionConfidence.Refuted;
        switch (IsFamily(c.Span.ClientPort), IsFamily(c.Span.ServerPort))
        {
            case (false, false):
                return DirectionConfidence.Uncertain;
            case (true, _):
                return c.Order > 0 ? DirectionConfidence.FirstPacket
                    : c.Order < 0 ? DirectionConfidence.Refuted : DirectionConfidence.Uncertain;
            default:
                if (c.Order > 0) return DirectionConfidence.FirstPacket;
                var isSeen = c.Traffic.Half != FlowHalf.FromServer && c.Span.ClientPort >= 1_024
                    && (c.Traffic.ClientTcpFlags & 0x1F) is not (0x12 or 0x04 or 0x14);
                return c.Order == 0 && isSeen ? DirectionConfidence.ServerPort : DirectionConfidence.Uncertain;
        }
    }

    private static JoinBasis BasisOf(Connection m, Connection e, JoinOptions options)
    {
        var window = (long)options.Window.TotalMilliseconds;
        var (mapper, endpoint) = (m.Span, e.Span);
        if (endpoint.ServerPort >= 49152 && endpoint.ClientPort >= 49152
            && mapper.StartUnixMilliseconds < endpoint.StartUnixMilliseconds
            && endpoint.StartUnixMilliseconds < mapper.StartUnixMilliseconds + window) return JoinBasis.Car;
        var tolerance = Math.Max(m.Resolution, e.Resolution)
            + (m.ClockKey == e.ClockKey ? 0 : (long)options.ExporterSkew.TotalMilliseconds);
        return endpoint.StartUnixMilliseconds >= mapper.StartUnixMilliseconds - tolerance
            && endpoint.StartUnixMilliseconds <= mapper.EndUnixMilliseconds + window + tolerance ? JoinBasis.Extended : default;
    }

    public static HashSet<RpcActivity> Of(IReadOnlyCollection<FlowStart> starts, JoinOptions options, IKnownEndpoints known)
    {
        var translations = new ReferenceTranslations(starts, options, known);
        var connections = ConnectionsOf(starts.Where(s => !s.IsTranslation), options);
        var mappers = connections.Where(c => c.Span.ServerPort == 135).ToList();
        var turnedMappers = mappers.Where(m => TurnedMapper(m, mappers, options) is not null).ToList();
        connections.AddRange(turnedMappers.Select(Turned));
        Assert.True(PortSet.TryParse(options.ExcludedEndpointPorts, out var excluded));

        var joined = (
            from e in connections
            where e.Span.ServerPort >= options.LowestEndpointPort && !excluded.Contains(e.Span.ServerPort)
                && !e.IsNothing
            from m in mappers
            where m.Client == e.Client && m.Server == e.Server && !m.IsNothing
            let basis = BasisOf(m, e, options)
            where basis != default
            select (e, m, basis)).ToList();
        var best = joined.GroupBy(j => j.e).Select(candidates => candidates
            .OrderBy(j => j.basis).ThenBy(j => Math.Abs(j.e.Span.StartUnixMilliseconds - j.m.Span.StartUnixMilliseconds))
            .ThenBy(j => j.m.Span.StartUnixMilliseconds).ThenBy(j => j.m.Span.ClientPort).First())
            .Where(j => !IsTurned(j.e, j.m, j.basis) && !IsHidden(j.e)).ToList();

        bool IsHidden(Connection e) => translations.HidesJoined(e.Ends, e.Span.StartUnixMilliseconds);

        bool IsTurned(Connection e, Connection mapper, JoinBasis basis)
        {
            var evidence = Evidence(e, out var other);
            if (evidence.Count == 0) return false;
            if (e.Order != 0) return e.Order < 0;
            if (MayBeFeigned(BestMapper(other, mappers, options)!)) return false;
            bool Early(ushort port) => port is >= 49_664 and <= 49_667;
            var (isServerKnown, isClientKnown) = (IsServerKnown(e, known), IsClientKnown(e, known));
            if (Early(e.Span.ServerPort) && !Early(e.Span.ClientPort)) return false;
            if (Early(e.Span.ClientPort) && !Early(e.Span.ServerPort) && (isClientKnown || !isServerKnown)) return true;
            var (turned, own) = (evidence[0], Rank(mapper, e, basis));
            var isEqual = (turned.Item1, turned.Item2, turned.Item3) == (own.Item1, own.Item2, own.Item3);
            if (isEqual && isServerKnown != isClientKnown) return isClientKnown;
            return turned.CompareTo(own) < 0;
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
            if (IsStated(e) || e.Span.ClientPort < options.LowestEndpointPort || excluded.Contains(e.Span.ClientPort)) return [];
            return (
                from m in mappers
                where m.Client == other.Client && m.Server == other.Server && !m.IsNothing
                let turnedBasis = BasisOf(m, other, options)
                where turnedBasis != default
                select Rank(m, other, turnedBasis)).Order().ToList();
        }

        // True when port 135 alone says that it is a mapper flow, and its client end is a known endpoint.
        bool MayBeFeigned(Connection mapper) =>
            mapper.Traffic.Direction is DirectionConfidence.ServerPort or DirectionConfidence.Uncertain && IsClientKnown(mapper, known);

        bool IsOutranked(Connection e) => Evidence(e, out var other).Count > 0 && !MayBeFeigned(BestMapper(other, mappers, options)!);

        // True when no mapper flow that counts fits it in the opposite direction, and its server end alone is a known endpoint.
        bool StandsAlone(Connection e) =>
            e.Span.ServerPort >= options.LowestEndpointPort && !excluded.Contains(e.Span.ServerPort)
            && IsServerKnown(e, known) && !e.IsNothing
            && (e.Traffic.Direction != DirectionConfidence.Uncertain
                || (!IsFamily(e.Span.ClientPort) && !IsClientKnown(e, known)))
            && !IsOutranked(e)
            && !IsHidden(e) && !translations.HidesKnownEndpoint(e.Ends, e.Span.StartUnixMilliseconds);

        static (JoinBasis, long, long, int, HostAddress, int) Rank(Connection m, Connection e, JoinBasis basis) => (
            basis, Math.Abs(e.Span.StartUnixMilliseconds - m.Span.StartUnixMilliseconds), m.Span.StartUnixMilliseconds, m.Span.ClientPort,
            e.Client, e.Span.ClientPort);

        var alone = mappers.Where(m => m.Traffic.Direction != DirectionConfidence.Refuted).Except(joined.Select(j => j.m))
            .Except(turnedMappers).Where(m => !IsCarriedToo(m, mappers, options)
                && !translations.HidesMapper(m.Ends, m.Span.StartUnixMilliseconds));
        var unjoined = connections.Except(best.Select(j => j.e)).Where(StandsAlone);
        return
        [
            .. best.Select(j => Activity(j.e, j.m, j.basis, known, translations)),
            .. alone.Select(m => Activity(null, Alone(m, mappers, options, known), JoinBasis.MapperOnly, known, translations)),
            .. unjoined.Select(e => Activity(e, null, JoinBasis.KnownEndpoint, known, translations)),
        ];
    }

    private static RpcActivity Activity(
        Connection? endpoint, Connection? mapper, JoinBasis basis, IKnownEndpoints known, ReferenceTranslations translations)
    {
        var either = (endpoint ?? mapper)!;
        var exporters = either.Exporters;
        if (mapper is not null) exporters.UnionWith(mapper.Exporters);
        var interfaces = RpcInterfaces.None;
        if (endpoint is not null)
            known.TryFind(endpoint.Server, endpoint.Span.ServerPort, endpoint.Span.StartUnixMilliseconds, out interfaces);
        return new RpcActivity
        {
            Id = either.Id,
            Basis = basis,
            Client = either.Client,
            Server = either.Server,
            Mapper = mapper?.Shown,
            Endpoint = endpoint?.Shown,
            Interfaces = interfaces,
            Exporters = exporters,
            SamplingInterval = endpoint is null ? either.Sampling : Math.Max(mapper?.Counted ?? 0, endpoint.Sampling),
            Traffic = either.Traffic,
            Translated = translations.EndsOf(either.Ends, either.Span.StartUnixMilliseconds),
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
        // One that samples estimates, and knows no first packet: those that do not come first.
        var best = one.Where(s => s.SamplingInterval > 1 == one.All(o => o.SamplingInterval > 1)).ToList();
        var counted = best.Where(s => s.ExporterId == best.Min(o => o.ExporterId)).ToList();
        var timed = best.Where(s => s.ClockKey == best.Min(o => o.ClockKey)).ToList();

        // Which half was first seen by that clock; of sampled flows the first packet is any.
        FlowHalf Seen(FlowStart s) => s.SamplingInterval > 1 ? FlowHalf.Both : s.Half;
        var halves = timed.Aggregate(default(FlowHalf), (half, s) => half | Seen(s));
        var first = timed.Where(s => s.StartUnixMilliseconds == timed.Min(t => t.StartUnixMilliseconds))
            .Aggregate(default(FlowHalf), (half, s) => half | Seen(s));
        var traffic = new FlowTraffic(
            (uint)counted.Sum(s => (long)s.ClientOctets),
            (uint)counted.Sum(s => (long)s.ServerOctets),
            (byte)one.Aggregate(0, (flags, s) => flags | s.ClientTcpFlags),
            (byte)one.Aggregate(0, (flags, s) => flags | s.ServerTcpFlags),
            one.Aggregate(default(FlowHalf), (half, s) => half | s.Half),
            default);
        var order = halves != FlowHalf.Both ? 0
            : first == FlowHalf.FromClient && (traffic.ClientTcpFlags & 2) != 0 ? 1
            : first == FlowHalf.FromServer && (traffic.ServerTcpFlags & 2) != 0 ? -1 : 0;
        var isSilent = one.Any(s => s.Direction is not (DirectionConfidence.Stated or DirectionConfidence.Refuted));
        int Evidence(DirectionConfidence given, Func<FlowStart, ushort> clientFlags) =>
            !one.Any(s => s.Direction == given) ? 0
            : one.Any(s => s.Direction == given && (clientFlags(s) & 0x12) == 2) ? 3
            : isSilent ? 2 : 1;
        var connection = new Connection(
            one[0].Client,
            one[0].Server,
            new FlowSpan(
                one[0].ClientPort, one[0].ServerPort, timed.Min(s => s.StartUnixMilliseconds), timed.Max(s => s.EndUnixMilliseconds)),
            exporters,
            (traffic.Half.HasFlag(FlowHalf.FromClient) && traffic.ClientOctets == 0)
                || (traffic.Half.HasFlag(FlowHalf.FromServer) && traffic.ServerOctets == 0)
                ? one.Max(s => s.SamplingInterval)
                : counted.Max(s => s.SamplingInterval),
            counted.Max(s => s.SamplingInterval),
            one.Max(s => s.ResolutionMilliseconds),
            traffic,
            timed[0].ClockKey,
            timed[0].ClockCorrectionMilliseconds,
            Evidence(DirectionConfidence.Stated, s => s.ClientTcpFlags),
            Evidence(DirectionConfidence.Refuted, s => s.ServerTcpFlags),
            order,
            one);
        return connection with { Traffic = traffic with { Direction = DirectionOf(connection) } };
    }
}
