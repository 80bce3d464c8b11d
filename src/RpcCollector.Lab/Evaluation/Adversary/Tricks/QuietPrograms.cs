using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>
/// A program with a console on a server that many write to, some sixty fast calls to a controller, and calls through pipes of a host whose
/// folder others open: as they are, and so that the rules on them shall not see them.
/// </summary>
internal sealed class QuietPrograms(QuietProgramKind kind) : ITrick
{
    private const int Second = 1_000;
    private const int Hour = 3_600 * Second;
    private const long Day = 24L * Hour;
    private const int HabitDays = 3;
    private const int Openers = 3;

    // Where WMI or DCOM of a workstation may answer.
    private const ushort EndpointPort = 49_700;

    private readonly int _daysBefore = kind switch
    {
        QuietProgramKind.ConsoleAsHabit or QuietProgramKind.FewCallsAsHabit => HabitDays,
        QuietProgramKind.FewCallsTwice => HabitDays - 1,
        _ => 0,
    };

    public string Name => kind switch
    {
        QuietProgramKind.Console => "console",
        QuietProgramKind.ConsoleAsHabit => "console-3d-before",
        QuietProgramKind.ConsoleSlowly => "console-3s-apart",
        QuietProgramKind.FewCalls => "few-calls",
        QuietProgramKind.FewCallsAsHabit => "few-calls-3d-before",
        QuietProgramKind.FewCallsTwice => "few-calls-2d-before",
        QuietProgramKind.FewCallsSlowly => "few-calls-slowly",
        QuietProgramKind.PipeCalls => "pipe-calls-3-openers-3d-known",
        QuietProgramKind.CopyAfterRpc => "copy-after-rpc",
        _ => "pipe-calls-read-back",
    };

    public string Part => "programs by SMB alone, and few calls";

    public AttackerCost Cost => kind switch
    {
        QuietProgramKind.PipeCalls or QuietProgramKind.PipeCallsReadBack => new(ForgedHosts: Openers, Days: HabitDays),
        _ => new(Days: _daysBefore),
    };

    public int LeadDays => kind is QuietProgramKind.PipeCalls or QuietProgramKind.PipeCallsReadBack ? HabitDays : _daysBefore;

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        switch (kind)
        {
            case QuietProgramKind.Console or QuietProgramKind.ConsoleAsHabit or QuietProgramKind.ConsoleSlowly:
                var shared = stage.Plan.Servers.Where(host => host.Kind == MachineKind.FileServer).ToList();
                Drive(stage, move with { Victim = shared[move.Number % shared.Count] });
                break;
            case QuietProgramKind.FewCalls or QuietProgramKind.FewCallsAsHabit or QuietProgramKind.FewCallsTwice
                or QuietProgramKind.FewCallsSlowly:
                Call(stage, move with { Victim = stage.Plan.Controllers[move.Number % stage.Plan.Controllers.Count] });
                break;
            case QuietProgramKind.CopyAfterRpc:
                Copy(stage, move);
                break;
            default:
                Open(stage, move, random);
                break;
        }
    }

    private void Drive(Stage stage, Move move)
    {
        for (var day = _daysBefore; day >= 0; day--)
        {
            var at = move.At - (day * Day);
            stage.Send(move, at, WellKnownPort.Smb, 78_000, 14_000, 40 * Second);
            for (var pipe = 0; pipe < 3; pipe++)
            {
                at += pipe == 0 ? 1_500 : kind == QuietProgramKind.ConsoleSlowly ? 3 * Second : 150;
                stage.Send(move, at, WellKnownPort.Smb, 2_600, 2_400, 30 * Second);
            }
        }

        stage.Attacked(move.Attacker, [move.Victim], move.At, move.At + (40 * Second), move.Sort);
    }

    private void Call(Stage stage, Move move)
    {
        var lasts = kind == QuietProgramKind.FewCallsSlowly ? 20 * Second : 150;
        for (var day = _daysBefore; day >= 0; day--)
        {
            // A smaller one before: it would be found as well.
            var (at, sent) = (move.At - (day * Day), day == 0 ? 20_000u : 16_000u);
            stage.Connect(move.Attacker.IPv4, move.Victim.IPv4, WellKnownPort.EndpointMapper, at, move.Attacker.Site);
            stage.Send(move, at + 8, stage.Plan.AuthorityPortOf(move.Victim, at), sent, sent * 10 / 16, lasts);
        }

        stage.Attacked(move.Attacker, [move.Victim], move.At, move.At + lasts, move.Sort);
    }

    // What starts the program goes over the connection that was there before it.
    private static void Copy(Stage stage, Move move)
    {
        stage.Connect(move.Attacker.IPv4, move.Victim.IPv4, WellKnownPort.EndpointMapper, move.At, move.Attacker.Site);
        stage.Send(move, move.At + 8, EndpointPort, 9_000, 7_000, 60 * Second);
        stage.Send(move, move.At + (20 * Second), WellKnownPort.Smb, 220_000, 5_000, 5 * Second);
        stage.Attacked(move.Attacker, [move.Victim], move.At, move.At + (60 * Second), move.Sort);
    }

    private void Open(Stage stage, Move move, SeededRandom random)
    {
        var openers = stage.Plan.Workstations
            .Where(host => host.Address != move.Attacker.Address && host.Address != move.Victim.Address).ToList();
        random.Shuffle(openers);
        foreach (var opener in openers.Take(Openers))
            for (var day = 1; day <= HabitDays; day++)
                stage.Connect(opener.IPv4, move.Victim.IPv4, WellKnownPort.Smb, move.At - (day * Day) + random.Below(Hour), opener.Site);
        var got = kind == QuietProgramKind.PipeCallsReadBack ? 60_000u : 9_000u;
        stage.Send(move, move.At, WellKnownPort.Smb, 14_000, got, 6 * Second);
        stage.Attacked(move.Attacker, [move.Victim], move.At, move.At + (6 * Second), move.Sort);
    }
}

/// <summary>What he does, and how he hides it.</summary>
internal enum QuietProgramKind : byte
{
    /// <summary>As it is, on a file server.</summary>
    Console,

    /// <summary>On three days before, too.</summary>
    ConsoleAsHabit,

    /// <summary>The pipes are opened one after the other.</summary>
    ConsoleSlowly,

    /// <summary>As it is: an exploit that is lucky soon.</summary>
    FewCalls,

    /// <summary>He makes some on three days before.</summary>
    FewCallsAsHabit,

    /// <summary>He makes some on two days before.</summary>
    FewCallsTwice,

    /// <summary>Spread over twenty seconds.</summary>
    FewCallsSlowly,

    /// <summary>Three clients that are known open the victim's folder on three days before.</summary>
    PipeCalls,

    /// <summary>He reads more over the same connection, besides.</summary>
    PipeCallsReadBack,

    /// <summary>The connection that starts what he copies is opened before he copies it.</summary>
    CopyAfterRpc,
}
