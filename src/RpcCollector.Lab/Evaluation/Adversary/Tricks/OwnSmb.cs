using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>
/// A tool with an SMB of its own calls a file server through pipes: as it is, on days before too so as to be known for it, and with its
/// session kept for as long as Windows keeps one.
/// </summary>
internal sealed class OwnSmb(OwnSmbKind kind) : ITrick
{
    private const int Second = 1_000;
    private const long Day = 86_400_000;

    private readonly int _daysBefore = kind switch { OwnSmbKind.AsHabit => 3, OwnSmbKind.Twice => 2, _ => 0 };

    public string Name => kind switch
    {
        OwnSmbKind.AsHabit => "own-smb-3d-before",
        OwnSmbKind.Twice => "own-smb-2d-before",
        OwnSmbKind.Kept => "own-smb-kept-12s",
        _ => "own-smb",
    };

    public string Part => "programs by SMB alone, and few calls";

    public AttackerCost Cost => new(Days: _daysBefore);

    public int LeadDays => _daysBefore;

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        var shared = stage.Plan.Servers.Where(host => host.Kind == MachineKind.FileServer).ToList();
        var visit = move with { Victim = shared[move.Number % shared.Count] };
        var lasts = (kind == OwnSmbKind.Kept ? 12 : 6) * Second;
        for (var day = _daysBefore; day >= 0; day--)
            stage.Send(visit, move.At - (day * Day), WellKnownPort.Smb, 14_000, 9_000, lasts);
        stage.Attacked(move.Attacker, [visit.Victim], move.At, move.At + lasts, MoveSort.OnServers);
    }
}

/// <summary>How he hides it.</summary>
internal enum OwnSmbKind : byte
{
    /// <summary>Not at all.</summary>
    AsItIs,

    /// <summary>He does so on three days before.</summary>
    AsHabit,

    /// <summary>He does so on two days before.</summary>
    Twice,

    /// <summary>The session ends after twelve seconds.</summary>
    Kept,
}
