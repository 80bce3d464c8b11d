using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>The attacker is there while the network is being learned, and sees to it that what he does later counts as normal.</summary>
internal sealed class LearnedBefore(LearnedKind kind) : ITrick
{
    private const int Minute = 60_000;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;
    private const int Week = 7;

    public string Name => kind switch
    {
        LearnedKind.SameAttack => "same-attack-in-learning",
        LearnedKind.Pair => "cheap-contacts-in-learning",
        LearnedKind.PairAtLow => "probes-in-learning",
        _ => "habit-in-learning",
    };

    public string Part => "poisoning while the network is learned";

    public AttackerCost Cost => new(Days: kind == LearnedKind.SameAttack ? 1 : 5);

    public int LeadDays => Week;

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        stage.Attack(move);
        var (own, victim, site) = (move.Attacker.IPv4, move.Victim.IPv4, move.Attacker.Site);
        var first = stage.EarliestUnixMilliseconds + (10 * Hour) + random.Below(4 * 60) * Minute;
        switch (kind)
        {
            case LearnedKind.SameAttack:
                foreach (var half in AttackRecords.Of(move with { At = first }, (port, _) => port)) stage.Record(half, site);
                break;
            case LearnedKind.Pair:
                for (var day = 0; day < 5; day++)
                {
                    stage.Connect(own, victim, WellKnownPort.Smb, first + (day * Day), site);
                    stage.Connect(own, victim, WellKnownPort.WinRmHttp, first + (day * Day) + Minute, site);
                    stage.ConnectRpc(own, victim, first + (day * Day) + (2 * Minute), site);
                }

                break;
            case LearnedKind.PairAtLow:
                // Nobody answers: SYNs to the services that will be used.
                for (var day = 0; day < 5; day++)
                {
                    foreach (var port in (ushort[])[WellKnownPort.EndpointMapper, WellKnownPort.Smb, WellKnownPort.WinRmHttp])
                        stage.Connect(own, victim, port, first + (day * Day), site, isAnswered: false);
                }

                break;
            default:
                MakeHabit(stage, move, first, random);
                break;
        }
    }

    // In each of eight hours a day a workstation that he has not contacted before: later ones are no news.
    private static void MakeHabit(Stage stage, Move move, long first, SeededRandom random)
    {
        var hosts = stage.Plan.Workstations.Where(host => host.Address != move.Attacker.Address && host.Address != move.Victim.Address)
            .ToList();
        random.Shuffle(hosts);
        for (var i = 0; i < Math.Min(40, hosts.Count); i++)
        {
            var at = first + (i / 8 * Day) + (i % 8 * Hour);
            stage.Connect(move.Attacker.IPv4, hosts[i].IPv4, WellKnownPort.Smb, at, move.Attacker.Site);
        }
    }
}

/// <summary>What he does in the learning period.</summary>
internal enum LearnedKind : byte
{
    /// <summary>The very attack.</summary>
    SameAttack,

    /// <summary>Short connections to the later victim by each service, day after day.</summary>
    Pair,

    /// <summary>The same, never answered.</summary>
    PairAtLow,

    /// <summary>New contacts to ever more workstations, so that new contacts are what he does.</summary>
    Habit,
}
