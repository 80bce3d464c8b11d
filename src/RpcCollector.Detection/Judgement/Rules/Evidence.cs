using System.Globalization;
using System.Runtime.CompilerServices;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>The facts behind a draft, added in any order: their number, times and flows, and how well they were seen.</summary>
internal sealed class Evidence(HostIdentity client)
{
    // The earliest, each once, in their order: of an hour with thousands no more are kept.
    private DraftFlow[] _flows = [];

    // The flow of whose fact each is told: a mapper flow may be of several.
    private (long Start, ushort ClientPort, ushort ServerPort)[] _tellers = [];
    private int _numFlows;

    // So many are to come as far as is known, and whether a draft has the array already.
    private int _expected;
    private bool _isShown;
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
            if (_numFlows < _flows.Length) return _flows[.._numFlows];
            _isShown = true;
            return _flows;
        }
    }

    /// <summary>What was seen, in words: "3 endpoint flows, 1 mapper flow without one; unsampled".</summary>
    public string InWords
    {
        get
        {
            // A sentence is made of many findings at once: in one piece.
            var words = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[256]);
            var separator = "";
            Append(ref words, ref separator, _joined, "endpoint flow", "");
            Append(ref words, ref separator, _known, "flow", " to a known endpoint");
            Append(ref words, ref separator, _mapperOnly, "mapper flow", " without an endpoint flow");
            Append(ref words, ref separator, _contacts, "connection", "");
            words.AppendLiteral(Answers);
            words.AppendLiteral(_sampled == 0 ? "; unsampled" : _sampled == Count ? "; sampled 1 in " : "; some sampled 1 in ");
            if (_sampled > 0) words.AppendFormatted(_coarsest);
            return words.ToStringAndClear();
        }
    }

    private string Answers => _refused == 0
        ? IsUnanswered ? ", none answered" : ""
        : _refused == Count ? ", refused by a firewall" : $", {_refused} refused by a firewall{(IsUnanswered ? ", none answered" : "")}";

    public Evidence AddAll(OpenFacts facts, int open, HostIdentity server)
    {
        _expected = facts[open].NumFacts;
        AddServed(facts, open, client, server);
        return this;
    }

    /// <summary>Adds what another client had of a server in an hour.</summary>
    public void AddServed(OpenFacts facts, int open, HostIdentity from, HostIdentity server)
    {
        for (var i = facts[open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen) Add(facts.Fact(i), from, server);
        if (facts[open].NumFacts == 0)
        {
            // All that is known of these facts is their hour.
            First = Math.Min(First, Epoch.StartOf(facts[open].Epoch));
            Last = Math.Max(Last, Epoch.StartOf(facts[open].Epoch));
        }

        // Of those that are only counted, who answered is known for sure.
        var answered = Math.Min(facts[open].NumAnsweredBeyond, facts[open].NumBeyond);
        (_answered, _certain) = (_answered + answered, _certain + answered);
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
        var teller = fact.HasFlow ? (fact.Start + fact.FlowStart, fact.ClientPort, fact.ServerPort) : (fact.Start, (ushort)0, (ushort)0);
        if (fact.HasMapper)
            Keep(
                new DraftFlow(
                    from.Address, fact.MapperClientPort, server.Address, WellKnownPort.EndpointMapper, fact.Start + fact.MapperStart,
                    fact.Start + fact.MapperEnd, fact.Exporters, fact.SamplingInterval), teller);
        if (fact.HasFlow)
            Keep(
                new DraftFlow(
                    from.Address, fact.ClientPort, server.Address, fact.ServerPort, fact.Start + fact.FlowStart, fact.Start + fact.FlowEnd,
                    fact.Exporters, fact.SamplingInterval), teller);
    }

    /// <summary>Lowers the confidence when the flows were sampled, and when no record says who the client is.</summary>
    public FindingConfidence Weaken(FindingConfidence confidence)
    {
        if (IsSampled) confidence = Lower(confidence);
        return IsUncertain ? Lower(confidence) : confidence;
    }

    private static FindingConfidence Lower(FindingConfidence confidence) =>
        (FindingConfidence)Math.Max((int)FindingConfidence.Low, (int)confidence - 1);

    /// <summary>
    /// Keeps a flow where it is one of the earliest. Activities know their mapper flow as it was when they were joined: of one that is
    /// among them already counts what more exporters saw, and of as many what the earlier fact tells, whichever was added first.
    /// </summary>
    private void Keep(in DraftFlow flow, (long Start, ushort ClientPort, ushort ServerPort) teller)
    {
        if (_isShown) (_flows, _isShown) = ([.. _flows], false);

        // 1. Its place.
        var place = _numFlows;
        for (; place > 0 && DraftFlow.Order(flow, _flows[place - 1]) is <= 0 and var order; place--)
        {
            if (order < 0) continue;
            var more = flow.Exporters.Count.CompareTo(_flows[place - 1].Exporters.Count);
            if (more > 0 || (more == 0 && teller.CompareTo(_tellers[place - 1]) < 0))
                (_flows[place - 1], _tellers[place - 1]) = (flow, teller);
            return;
        }

        // 2. Room for it.
        if (place == Finding.MaxFlows) return;
        if (_numFlows == _flows.Length && _numFlows < Finding.MaxFlows)
        {
            // Of all facts of an hour that are no RPC there is a flow each: nothing is left over, and nothing copied.
            Array.Resize(ref _flows, Math.Min(Finding.MaxFlows, Math.Max(_expected, Math.Max(1, 2 * _numFlows))));
            Array.Resize(ref _tellers, _flows.Length);
            _isShown = false;
        }

        if (_numFlows < Finding.MaxFlows) _numFlows++;
        Array.Copy(_flows, place, _flows, place + 1, _numFlows - place - 1);
        Array.Copy(_tellers, place, _tellers, place + 1, _numFlows - place - 1);
        (_flows[place], _tellers[place]) = (flow, teller);
    }

    private static void Append(
        ref DefaultInterpolatedStringHandler words, ref string separator, int count, string noun, string rest)
    {
        if (count == 0) return;
        words.AppendLiteral(separator);
        separator = ", ";
        words.AppendFormatted(count);
        words.AppendFormatted(' ');
        words.AppendLiteral(noun);
        if (count != 1) words.AppendFormatted('s');
        words.AppendLiteral(rest);
    }
}
