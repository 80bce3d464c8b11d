using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>What devices state of translated connections, as one would write it down, over all statements at once.</summary>
internal sealed class ReferenceTranslations
{
    private readonly JoinOptions _options;
    private readonly IKnownEndpoints _known;
    private readonly List<Statement> _statements;

    public ReferenceTranslations(IEnumerable<FlowStart> starts, JoinOptions options, IKnownEndpoints known)
    {
        (_options, _known) = (options, known);
        _statements =
        [
            .. starts.Where(s => s.IsTranslation).Select(Statement.Of).GroupBy(s => (s.Exporter, s.Seen, s.Connection))
                .SelectMany(told => Merged([.. told], options)),
        ];
    }

    private long Reach => (long)(_options.SameConnectionGap + _options.ExporterSkew).TotalMilliseconds;

    public bool HidesContact(FlowEnds flow, long start) =>
        Find(flow, start) is { } other && other.Connection.DestinationPort is 88 or 139 or 389 or 445 or 593 or 5_985 or 5_986;

    public bool HidesMapper(FlowEnds flow, long start) => Find(flow, start) is { } other && other.Connection.DestinationPort == 135;

    public bool HidesJoined(FlowEnds flow, long start) => Find(flow, start) is { } other && IsEndpoint(other.Connection.DestinationPort)
        && _statements.Any(m => IsMapperFlowOf(m, other));

    public bool HidesKnownEndpoint(FlowEnds flow, long start) =>
        Find(flow, start) is { } other && IsEndpoint(other.Connection.DestinationPort)
        && _known.TryFind(other.Connection.Destination, other.Connection.DestinationPort, start, out _)
        && !_known.TryFind(other.Connection.Source, other.Connection.SourcePort, start, out _);

    public TranslatedEnds? EndsOf(FlowEnds flow, long start)
    {
        List<FlowEnds> names =
        [
            .. _statements.Where(s => IsNear(s, start) && s.Seen == flow).Select(s => s.Connection),
            .. _statements.Where(s => IsNear(s, start) && s.Seen.Turn() == flow).Select(s => s.Connection.Turn()),
            .. _statements.Where(s => IsNear(s, start) && s.Connection == flow).Select(s => s.Seen),
            .. _statements.Where(s => IsNear(s, start) && s.Connection.Turn() == flow).Select(s => s.Seen.Turn()),
        ];
        var clients = names.Where(n => !n.HasSourceOf(flow)).Select(n => (n.Source, n.SourcePort)).Order().ToList();
        var servers = names.Where(n => !n.HasDestinationOf(flow)).Select(n => (n.Destination, n.DestinationPort)).Order().ToList();
        if (clients.Count + servers.Count == 0) return null;
        var (client, server) = (clients.FirstOrDefault(), servers.FirstOrDefault());
        return new TranslatedEnds(client.Source, client.SourcePort, server.Destination, server.DestinationPort);
    }

    private bool IsMapperFlowOf(Statement mapper, Statement endpoint)
    {
        var connection = mapper.Connection;
        var clients = mapper.Clients;
        if (connection.Source != endpoint.Connection.Source) (connection, clients) = (connection.Turn(), Turned(clients));
        if (connection.Source != endpoint.Connection.Source || connection.Destination != endpoint.Connection.Destination) return false;
        var tolerance = Math.Max(mapper.Resolution, endpoint.Resolution)
            + (endpoint.Clocks == 1 && mapper.Clock == endpoint.Clock ? 0 : (long)_options.ExporterSkew.TotalMilliseconds);
        return connection.DestinationPort == 135 && clients != 2 && endpoint.Start >= mapper.Start - tolerance
            && endpoint.Start <= mapper.End + (long)_options.Window.TotalMilliseconds + tolerance;
    }

    private Statement? Find(FlowEnds flow, long start)
    {
        var told = _statements.Where(s => IsNear(s, start)).ToList();
        var of = told.Where(s => s.Seen == flow).Concat(told.Where(s => s.Seen.Turn() == flow).Select(s => s.Turn())).ToList();
        var into = told.Where(s => s.Connection == flow)
            .Concat(told.Where(s => s.Connection.Turn() == flow).Select(s => s.Turn())).ToList();
        bool Contradict(Statement one, Statement other) =>
            (!one.Connection.HasSourceOf(flow) && !other.Connection.HasSourceOf(flow) && !one.Connection.HasSourceOf(other.Connection))
            || (!one.Connection.HasDestinationOf(flow) && !other.Connection.HasDestinationOf(flow)
                && !one.Connection.HasDestinationOf(other.Connection));
        if (of.Count == 0 || of.Any(one => of.Any(other => Contradict(one, other)))) return null;

        // Between the same ends it is the same flow, whichever way round it is told: nothing is the other side of its own other side.
        if (of.Any(o => into.Any(i => i.Exporter == o.Exporter || i.Seen == o.Connection || i.Seen.Turn() == o.Connection))) return null;
        if (of.Aggregate(0, (clients, s) => clients | s.Clients) == 2) return null;
        var connection = of.Select(s => s.Connection)
            .OrderBy(c => c.Source).ThenBy(c => c.SourcePort).ThenBy(c => c.Destination).ThenBy(c => c.DestinationPort).First();
        var same = of.Where(s => s.Connection == connection).ToList();
        return same[0] with
        {
            Start = same.Min(s => s.Start),
            End = same.Max(s => s.End),
            Clock = same.Min(s => s.Clock),
            Clocks = same.Select(s => s.Clock).Distinct().Count(),
            Resolution = same.Max(s => s.Resolution),
        };
    }

    private bool IsEndpoint(ushort port)
    {
        Assert.True(PortSet.TryParse(_options.ExcludedEndpointPorts, out var excluded));
        return port >= _options.LowestEndpointPort && port is not (5_985 or 5_986) && !excluded.Contains(port);
    }

    private bool IsNear(Statement statement, long start) => Math.Abs(statement.Start - start) <= Reach;

    private static IEnumerable<Statement> Merged(List<Statement> told, JoinOptions options)
    {
        told.Sort((one, other) => one.Start.CompareTo(other.Start));
        for (var i = 0; i < told.Count; i++)
        {
            var one = told[i];
            while (i + 1 < told.Count && told[i + 1].Start - one.End <= (long)options.SameConnectionGap.TotalMilliseconds)
                one = one.With(told[++i]);
            yield return one;
        }
    }

    private static int Turned(int clients) => clients >> 1 | (clients & 1) << 1;

    private sealed record Statement(
        int Exporter, FlowEnds Seen, FlowEnds Connection, long Start, long End, ulong Clock, int Resolution, int Clients, int Clocks = 1)
    {
        public static Statement Of(FlowStart start)
        {
            var statement = new Statement(
                start.ExporterId, new FlowEnds(start.Client, start.ClientPort, start.Server, start.ServerPort), start.Connection,
                start.StartUnixMilliseconds, start.EndUnixMilliseconds, start.ClockKey, start.ResolutionMilliseconds,
                start.Direction == DirectionConfidence.Stated ? 1 : 0);
            statement.Seen.Sorted(out var isTurned);
            return isTurned ? statement.Turn() : statement;
        }

        public Statement Turn() => this with { Seen = Seen.Turn(), Connection = Connection.Turn(), Clients = Turned(Clients) };

        public Statement With(Statement other) => this with
        {
            Start = Math.Min(Start, other.Start),
            End = Math.Max(End, other.End),
            Clock = Math.Min(Clock, other.Clock),
            Resolution = Math.Max(Resolution, other.Resolution),
            Clients = Clients | other.Clients,
        };
    }
}
