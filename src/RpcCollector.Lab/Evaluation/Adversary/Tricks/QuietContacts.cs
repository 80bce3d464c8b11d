using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Forgery;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>
/// A file is copied and started, a controller is made to come back, an exploit is tried hundreds of times: as it is, and so that the rule
/// on it shall not see it.
/// </summary>
internal sealed class QuietContacts(QuietContactKind kind) : ITrick
{
    private const int Second = 1_000;
    private const int Minute = 60 * Second;
    private const int Hour = 60 * Minute;
    private const long Day = 24L * Hour;
    private const int HabitDays = 3;

    // Zerologon passes with one of 256 tries.
    private const int Tries = 256;

    public string Name => kind switch
    {
        QuietContactKind.Upload => "upload",
        QuietContactKind.UploadAsHabit => "upload-3d-before",
        QuietContactKind.UploadAmongWriters => "upload-3-writers-3d-known",
        QuietContactKind.UploadInParts => "upload-in-parts",
        QuietContactKind.UploadReadBack => "upload-read-back",
        QuietContactKind.Return => "return",
        QuietContactKind.LateReturn => "return-after-6s",
        QuietContactKind.ReturnForetold => "return-foretold",
        QuietContactKind.Burst => "burst",
        QuietContactKind.BurstAsHabit => "burst-3d-before",
        _ => "burst-thin",
    };

    public string Part => "uploads, returns and bursts";

    public AttackerCost Cost => kind switch
    {
        QuietContactKind.UploadAsHabit or QuietContactKind.BurstAsHabit => new(Days: HabitDays),
        QuietContactKind.UploadAmongWriters => new(ForgedHosts: 3, Days: HabitDays),
        _ => new(),
    };

    public int LeadDays => kind is QuietContactKind.UploadAsHabit or QuietContactKind.BurstAsHabit or QuietContactKind.UploadAmongWriters
        ? HabitDays : 0;

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        switch (kind)
        {
            case QuietContactKind.Return or QuietContactKind.LateReturn or QuietContactKind.ReturnForetold:
                MakeReturn(stage, OnController(stage, move));
                break;
            case QuietContactKind.Burst or QuietContactKind.BurstAsHabit or QuietContactKind.BurstThin:
                Try(stage, OnController(stage, move));
                break;
            default:
                Copy(stage, move, random);
                break;
        }
    }

    private void Copy(Stage stage, Move move, SeededRandom random)
    {
        for (var day = 1; kind == QuietContactKind.UploadAsHabit && day <= HabitDays; day++)
            Write(stage, move.Attacker.IPv4, move, move.At - (day * Day), 80_000, 6_000);
        if (kind == QuietContactKind.UploadAmongWriters)
        {
            var writers = stage.Plan.Workstations
                .Where(host => host.Address != move.Attacker.Address && host.Address != move.Victim.Address).ToList();
            random.Shuffle(writers);
            foreach (var writer in writers.Take(3))
                for (var day = 1; day <= HabitDays; day++)
                    Write(stage, writer.IPv4, move, move.At - (day * Day) + random.Below(Hour), 80_000, 6_000);
        }

        // 220 KB, and half a minute later the endpoint by which it is started.
        var (at, parts) = (move.At, kind == QuietContactKind.UploadInParts ? 5 : 1);
        for (var part = 0; part < parts; part++)
            Write(stage, move.Attacker.IPv4, move, at - (part * 61L * Minute), 220_000 / (uint)parts, Answered(parts));
        stage.ConnectRpc(move.Attacker.IPv4, move.Victim.IPv4, at + (31 * Second), move.Attacker.Site);
        stage.Attacked(move.Attacker, [move.Victim], at, at + Minute, move.Sort);
    }

    private uint Answered(int parts) => kind == QuietContactKind.UploadReadBack ? 90_000 : 5_000u / (uint)parts;

    private void MakeReturn(Stage stage, Move move)
    {
        var (own, victim, site) = (move.Attacker.IPv4, move.Victim.IPv4, move.Attacker.Site);
        if (kind == QuietContactKind.ReturnForetold) stage.Connect(victim, own, WellKnownPort.Smb, move.At - (10 * Minute), site);
        stage.Connect(own, victim, WellKnownPort.Smb, move.At, site, duration: 20 * Second);
        var returned = move.At + (kind == QuietContactKind.LateReturn ? 6 * Second : 23);
        stage.Connect(victim, own, WellKnownPort.Smb, returned, site);
        stage.Attacked(move.Attacker, [move.Victim], move.At, returned + Minute, move.Sort);
    }

    private void Try(Stage stage, Move move)
    {
        for (var day = 1; kind == QuietContactKind.BurstAsHabit && day <= HabitDays; day++)
            Ask(stage, move, move.At - (day * Day), 30, 300);
        var end = kind == QuietContactKind.BurstThin
            ? Ask(stage, move, move.At, Tries, 61 * Second / 58)
            : Ask(stage, move, move.At, Tries, 40);
        stage.Attacked(move.Attacker, [move.Victim], move.At, end, move.Sort);
    }

    private static long Ask(Stage stage, Move move, long at, int number, int pause)
    {
        for (var i = 0; i < number; i++)
        {
            stage.Connect(
                move.Attacker.IPv4, move.Victim.IPv4, WellKnownPort.EndpointMapper, at, move.Attacker.Site, duration: 20,
                clientPort: (ushort)(52_000 + i));
            stage.Connect(
                move.Attacker.IPv4, move.Victim.IPv4, 49_690, at + 8, move.Attacker.Site, duration: 25, clientPort: (ushort)(53_000 + i));
            at += pause;
        }

        return at;
    }

    private static void Write(Stage stage, uint client, Move move, long at, uint sent, uint got)
    {
        if (at < stage.EarliestUnixMilliseconds) return;
        var record = new ForgedRecord(
            client, move.Victim.IPv4, (ushort)(51_000 + (at / Minute % 1_000)), WellKnownPort.Smb, ForgedRecord.Whole, at,
            at + (4 * Second))
        { Packets = sent / 1_400, Octets = sent };
        stage.Record(record, move.Attacker.Site);
        stage.Record(record.Reply with { Octets = got }, move.Attacker.Site);
    }

    private static Move OnController(Stage stage, Move move)
    {
        var controllers = stage.Plan.Controllers;
        return move with { Victim = controllers[move.Number % controllers.Count] };
    }
}

/// <summary>What he does, and how he hides it.</summary>
internal enum QuietContactKind : byte
{
    /// <summary>As it is.</summary>
    Upload,

    /// <summary>He writes to the victim on three days before.</summary>
    UploadAsHabit,

    /// <summary>Three clients that are known write to the victim on three days before.</summary>
    UploadAmongWriters,

    /// <summary>A part each hour.</summary>
    UploadInParts,

    /// <summary>He reads as much over the same connection.</summary>
    UploadReadBack,

    /// <summary>As it is.</summary>
    Return,

    /// <summary>He asks over a connection that he opened before.</summary>
    LateReturn,

    /// <summary>He forges a contact of the controller to him ten minutes before.</summary>
    ReturnForetold,

    /// <summary>As it is.</summary>
    Burst,

    /// <summary>He bursts on three days before.</summary>
    BurstAsHabit,

    /// <summary>Spread over minutes.</summary>
    BurstThin,
}
