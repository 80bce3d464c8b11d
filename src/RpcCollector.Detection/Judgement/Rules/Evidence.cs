using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>The facts behind a draft, added in any order: their number, times and flows, and how well they were seen.</summary>
internal sealed class Evidence(HostIdentity client)
{
    private readonly List<DraftFlow> _flows = [];
    private int _joined;
    private int _mapperOnly;
    private int _known;
    private int _contacts;
    private int _sampled;
    private int _certain;
    private int _answered;
    private int _refused;
    private uint _coarsest;

    public int Count { get; private set; }

    public long First { get; private set; } = long.MaxValue;

    public long Last { get; private set; }

    /// <summary>True when every fact came from sampled flows.</summary>
    public bool IsSampled => Count > 0 && _sampled == Count;

    /// <summary>True when no fact says for sure who the client is.</summary>
    public bool IsUncertain => Count > 0 && _certain == 0;

    /// <summary>True when no contact was answered.</summary>
    public bool IsUnanswered => Count > 0 && _answered == 0;

    public bool HasJoin => _joined > 0;

    /// <summary>The earliest flows.</summary>
    public IReadOnlyList<DraftFlow> Flows
    {
        get
        {
            _flows.Sort(DraftFlow.Order);
            var distinct = new List<DraftFlow>(Finding.MaxFlows);
            foreach (var flow in _flows)
            {
                if (distinct.Count == Finding.MaxFlows) break;
                if (distinct.Count == 0 || distinct[^1] != flow) distinct.Add(flow);
            }

            return distinct;
        }
    }

    /// <summary>What was seen, in words: "3 endpoint flows, 1 mapper flow without one; unsampled".</summary>
    public string InWords
    {
        get
        {
            var parts = new List<string>(4);
            if (_joined > 0) parts.Add(Number(_joined, "endpoint flow"));
            if (_known > 0) parts.Add($"{Number(_known, "flow")} to a known endpoint");
            if (_mapperOnly > 0) parts.Add($"{Number(_mapperOnly, "mapper flow")} without an endpoint flow");
            if (_contacts > 0) parts.Add(Number(_contacts, "connection"));
            var sampling = _sampled == 0 ? "unsampled" : _sampled == Count ? $"sampled 1 in {_coarsest}" : $"some sampled 1 in {_coarsest}";
            return $"{string.Join(", ", parts)}{Answers}; {sampling}";
        }
    }

    private string Answers => _refused == 0
        ? IsUnanswered ? ", none answered" : ""
        : _refused == Count ? ", refused by a firewall" : $", {_refused} refused by a firewall{(IsUnanswered ? ", none answered" : "")}";

    public Evidence AddAll(OpenFacts facts, int open, HostIdentity server)
    {
        for (var i = facts[open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen) Add(facts.Fact(i), server);
        if (facts[open].NumFacts == 0)
        {
            // All that is known of these facts is their hour.
            First = Math.Min(First, Epoch.StartOf(facts[open].Epoch));
            Last = Math.Max(Last, Epoch.StartOf(facts[open].Epoch));
        }

        Count += facts[open].NumBeyond;
        return this;
    }

    /// <summary>Adds what another client had of a server in an hour.</summary>
    public void AddServed(OpenFacts facts, int open, HostIdentity from, HostIdentity server)
    {
        for (var i = facts[open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen) Add(facts.Fact(i), from, server);
        Count += facts[open].NumBeyond;
    }

    public void Add(in Fact fact, HostIdentity server) => Add(fact, client, server);

    /// <summary>Adds what another host had of a server.</summary>
    public void Add(in Fact fact, HostIdentity from, HostIdentity server)
    {
        // 1. Numbers.
        Count++;
        First = Math.Min(First, fact.Start);
        Last = Math.Max(Last, fact.HasFlow ? fact.Start + fact.FlowStart : fact.Start);
        if (fact.SamplingInterval > 1) _sampled++;
        _coarsest = Math.Max(_coarsest, fact.SamplingInterval);
        if ((fact.Marks & FactMarks.Uncertain) == FactMarks.None) _certain++;
        if (!fact.IsUnanswered) _answered++;
        if (fact.IsRefused) _refused++;
        if (fact.Basis is JoinBasis.Car or JoinBasis.Extended) _joined++;
        else if (fact.Basis == JoinBasis.KnownEndpoint) _known++;
        else if (fact.Basis == JoinBasis.MapperOnly) _mapperOnly++;
        else _contacts++;

        // 2. Flows.
        if (fact.HasMapper)
            _flows.Add(
                new DraftFlow(
                    from.Address, fact.MapperClientPort, server.Address, WellKnownPort.EndpointMapper, fact.Start + fact.MapperStart,
                    fact.Start + fact.MapperEnd, fact.Exporters, fact.SamplingInterval));
        if (fact.HasFlow)
            _flows.Add(
                new DraftFlow(
                    from.Address, fact.ClientPort, server.Address, fact.ServerPort, fact.Start + fact.FlowStart, fact.Start + fact.FlowEnd,
                    fact.Exporters, fact.SamplingInterval));
    }

    /// <summary>Lowers the confidence when the flows were sampled, and when no record says who the client is.</summary>
    public FindingConfidence Weaken(FindingConfidence confidence)
    {
        if (IsSampled) confidence = Lower(confidence);
        return IsUncertain ? Lower(confidence) : confidence;
    }

    private static FindingConfidence Lower(FindingConfidence confidence) =>
        (FindingConfidence)Math.Max((int)FindingConfidence.Low, (int)confidence - 1);

    private static string Number(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
