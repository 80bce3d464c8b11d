using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>Slow and low: few hosts, far apart, at hours or by means that stand out little.</summary>
internal sealed class QuietPace(QuietKind kind) : ITrick
{
    private const int Minute = 60_000;
    private const int Hour = 60 * Minute;
    private const long Day = 24L * Hour;

    // One move becomes so many where the trick is to take one host after another.
    private const int Hosts = 6;

    public string Name => kind switch
    {
        QuietKind.Night => "at-night",
        QuietKind.Hourly => "one-host-an-hour",
        QuietKind.Daily => "one-host-a-day",
        QuietKind.Shadow => "in-the-shadow-of-another",
        QuietKind.OnlySmb => "only-smb",
        QuietKind.OnlyWinRm => "only-winrm",
        _ => "only-servers",
    };

    public string Part => "slow and low";

    public AttackerCost Cost => new(Days: kind == QuietKind.Daily ? Hosts : 0);

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        switch (kind)
        {
            case QuietKind.Night:
                var night = move.At - ((move.At - EnterpriseShape.StartOf(0)) % Day) + Day + Hour + random.Below(3 * Hour);
                stage.Attack(move with { At = night });
                break;
            case QuietKind.Hourly:
                OneAfterAnother(stage, move, Hour + (10 * Minute), random);
                break;
            case QuietKind.Daily:
                OneAfterAnother(stage, move, Day, random);
                break;
            case QuietKind.Shadow:
                // Seconds after a server that everybody knows has done the same to the victim.
                stage.Attack(move);
                var server = random.Pick(stage.Plan.Servers.Where(host => host.Kind == MachineKind.DeploymentServer).ToList());
                stage.Connect(server.IPv4, move.Victim.IPv4, 445, move.At - 20_000, server.Site);
                stage.ConnectRpc(server.IPv4, move.Victim.IPv4, move.At - 15_000, server.Site);
                break;
            case QuietKind.OnlySmb:
                Attack(stage, move, SimulatedAttacks.Smb);
                break;
            case QuietKind.OnlyWinRm:
                Attack(stage, move, SimulatedAttacks.WinRm);
                break;
            default:
                var target = random.Pick(stage.Plan.Servers.Where(host => host.Kind != MachineKind.DomainController).ToList());
                stage.Attack(move with { Victim = target, Attack = SimulatedAttacks.ServiceControl });
                break;
        }
    }

    private static void Attack(Stage stage, Move move, RecordedAttack attack) => stage.Attack(move with { Attack = attack });

    private static void OneAfterAnother(Stage stage, Move move, long pause, SeededRandom random)
    {
        if (move.Sort != MoveSort.BetweenWorkstations)
        {
            stage.Attack(move);
            return;
        }

        var victims = stage.Plan.Workstations.Where(host => host.Address != move.Attacker.Address).ToList();
        random.Shuffle(victims);
        victims.Insert(0, move.Victim);
        for (var i = 0; i < Math.Min(Hosts, victims.Count); i++)
            stage.Attack(move with { Victim = victims[i], At = move.At + (i * pause) });
    }
}

/// <summary>How he keeps quiet.</summary>
internal enum QuietKind : byte
{
    Night,
    Hourly,
    Daily,
    Shadow,
    OnlySmb,
    OnlyWinRm,
    OnlyServers,
}
