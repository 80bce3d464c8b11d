using RpcCollector.Detection.Octets;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Journal;

/// <summary>
/// Reads the inputs of one chunk in their order, each number checked; an exporter for which there is no room in this process is left out.
/// </summary>
public sealed class JudgeJournalReader
{
    private readonly OctetReader _from;
    private readonly ReadExporters _exporters;
    private readonly bool _hasLeases;
    private readonly byte _lastKind;
    private bool _isInTurn;

    public JudgeJournalReader(ReadOnlyMemory<byte> chunk, ExporterDirectory exporters)
    {
        (_from, _exporters) = (new OctetReader(chunk), new ReadExporters(exporters));
        _from.Check(_from.ReadUInt64() == JournalForm.Magic, "it is no chunk of the journal");
        var version = _from.ReadOctet();
        _hasLeases = version > JournalForm.VersionWithoutLeases;
        _lastKind = (byte)(version switch
        {
            JournalForm.VersionWithoutLeases => JudgeInputKind.ClockSetBack,
            JournalForm.VersionWithoutToldRoles => JudgeInputKind.Lease,
            JournalForm.VersionWithoutPositions => JudgeInputKind.ToldRole,
            _ => JudgeInputKind.Position,
        });
        _from.Check(
            version is >= JournalForm.VersionWithoutLeases and <= JournalForm.Version,
            $"its version is {version}, and {JournalForm.VersionWithoutLeases} to {JournalForm.Version} are read");
        Offset = _from.ReadInt64();
        _from.Check(Offset >= 0, "its offset is negative");
    }

    /// <summary>How many inputs were taken since ever, those that were read included.</summary>
    public long Offset { get; private set; }

    /// <summary>What is wrong with the chunk; null while nothing is. Nothing is read beyond it.</summary>
    public string? Damage => _from.Damage;

    /// <summary>What was read last.</summary>
    public JudgeInputKind Kind { get; private set; }

    /// <summary>The arrival of the turn, or what the clock was set back to; in Unix milliseconds.</summary>
    public long ArrivalUnixMilliseconds { get; private set; }

    /// <summary>When that is what was read.</summary>
    public ActivityChange Activity { get; private set; }

    /// <summary>When that is what was read.</summary>
    public ContactChange Contact { get; private set; }

    /// <summary>When that is what was read.</summary>
    public RpcOperation Operation { get; private set; }

    /// <summary>When that is what was read.</summary>
    public Verdict? Verdict { get; private set; }

    /// <summary>When that is what was read.</summary>
    public AddressLease Lease { get; private set; }

    /// <summary>When that is what was read.</summary>
    public ToldRole? ToldRole { get; private set; }

    /// <summary>When that is what was read.</summary>
    public ReadOnlyMemory<byte> Position { get; private set; }

    /// <summary>Reads the next input; false at the end, or when it is damaged.</summary>
    public bool Read()
    {
        if (_from.IsAtEnd)
        {
            _from.Check(!_isInTurn, "it ends within a turn");
            return false;
        }

        var kind = _from.ReadOctet();
        _from.Check(kind <= _lastKind, "an unknown input");
        Kind = (JudgeInputKind)kind;
        _from.Check(_isInTurn == (Kind != JudgeInputKind.TurnBegun), "a turn within another, or an input in none");
        switch (Kind)
        {
            case JudgeInputKind.TurnBegun:
                ReadArrival();
                _isInTurn = _from.Damage is null;
                return _isInTurn;
            case JudgeInputKind.TimePassed:
                _isInTurn = false;
                break;
            case JudgeInputKind.Activity:
                Activity = ReadActivity();
                break;
            case JudgeInputKind.Contact:
                Contact = ReadContact();
                break;
            case JudgeInputKind.Operation:
                Operation = ReadOperation();
                break;
            case JudgeInputKind.Verdict:
                Verdict = ReadVerdict();
                break;
            case JudgeInputKind.ClockSetBack:
                ReadArrival();
                break;
            case JudgeInputKind.Lease:
                Lease = ReadLease();
                break;
            case JudgeInputKind.ToldRole:
                ToldRole = ReadToldRole();
                break;
            case JudgeInputKind.Position:
                Position = _from.ReadOctets(Judge.MostPositionOctets);
                break;
        }

        if (_from.Damage is not null) return false;
        Offset++;
        return true;
    }

    /// <summary>
    /// Lets a judge take all that is left of the chunk as the one took it that the journal was written for; up to where it is damaged.
    /// </summary>
    /// <param name="judge">Whoever takes them.</param>
    /// <param name="isLate">
    /// True when it judges what has changed less often than the one before: what somebody had been shown is judged before what is said.
    /// </param>
    public void ReplayInto(Judge judge, bool isLate = false)
    {
        ArgumentNullException.ThrowIfNull(judge);
        var isSaid = false;
        while (Read())
        {
            if (isLate && Kind == JudgeInputKind.Verdict && !isSaid) judge.JudgeChanged();
            isSaid = Kind == JudgeInputKind.Verdict;
            switch (Kind)
            {
                case JudgeInputKind.TimePassed:
                    judge.AdvanceTo(ArrivalUnixMilliseconds);
                    break;
                case JudgeInputKind.Activity:
                    judge.Take(Activity, ArrivalUnixMilliseconds);
                    break;
                case JudgeInputKind.Contact:
                    judge.Take(Contact, ArrivalUnixMilliseconds);
                    break;
                case JudgeInputKind.Operation:
                    judge.Take(Operation, ArrivalUnixMilliseconds);
                    break;
                case JudgeInputKind.Verdict:
                    judge.AdvanceTo(ArrivalUnixMilliseconds);
                    judge.Apply(Verdict!);
                    break;
                case JudgeInputKind.ClockSetBack:
                    judge.SetBackTo(ArrivalUnixMilliseconds);
                    break;
                case JudgeInputKind.Lease:
                    judge.Take(Lease, ArrivalUnixMilliseconds);
                    break;
                case JudgeInputKind.ToldRole:
                    judge.AdvanceTo(ArrivalUnixMilliseconds);
                    judge.Tell(ToldRole!);
                    break;
                case JudgeInputKind.Position:
                    judge.Reach(Position);
                    break;
            }
        }
    }

    private ActivityChange ReadActivity()
    {
        var (marks, basis) = (_from.ReadOctet(), (JoinBasis)_from.ReadOctet());
        const byte AllMarks = JournalForm.KindMask | JournalForm.HasMapper | JournalForm.HasEndpoint;
        _from.Check(marks <= AllMarks && Enum.IsDefined(basis), "an unknown basis");
        return new ActivityChange(KindOf(marks), new RpcActivity
        {
            Basis = basis,
            Id = _from.ReadInt64(),
            Client = _from.ReadAddress(),
            Server = _from.ReadAddress(),
            Mapper = (marks & JournalForm.HasMapper) != 0 ? ReadFlow() : null,
            Endpoint = (marks & JournalForm.HasEndpoint) != 0 ? ReadFlow() : null,
            Interfaces = (RpcInterfaces)_from.ReadUInt32(),
            Exporters = _exporters.ReadSet(_from),
            SamplingInterval = _from.ReadUInt32(),
            Traffic = ReadTraffic(),
        });
    }

    private ContactChange ReadContact()
    {
        var kind = _from.ReadOctet();
        _from.Check(kind <= JournalForm.KindMask, "an unknown change");
        return new ContactChange(KindOf(kind), new AdministrationContact
        {
            Id = _from.ReadInt64(),
            Client = _from.ReadAddress(),
            Server = _from.ReadAddress(),
            Flow = ReadFlow(),
            Exporters = _exporters.ReadSet(_from),
            SamplingInterval = _from.ReadUInt32(),
            Traffic = ReadTraffic(),
        });
    }

    private RpcOperation ReadOperation() => new()
    {
        AtUnixMilliseconds = ReadTime(),
        Client = _from.ReadAddress(),
        Server = _from.ReadAddress(),
        ClientPort = _from.ReadUInt16(),
        ServerPort = _from.ReadUInt16(),
        Uid = _from.ReadText()!,
        Interface = _from.ReadText()!,
        Operation = _from.ReadText()!,
    };

    private Verdict ReadVerdict()
    {
        var (kind, meaning) = ((FindingKind)_from.ReadOctet(), (VerdictMeaning)_from.ReadOctet());
        _from.Check(Enum.IsDefined(kind) && Enum.IsDefined(meaning), "an unknown verdict");
        var client = _from.ReadAddress();
        HostAddress? server = _from.ReadNumber(1) == 1 ? _from.ReadAddress() : null;
        var (who, why, at) = (_from.ReadText(), _from.ReadText(), ReadAnyTime());
        long? expires = _from.ReadNumber(1) == 1 ? ReadAnyTime() : null;
        var verdict = new Verdict(kind, client, server, meaning, who!, why!, at, expires);
        return _hasLeases ? verdict with { ClientPeriod = ReadPeriod(), ServerPeriod = ReadPeriod() } : verdict;
    }

    private ToldRole ReadToldRole()
    {
        var (network, bits, role) = (_from.ReadAddress(), _from.ReadOctet(), _from.ReadOctet());
        _from.Check(bits <= AddressPrefix.AllBits, "an impossible prefix");
        _from.Check(role == JournalForm.NoRole || Enum.IsDefined((HostRole)role), "an unknown role");
        var (who, why, at) = (_from.ReadText(), _from.ReadText(), ReadAnyTime());
        return new ToldRole(
            AddressPrefix.Around(network, Math.Min((int)bits, AddressPrefix.AllBits)), role == JournalForm.NoRole ? null : (HostRole)role,
            who ?? "", why ?? "", at);
    }

    private AddressLease ReadLease()
    {
        var (address, machine, start) = (_from.ReadAddress(), (ulong)_from.ReadInt64(), ReadTime());
        return new AddressLease(address, machine, start, start + _from.ReadSigned());
    }

    private long ReadPeriod()
    {
        var period = _from.ReadInt64();
        _from.Check(period >= 0, "a negative period");
        return period;
    }

    private FlowSpan ReadFlow()
    {
        var (clientPort, serverPort, start) = (_from.ReadUInt16(), _from.ReadUInt16(), ReadTime());
        return new FlowSpan(clientPort, serverPort, start, start + _from.ReadSigned());
    }

    private FlowTraffic ReadTraffic()
    {
        var (clientOctets, serverOctets, clientFlags, serverFlags, halves) =
            (_from.ReadUInt32(), _from.ReadUInt32(), _from.ReadOctet(), _from.ReadOctet(), _from.ReadOctet());
        var direction = (DirectionConfidence)(halves >> JournalForm.DirectionShift);

        // What is withdrawn because it went the other way says so.
        _from.Check(direction <= DirectionConfidence.Refuted, "an unknown direction");
        return new FlowTraffic(clientOctets, serverOctets, clientFlags, serverFlags, (FlowHalf)(halves & JournalForm.HalfMask), direction);
    }

    private ActivityChangeKind KindOf(byte marks)
    {
        var kind = (ActivityChangeKind)(marks & JournalForm.KindMask);
        _from.Check(kind <= ActivityChangeKind.Withdrawn, "an unknown change");
        return kind;
    }

    private void ReadArrival()
    {
        ArrivalUnixMilliseconds += _from.ReadSigned();
        _from.Check(ArrivalUnixMilliseconds is >= 0 and < JournalForm.EndOfTime, "an impossible arrival");
    }

    private long ReadTime()
    {
        var time = ReadAnyTime();
        _from.Check(time is >= 0 and < JournalForm.EndOfTime, "an impossible time");
        return time;
    }

    private long ReadAnyTime() => ArrivalUnixMilliseconds + _from.ReadSigned();
}
