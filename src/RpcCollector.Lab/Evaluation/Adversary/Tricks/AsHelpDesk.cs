using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>
/// The attacker passes for a help desk: on three days over a week he drives a workstation that he has no use for, the last the day before
/// he drives his victim.
/// </summary>
internal sealed class AsHelpDesk : ITrick
{
    private const int Minute = 60_000;
    private const long Day = 24 * 60 * Minute;
    private const int Longest = 8;

    private static readonly int[] DaysBefore = [Longest, 4, 1];

    public string Name => "as-help-desk-3d-8d";

    public string Part => "what many do at once";

    public AttackerCost Cost => new(Days: Longest);

    public int LeadDays => Longest;

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        stage.Attack(move);
        var hosts = stage.Plan.Workstations.Where(host => host.Address != move.Attacker.Address && host.Address != move.Victim.Address)
            .ToList();
        random.Shuffle(hosts);
        for (var i = 0; i < DaysBefore.Length && i < hosts.Count; i++)
            stage.ConnectRpc(
                move.Attacker.IPv4, hosts[i].IPv4, move.At - (DaysBefore[i] * Day) + (random.Below(60) * Minute), move.Attacker.Site);
    }
}
