using RpcCollector.Detection.Tables;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Detection.Join;

/// <summary>
/// When a mapper flow and an endpoint flow of the same client and server belong together: CAR-2014-05-001 to the letter, and its
/// extension.
/// </summary>
internal sealed class JoinRule
{
    // Clocks of exporters are as coarse as a second at most.
    private const int CoarsestClock = 1_000;

    private readonly HostPairs _pairs;
    private readonly Witnesses _witnesses;
    private readonly PortSet _excludedPorts;
    private readonly long _window;
    private readonly int _firstDynamicPort;
    private readonly int _lowestEndpointPort;
    private readonly long _exporterSkew;

    /// <exception cref="FormatException">The excluded ports cannot be read.</exception>
    public JoinRule(JoinOptions options, HostPairs pairs, Witnesses witnesses)
    {
        _pairs = pairs;
        _witnesses = witnesses;
        _window = (long)options.Window.TotalMilliseconds;
        _firstDynamicPort = options.FirstDynamicPort;
        _lowestEndpointPort = options.LowestEndpointPort;
        _exporterSkew = (long)options.ExporterSkew.TotalMilliseconds;
        if (!PortSet.TryParse(options.ExcludedEndpointPorts, out _excludedPorts))
            throw new FormatException(
                $"{nameof(JoinOptions.ExcludedEndpointPorts)}: '{options.ExcludedEndpointPorts}' is no list of ports.");
    }

    // How far outside a mapper flow, at most, an endpoint flow may start and still qualify.
    private long LargestTolerance => _witnesses.CoarsestResolutionMilliseconds + _exporterSkew;

    public FlowKind KindOf(in FlowStart start) => KindOf(start.ServerPort);

    public FlowKind KindOf(ushort serverPort)
    {
        if (serverPort == WellKnownPort.EndpointMapper) return FlowKind.Mapper;
        if (WellKnownPort.IsFamily(serverPort)) return FlowKind.Contact;
        return IsEndpointPort(serverPort) ? FlowKind.Endpoint : FlowKind.Other;
    }

    /// <summary>True for a server port that an endpoint flow can have.</summary>
    public bool IsEndpointPort(ushort port) => port >= _lowestEndpointPort && !_excludedPorts.Contains(port);

    /// <summary>
    /// True when what was seen of a connection shows that its server is the client: it belongs to nothing this way round.
    /// </summary>
    public static bool IsRefuted(in FlowRow flow) =>
        (flow.Against != DirectionEvidence.None || WellKnownPort.IsFamily(flow.ClientPort))
            && flow.Direction == DirectionConfidence.Refuted;

    /// <summary>True when nothing is joined with a flow: it went the other way, or was not let through.</summary>
    public static bool CannotJoin(in FlowRow flow) => flow.IsRefused || IsRefuted(flow);

    /// <summary>The range of starts that an endpoint flow of this mapper flow can have, by any clock that has been its reference.</summary>
    public (long From, long To) EndpointStarts(in FlowRow mapper) =>
        (_witnesses.FirstSeen(mapper) - LargestTolerance, _witnesses.LastSeen(mapper) + _window + LargestTolerance);

    /// <summary>
    /// The latest start and the earliest end that a mapper flow of this endpoint flow can have, wide enough for any clock.
    /// </summary>
    public (long LatestStart, long EarliestEnd) MapperTimes(in FlowRow endpoint) =>
        (endpoint.Start + LargestTolerance, endpoint.Start - _window - LargestTolerance);

    /// <summary>
    /// The same for mapper flows of its own pair: when one clock timed all of them, the range leaves out the skew between clocks and the
    /// search is shorter.
    /// </summary>
    public (long LatestStart, long EarliestEnd) MapperTimesInPair(in FlowRow endpoint)
    {
        var tolerance = _pairs[endpoint.Pair].HasSeveralClocks ? LargestTolerance : _witnesses.CoarsestResolutionMilliseconds;
        return (endpoint.Start + tolerance, endpoint.Start - _window - tolerance);
    }

    /// <summary>A mapper flow that starts before an endpoint flow fits it, by any clock, if it ends at this time or later.</summary>
    public long EarliestSureEnd(long endpointStart) => endpointStart - _window;

    /// <summary>The latest start of an endpoint flow that this mapper flow fits by any clock.</summary>
    public long LatestSureStart(in FlowRow mapper) => mapper.End + _window;

    public static MapperFacts FactsOf(in FlowRow mapper) => new(mapper.Start, mapper.End, mapper.Witnesses, mapper.ClientPort);

    public JoinMatch Match(in FlowRow mapper, in FlowRow endpoint) =>
        CannotJoin(mapper) ? default : Match(FactsOf(mapper), endpoint);

    public JoinMatch Match(in MapperFacts mapper, in FlowRow endpoint)
    {
        if (CannotJoin(endpoint)) return default;
        var basis = IsCar(mapper, endpoint) ? JoinBasis.Car : IsExtended(mapper, endpoint) ? JoinBasis.Extended : default;
        return new JoinMatch(basis, Math.Abs(endpoint.Start - mapper.Start), mapper.Start, mapper.ClientPort);
    }

    /// <summary>
    /// CAR-2014-05-001, pseudocode: both ports dynamic, rpc_mapper.time &lt; rpc_endpoint.time &lt; rpc_mapper.time + 2 seconds.
    /// </summary>
    private bool IsCar(in MapperFacts mapper, in FlowRow endpoint) =>
        endpoint.ServerPort >= _firstDynamicPort && endpoint.ClientPort >= _firstDynamicPort
        && mapper.Start < endpoint.Start && endpoint.Start < mapper.Start + _window
        && TellOrder(_witnesses[mapper.Witnesses]) && TellOrder(_witnesses[endpoint.Witnesses]);

    /// <summary>True for times that say which of two flows came first: no clock is coarser, but a guess at a time is.</summary>
    private static bool TellOrder(in WitnessRow witness) => witness.ResolutionMilliseconds <= CoarsestClock;

    private bool IsExtended(in MapperFacts mapper, in FlowRow endpoint)
    {
        if (endpoint.Start >= mapper.Start && endpoint.Start <= mapper.End + _window) return true;
        var tolerance = Tolerance(_witnesses[mapper.Witnesses], _witnesses[endpoint.Witnesses]);
        return endpoint.Start >= mapper.Start - tolerance && endpoint.Start <= mapper.End + _window + tolerance;
    }

    private long Tolerance(in WitnessRow mapper, in WitnessRow endpoint)
    {
        var resolution = Math.Max(mapper.ResolutionMilliseconds, endpoint.ResolutionMilliseconds);
        return mapper.ClockKey == endpoint.ClockKey ? resolution : resolution + _exporterSkew;
    }
}
