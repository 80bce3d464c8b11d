using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Journal;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>Inputs of the judge drawn by chance, with the values at their bounds drawn often.</summary>
internal sealed class JudgeInputs(int seed, ExporterDirectory exporters)
{
    private const long LatestTime = (1L << 48) - 1;

    private readonly Random _random = new(seed);

    /// <summary>Writes a few turns; returns every input as a text that tells all of it.</summary>
    public List<string> WriteTurns(JudgeJournalWriter journal, int turns)
    {
        var written = new List<string>();
        for (; turns > 0; turns--)
        {
            var arrival = Time();
            journal.BeginTurn(arrival);
            for (var inputs = _random.Next(6); inputs > 0; inputs--)
            {
                switch (_random.Next(7))
                {
                    case 0:
                        var activity = new ActivityChange((ActivityChangeKind)_random.Next(3), Activity());
                        journal.Add(activity);
                        written.Add(Describe(arrival, activity, activity.Activity.Exporters));
                        break;
                    case 1:
                        var contact = new ContactChange((ActivityChangeKind)_random.Next(3), Contact());
                        journal.Add(contact);
                        written.Add(Describe(arrival, contact, contact.Contact.Exporters));
                        break;
                    case 2:
                        var operation = Operation();
                        journal.Add(operation);
                        written.Add(Describe(arrival, operation));
                        break;
                    case 3:
                        var verdict = Verdict();
                        journal.Add(verdict);
                        written.Add(Describe(arrival, verdict));
                        break;
                    case 4:
                        var lease = new AddressLease(Address(), (ulong)_random.NextInt64(long.MinValue, long.MaxValue), Time(), Time());
                        journal.Add(lease);
                        written.Add(Describe(arrival, lease));
                        break;
                    case 5:
                        var told = ToldRole();
                        journal.Add(told);
                        written.Add(Describe(arrival, told));
                        break;
                    default:
                        arrival = Time();
                        journal.SetBackTo(arrival);
                        written.Add(Describe(arrival, "set back"));
                        break;
                }
            }

            journal.EndTurn();
            written.Add(Describe(arrival, "time"));
        }

        return written;
    }

    /// <summary>Reads all inputs of a chunk in the same texts.</summary>
    public static List<string> Read(JudgeJournalReader reader)
    {
        var read = new List<string>();
        while (reader.Read())
        {
            var arrival = reader.ArrivalUnixMilliseconds;
            if (reader.Kind == JudgeInputKind.TurnBegun) continue;
            read.Add(reader.Kind switch
            {
                JudgeInputKind.Activity => Describe(arrival, reader.Activity, reader.Activity.Activity.Exporters),
                JudgeInputKind.Contact => Describe(arrival, reader.Contact, reader.Contact.Contact.Exporters),
                JudgeInputKind.Operation => Describe(arrival, reader.Operation),
                JudgeInputKind.Verdict => Describe(arrival, reader.Verdict!),
                JudgeInputKind.ClockSetBack => Describe(arrival, "set back"),
                JudgeInputKind.Lease => Describe(arrival, reader.Lease),
                JudgeInputKind.ToldRole => Describe(arrival, reader.ToldRole!),
                _ => Describe(arrival, "time"),
            });
        }

        return read;
    }

    private static string Describe(long arrival, object input) => $"{arrival} {input}";

    // A set's own text names no exporter.
    private static string Describe(long arrival, object input, ExporterSet seenBy) =>
        $"{arrival} {input} by {string.Join(' ', Enumerable.Range(0, seenBy.Count).Select(seenBy.IdAt))}";

    private RpcActivity Activity() => new()
    {
        Id = _random.NextInt64(long.MinValue, long.MaxValue),
        Basis = (JoinBasis)_random.Next(1, 5),
        Client = Address(),
        Server = Address(),
        Mapper = _random.Next(3) == 0 ? null : Flow(),
        Endpoint = _random.Next(3) == 0 ? null : Flow(),
        Interfaces = (RpcInterfaces)Number(),
        Exporters = Exporters(),
        SamplingInterval = Number(),
        Traffic = Traffic(),
    };

    private AdministrationContact Contact() => new()
    {
        Id = _random.NextInt64(long.MinValue, long.MaxValue),
        Client = Address(),
        Server = Address(),
        Flow = Flow(),
        Exporters = Exporters(),
        SamplingInterval = Number(),
        Traffic = Traffic(),
    };

    private RpcOperation Operation() => new()
    {
        AtUnixMilliseconds = Time(),
        Client = Address(),
        Server = Address(),
        ClientPort = Port(),
        ServerPort = Port(),
        Uid = Text()!,
        Interface = Text()!,
        Operation = Text()!,
    };

    private Verdict Verdict() => new(
        Enum.GetValues<FindingKind>()[_random.Next(Enum.GetValues<FindingKind>().Length)], Address(),
            _random.Next(2) == 0 ? null : Address(),
        (VerdictMeaning)_random.Next(1, 3), Text()!, Text()!, _random.NextInt64(long.MinValue / 2, long.MaxValue / 2),
        _random.Next(2) == 0 ? null : _random.NextInt64(long.MinValue / 2, long.MaxValue / 2))
    {
        ClientPeriod = _random.Next(2) * _random.NextInt64(1L << 53),
        ServerPeriod = _random.Next(2) * _random.NextInt64(1L << 53),
    };

    private ToldRole ToldRole() => new(
        AddressPrefix.Around(Address(), _random.Next(129)), _random.Next(3) == 0 ? null : (HostRole)_random.Next(7), Text() ?? "",
        Text() ?? "", _random.NextInt64(long.MinValue / 2, long.MaxValue / 2));

    private FlowSpan Flow() => new(Port(), Port(), Time(), _random.NextInt64(long.MinValue, long.MaxValue));

    private FlowTraffic Traffic() => new(
        Number(), Number(), (byte)_random.Next(256), (byte)_random.Next(256), (FlowHalf)_random.Next(4),
            (DirectionConfidence)_random.Next(6));

    private ExporterSet Exporters()
    {
        var seenBy = default(ExporterSet);
        for (var count = _random.Next(6); count > 0; count--) seenBy.Add(_random.Next(exporters.Count), exporters);
        return seenBy;
    }

    private HostAddress Address() => _random.Next(3) switch
    {
        0 => HostAddress.FromIPv4((uint)_random.NextInt64(1L << 32)),
        1 => new HostAddress((ulong)_random.NextInt64(long.MinValue, long.MaxValue), (ulong)_random.NextInt64(long.MinValue,
            long.MaxValue)),
        _ => default,
    };

    private long Time() => _random.Next(4) switch
    {
        0 => 0,
        1 => LatestTime,
        2 => _random.NextInt64(LatestTime),
        _ =>
        1_600_000_000_000 + _random.Next(1_000_000)
    };

    private uint Number() => _random.Next(4) switch
    {
        0 => 0,
        1 => uint.MaxValue,
        2 => (uint)_random.Next(200),
        _ =>
        (uint)_random.NextInt64(1L << 32)
    };

    private ushort Port() => (ushort)_random.Next(1 << 16);

    private string? Text() =>
        _random.Next(4) switch { 0 => null, 1 => "", 2 => "Grüße, 管理者 🙂", _ => new string('x', _random.Next(5_000)) };
}
