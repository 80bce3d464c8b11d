using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Options;

namespace RpcCollector.Lab.Evaluation.Adversary;

/// <summary>
/// One simulated enterprise, lived once and learned once: what the judge knows before the first attack is saved, and each trick goes on
/// from there with the same days and the same moves.
/// </summary>
internal sealed class AdversarySeed
{
    private readonly ulong _seed;
    private readonly EnterpriseShape _shape;
    private readonly Func<CollectorOptions> _options;
    private readonly MovePlan _plan;

    // By day: what the judge had learned and published before it, and what arrives on it.
    private readonly SortedDictionary<int, (byte[] State, StandingFindings Findings)> _saved = [];
    private readonly SortedDictionary<int, ArrivedDay> _days = [];

    /// <param name="options">Makes the settings anew at each call: tricks may change them.</param>
    /// <param name="moves">How many attacks are planned.</param>
    /// <param name="leadDays">How many days before the first attack some trick begins; each is a day that can be gone on from.</param>
    public AdversarySeed(
        EnterpriseShape shape, ulong seed, IReadOnlyList<RecordedAttack> recorded, int moves, Func<CollectorOptions> options,
        IEnumerable<int> leadDays, bool tellsLeases = false)
    {
        (_shape, _seed, _options) = (shape, seed, options);
        MovePlan? plan = null;
        var enterprise = new SimulatedEnterprise(
            shape, seed, [], campaigns: 0, further: (network, managers, _) => [plan = new MovePlan(network, managers, recorded, moves)],
            tellsLeases: tellsLeases);
        _plan = plan!;
        Learn(enterprise, [.. leadDays.Select(BeginOf)]);
    }

    public TrickResult Run(ITrick trick)
    {
        var started = TimeProvider.System.GetTimestamp();
        var options = _options();
        trick.Adjust(options.Judgement);
        var begin = BeginOf(trick.LeadDays);
        var (state, former) = _saved[begin];
        var (findings, digest, exporters) = (former.Copy(), new EventDigest(), Exporters());
        var judge = new Judge(options.Judgement, findings, exporters, isCaptureTime: true);
        judge.Load(new MemoryStream(state));

        // 1. What the attackers do.
        var stage = Play(trick);
        stage.Endpoints.Learned = judge.KnownEndpoints;
        var changes = new RecordPipeline(options, exporters, stage.Endpoints).Run(stage.Records.Datagrams())
            .Concat(stage.Placed).OrderBy(change => change.ArrivalUnixMilliseconds).ToList();

        // 2. Between what everybody does. Where the trick comes after the attack, a person has read every fourth attack's findings;
        // those attacks say nothing of the others.
        HashSet<StagedAttack> read = trick.IsAfter ? [.. stage.Attacks.Where((_, i) => i % 4 == 0)] : [];
        var person = new Person(judge, findings, read);
        Deliver(begin, changes, new AdversaryFeed(new JudgeFeed(judge, digest), findings, person));
        judge.Complete();

        // 3. What an operator has of it.
        var outcomes = stage.Attacks.Where(attack => !read.Contains(attack)).Select(attack => ResultOf(attack, findings)).ToList();
        var others = findings.Standing.Where(finding => StandingFindings.IsLookedAt(finding)
            && finding.FirstSeenUnixMilliseconds >= EnterpriseShape.StartOf(_shape.LearningDays)
            && !stage.Attacks.Any(attack => attack.Attacker == finding.Client));
        var attackers = stage.Attacks.Where(attack => attack.Sort != MoveSort.FromServers).Select(attack => attack.Attacker).Distinct();
        return new TrickResult(
            trick, _seed, digest.ToString(), outcomes, person.Called.Count,
            findings.Standing.Count(finding => StandingFindings.IsLookedAt(finding) && person.Called.Contains(finding.Id)),
            (double)stage.Packets / (trick.Cost.IsForAll ? 1 : Math.Max(1, stage.Attacks.Count)),
            (double)others.Count() / (_shape.Days - _shape.LearningDays),
            attackers.Count(attacker => judge.Host(attacker)?.Role is not (null or HostRole.Unknown or HostRole.Workstation)),
            judge.Counts.EvictedFindings, TimeProvider.System.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>A trick in every move, before anything is judged.</summary>
    public Stage Play(ITrick trick)
    {
        var stage = new Stage(_plan, EnterpriseShape.StartOf(BeginOf(trick.LeadDays)));
        foreach (var move in _plan.Moves)
            stage.Play(trick, move, SeededRandom.Of(_seed, trick.Name, move.Number));
        return stage;
    }

    private static AttackResult ResultOf(StagedAttack attack, StandingFindings findings)
    {
        var looked = findings.Standing.Where(StandingFindings.IsLookedAt).ToList();
        var (kept, lost) = (looked.Count(attack.IsNamedBy), findings.Lost.Count(attack.IsNamedBy));
        return new AttackResult(
            attack.Sort, kept > 0, looked.Exists(attack.IsShownBy), looked.Exists(attack.IsTurnedBy), kept + lost, kept);
    }

    // The sites' exporters come first, since the simulated enterprise names them by number.
    private ExporterDirectory Exporters()
    {
        var exporters = new ExporterDirectory();
        for (var site = 0; site < _shape.Sites; site++) exporters.TryGetId(RecordStage.ExporterAt(site), out _);
        return exporters;
    }

    private int BeginOf(int leadDays) => Math.Max(1, _shape.LearningDays - leadDays);

    private void Learn(SimulatedEnterprise enterprise, HashSet<int> begins)
    {
        var findings = new StandingFindings();
        var judge = new Judge(_options().Judgement, findings, Exporters(), isCaptureTime: true);
        var feed = new AdversaryFeed(new JudgeFeed(judge, new EventDigest()), findings, new Person(judge, findings, []));
        for (var day = 0; enterprise.SimulateDay(); day++)
        {
            if (begins.Contains(day))
            {
                using var stream = new MemoryStream();
                judge.Save(stream);
                _saved[day] = (stream.ToArray(), findings.Copy());
            }

            var arrived = enterprise.TakeArrived();
            if (_saved.Count > 0) _days[day] = arrived;
            if (day < begins.Max()) Deliver(arrived, [], feed);
        }
    }

    private void Deliver(int begin, List<ArrivedChange> changes, AdversaryFeed feed)
    {
        var waiting = new Queue<ArrivedChange>(changes);
        foreach (var (day, arrived) in _days) if (day >= begin) Deliver(arrived, waiting, feed);
        while (waiting.TryDequeue(out var change)) change.DeliverTo(feed);
    }

    private static void Deliver(ArrivedDay arrived, Queue<ArrivedChange> changes, AdversaryFeed feed)
    {
        var lease = 0;
        for (var i = 0; i < arrived.Count; i++)
        {
            var at = arrived.ArrivalAt(i);
            for (; lease < arrived.Leases.Count && arrived.Leases[lease].Arrival <= at; lease++) Tell(arrived.Leases[lease]);
            while (changes.TryPeek(out var change) && change.ArrivalUnixMilliseconds <= at) changes.Dequeue().DeliverTo(feed);
            arrived.DeliverTo(feed, i);
        }

        for (; lease < arrived.Leases.Count; lease++) Tell(arrived.Leases[lease]);

        void Tell((AddressLease Lease, long Arrival) told) => feed.Take(told.Lease, told.Arrival);
    }
}
