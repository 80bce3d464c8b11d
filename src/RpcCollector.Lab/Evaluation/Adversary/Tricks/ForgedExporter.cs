using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Forgery;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>
/// The attack's flows come from an exporter of IPFIX of its own, and the attacker sends datagrams in its name: another Template, sampling,
/// or flows that contradict the true ones.
/// </summary>
internal sealed class ForgedExporter(ForgeryKind kind) : ITrick
{
    private const int Second = 1_000;
    private const int Minute = 60 * Second;
    private const long Hour = 60 * Minute;

    public string Name => kind switch
    {
        ForgeryKind.None => "exporter-alone",
        ForgeryKind.TemplateOnce => "forged-template-once",
        ForgeryKind.Template => "forged-template",
        ForgeryKind.Sampling => "forged-sampling",
        ForgeryKind.DirectionBefore => "forged-direction-before",
        ForgeryKind.DirectionAfter => "forged-direction-after",
        ForgeryKind.EarlyStart => "forged-early-start",
        _ => "forged-clock",
    };

    public string Part => "forged exporters";

    public AttackerCost Cost => new(ForgedHosts: kind == ForgeryKind.None ? 0 : 1);

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        // 1. What the true exporter sends: its Template every half hour, and each record when it ends.
        var exporter = HostAddress.FromIPv4(0xC633_6401 + (uint)(move.Number % 250));
        var records = AttackRecords.Of(move, (port, _) => port).OrderBy(record => record.End).ThenBy(record => record.Start).ToList();
        var end = records.Max(record => record.End);
        for (var at = move.At - (33 * Minute); at < end + (30 * Minute); at += 30 * Minute)
            stage.Records.Add(IpfixMessages.Template(at), exporter, at);
        for (var i = 0; i < records.Count; i++)
        {
            var at = records[i].End + (5 * Second);
            stage.Records.Add(IpfixMessages.Data([records[i]], at, (uint)i), exporter, at);
        }

        // A forged start is what the sensor is told: its finding names both hosts, and that time.
        var shownFrom = kind == ForgeryKind.EarlyStart ? move.At - (4 * Hour) : move.At;
        stage.Attacked(move.Attacker, [move.Victim], shownFrom, end, move.Sort);

        // 2. What is forged in its name.
        switch (kind)
        {
            case ForgeryKind.TemplateOnce:
                Forge(IpfixMessages.Template(move.At - Second, isFalse: true), move.At - Second);
                break;
            case ForgeryKind.Template:
                for (var at = move.At - (15 * Minute); at < end + Minute; at += 10 * Second)
                    Forge(IpfixMessages.Template(at, isFalse: true), at);
                break;
            case ForgeryKind.Sampling:
                for (var at = move.At - (15 * Minute); at < end + Minute; at += Minute) Forge(IpfixMessages.Sampling(at, 1_000), at);
                break;
            case ForgeryKind.DirectionBefore:
                foreach (var record in records) ForgeFlow(Turned(record), record.End + Second);
                break;
            case ForgeryKind.DirectionAfter:
                foreach (var record in records) ForgeFlow(Turned(record), record.End + (2 * Minute));
                break;
            case ForgeryKind.EarlyStart:
                foreach (var record in records) ForgeFlow(record with { Start = record.Start - (4 * Hour) }, record.End + Second);
                break;
            case ForgeryKind.Clock:
                for (var at = move.At - Hour; at < end + Minute; at += Minute)
                    Forge(IpfixMessages.Data([Other(move, at)], at + (24 * Hour), 0), at);
                break;
        }

        void ForgeFlow(in ForgedRecord record, long at) => Forge(IpfixMessages.Data([record], at, 0), at);

        void Forge(byte[] datagram, long at)
        {
            stage.Records.Add(datagram, exporter, at);
            stage.Spend(1, at);
        }
    }

    // The sender of what the true record shows as the client's half did not initiate, says this one.
    private static ForgedRecord Turned(in ForgedRecord record) =>
        record with { BiflowDirection = record.ReceiverPort < record.SenderPort ? (byte)2 : (byte)1 };

    private static ForgedRecord Other(Move move, long at) =>
        new(move.Attacker.IPv4, (uint)MovePlan.UnknownAddress(move.Number).Low, 50_000, 443, ForgedRecord.Whole, at + (24 * Hour),
            at + (24 * Hour));
}

/// <summary>What is forged in an exporter's name.</summary>
internal enum ForgeryKind : byte
{
    /// <summary>Nothing: the measure for the others.</summary>
    None,

    /// <summary>Once, a second before the attack: the Template's fields in other places.</summary>
    TemplateOnce,

    /// <summary>The same every ten seconds.</summary>
    Template,

    /// <summary>An Options record: sampled one in a thousand.</summary>
    Sampling,

    /// <summary>Each flow again, with the other end as initiator, a few seconds before the true record.</summary>
    DirectionBefore,

    /// <summary>The same, minutes after it.</summary>
    DirectionAfter,

    /// <summary>Each flow again, four hours longer, so that it belongs to an hour that is closed.</summary>
    EarlyStart,

    /// <summary>An export time a day ahead.</summary>
    Clock,
}
