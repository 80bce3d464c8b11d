using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Forgery;

namespace RpcCollector.Lab.Evaluation.Adversary.Staging;

/// <summary>
/// Where a trick is played, move by move: attacks, and what the attacker does besides. Attacks are placed as they were recorded, after the
/// join; all else goes through <see cref="RecordPipeline"/> as the records of an exporter.
/// </summary>
/// <param name="earliestUnixMilliseconds">Nothing can be played before.</param>
internal sealed class Stage(MovePlan plan, long earliestUnixMilliseconds)
{
    private const long UnusedIds = 1L << 40;
    private const long MapperOnlyAfter = 300_000;

    private readonly List<ArrivedChange> _placed = [];
    private readonly List<StagedAttack> _attacks = [];
    private readonly List<StagedAttack> _ofMove = [];
    private SeededRandom _random = new(0);
    private long _from = long.MaxValue;
    private long _numIds;

    public MovePlan Plan => plan;

    public long EarliestUnixMilliseconds => earliestUnixMilliseconds;

    public RecordStage Records { get; } = new();

    /// <summary>What the join is to know of endpoints.</summary>
    public FeignedEndpoints Endpoints { get; } = new();

    public IReadOnlyList<StagedAttack> Attacks => _attacks;

    /// <summary>What was placed after the join, in no order.</summary>
    public IReadOnlyList<ArrivedChange> Placed => _placed;

    /// <summary>Packets that the tricks took, without those of the attacks.</summary>
    public long Packets { get; private set; }

    public void Play(ITrick trick, Move move, SeededRandom random)
    {
        (_random, _from) = (random, long.MaxValue);
        _ofMove.Clear();
        trick.Play(this, move, random);
        foreach (var attack in _ofMove) _attacks.Add(attack with { From = Math.Min(_from, attack.Start) });
    }

    /// <summary>The attack of a move as it was recorded, or with something of it replaced.</summary>
    public void Attack(Move move) => Attack(move.Attack, move.Attacker, [move.Victim], move.At, move.Sort);

    public void Attack(RecordedAttack attack, PlacedHost attacker, IReadOnlyList<PlacedHost> victims, long at, MoveSort sort)
    {
        var (end, moment) = (at, at);
        foreach (var victim in victims)
        {
            var exporters = ExporterSet.Of(attacker.Site);
            exporters.Add(victim.Site);
            foreach (var activity in attack.Activities)
                Place(PlacedFlow.Of(activity, attacker.Address, victim.Address, moment - attack.Start, exporters));
            foreach (var contact in attack.Contacts)
                Place(PlacedFlow.Of(contact, attacker.Address, victim.Address, moment - attack.Start, exporters));
            moment += 2_000 + _random.Below(20_000);
        }

        Attacked(attacker, victims, at, end, sort);

        void Place(PlacedFlow flow)
        {
            var arrival = flow.End + 1_000 + _random.Below(30_000) + (flow.IsMapperOnly ? MapperOnlyAfter : 0);
            var id = ArrivedDay.IdOf(UnusedIds + ++_numIds);
            _placed.Add(flow.IsContact
                ? new ArrivedChange(new ContactChange(ActivityChangeKind.Added, flow.ToContact(id)), arrival)
                : new ArrivedChange(new ActivityChange(ActivityChangeKind.Added, flow.ToActivity(id)), arrival));
            end = Math.Max(end, flow.End);
        }
    }

    /// <summary>The attack of a move as records of the exporter at the attacker's site.</summary>
    /// <param name="portOf">See <see cref="AttackRecords.Of"/>.</param>
    public void AttackByRecords(Move move, Func<ushort, ushort, ushort> portOf)
    {
        var end = move.At;
        foreach (var half in AttackRecords.Of(move, portOf))
        {
            Records.Add(half, move.Attacker.Site, half.End + 1_000 + _random.Below(20_000));
            end = Math.Max(end, half.End);
        }

        Attacked(move.Attacker, [move.Victim], move.At, end, move.Sort);
    }

    /// <summary>An attack was carried out whose flows went another way.</summary>
    public void Attacked(PlacedHost attacker, IReadOnlyList<PlacedHost> victims, long start, long end, MoveSort sort) =>
        _ofMove.Add(new StagedAttack(sort, attacker.Address, [.. victims.Select(victim => victim.Address)], start, start, end));

    /// <summary>A connection besides the attack, as the exporter at the client's site records it: two halves, or a SYN alone.</summary>
    /// <returns>When it ends.</returns>
    public long Connect(
        uint client, uint server, ushort port, long at, int site, bool isAnswered = true, ushort clientPort = 0, int duration = 1_500)
    {
        if (at < earliestUnixMilliseconds) return at;
        var from = clientPort == 0 ? (ushort)(WellKnownPort.FirstDynamic + 600 + _random.Below(15_000)) : clientPort;
        var flags = isAnswered ? ForgedRecord.Whole : ForgedRecord.Syn;
        var record = new ForgedRecord(client, server, from, port, flags, at, at + (isAnswered ? duration : 0))
        {
            Packets = isAnswered ? 3u : 1u,
            Octets = isAnswered ? 400u : 52u,
        };
        Record(record, site);
        if (isAnswered) Record(record.Reply, site);
        return record.End;
    }

    /// <summary>From a move's attacker to its victim, with so many octets, as the exporter at his site records it.</summary>
    public void Send(Move move, long at, ushort port, uint sent, uint got, int lasts)
    {
        if (at < earliestUnixMilliseconds) return;
        var record = new ForgedRecord(
            move.Attacker.IPv4, move.Victim.IPv4, (ushort)(51_000 + (at / 10 % 9_000)), port, ForgedRecord.Whole, at, at + lasts)
        { Packets = 4 + (sent / 1_400), Octets = sent };
        Record(record, move.Attacker.Site);
        Record(record.Reply with { Octets = got }, move.Attacker.Site);
    }

    /// <summary>The mapper is asked, and the endpoint that it names.</summary>
    public void ConnectRpc(uint client, uint server, long at, int site)
    {
        Connect(client, server, WellKnownPort.EndpointMapper, at, site);
        Connect(client, server, 49_690, at + 8, site);
    }

    /// <summary>A forged answer of a DHCP server is seen: an address was given to a machine.</summary>
    public void Lease(HostAddress address, ulong machine, long at)
    {
        if (at < earliestUnixMilliseconds) return;
        const long Day = 86_400_000;
        _placed.Add(new ArrivedChange(new AddressLease(address, machine, at, at + Day), at + 1_000));
        Spend(1, at);
    }

    /// <summary>A record that an exporter sends, or that is forged in its name; it counts as the trick's.</summary>
    public void Record(in ForgedRecord record, int site)
    {
        Records.Add(record, site, record.End + 1_000 + _random.Below(20_000));
        Spend(record.Packets, record.Start);
    }

    /// <summary>The attacker sent packets for the trick.</summary>
    public void Spend(long packets, long at)
    {
        Packets += packets;
        _from = Math.Min(_from, at);
    }
}
