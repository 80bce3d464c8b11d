using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>
/// Dear poisoning of a role: several clients, forged or owned, use Kerberos, LDAP, RPC and SMB of the attacker or of his victim, so that it
/// passes for a domain controller or a server.
/// </summary>
/// <param name="clients">How many.</param>
/// <param name="days">On each of how many days before the attack; 0 for the hour before it.</param>
internal sealed class FeignedClients(int clients, int days, FeignedKind kind = FeignedKind.Unknown) : ITrick
{
    private const int Minute = 60_000;
    private const long Day = 86_400_000;

    private static readonly ushort[] Ports = [WellKnownPort.Kerberos, WellKnownPort.Ldap, WellKnownPort.Smb];

    /// <summary>True when they come after the attack instead.</summary>
    public bool IsAfter { get; init; }

    /// <summary>True when the victim is what they use.</summary>
    public bool AreOfVictim { get; init; }

    /// <summary>True when they come while the network is still being learned.</summary>
    public bool AreInLearning { get; init; }

    public bool IsStandard { get; init; } = true;

    public string Name =>
        $"{(AreOfVictim ? "victim-" : "")}{(kind == FeignedKind.Owned ? "owned" : "clients")}-{clients}-{(days == 0 ? "1h" : $"{days}d")}" +
        $"{(kind == FeignedKind.Known ? "-known" : "")}{(AreInLearning ? "-learning" : "")}{(IsAfter ? "-after" : "")}";

    public string Part => AreInLearning ? "poisoning while the network is learned" : "role poisoning, feigned clients";

    public AttackerCost Cost =>
        kind == FeignedKind.Owned ? new AttackerCost(OwnHosts: clients, Days: days) : new AttackerCost(ForgedHosts: clients, Days: days);

    // A trick that is played while the network is learned begins a week before the first attack.
    public int LeadDays => AreInLearning ? 7 : IsAfter ? 0 : days;

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        stage.Attack(move);
        var server = AreOfVictim ? move.Victim : move.Attacker;
        var feigned = Choose(stage, move, random);
        for (var day = 0; day < Math.Max(1, days); day++)
        {
            foreach (var client in feigned) Use(stage, client, server, StartOf(stage, move, day), random);
        }
    }

    private long StartOf(Stage stage, Move move, int day)
    {
        if (AreInLearning) return stage.EarliestUnixMilliseconds + (day * Day) + (9 * 60 * Minute);
        if (IsAfter) return move.At + (180 * Minute) + (day * Day);
        return days == 0 ? move.At - (70 * Minute) : move.At - ((days - day) * Day);
    }

    private List<uint> Choose(Stage stage, Move move, SeededRandom random)
    {
        if (kind == FeignedKind.Unknown)
            return [.. Enumerable.Range(0, clients).Select(i => (uint)MovePlan.UnknownAddress((move.Number * 256) + i).Low)];
        var known = stage.Plan.Workstations.Where(host => host.Address != move.Attacker.Address && host.Address != move.Victim.Address)
            .Select(host => host.IPv4).ToList();
        random.Shuffle(known);
        return [.. known.Take(clients)];
    }

    private static void Use(Stage stage, uint client, PlacedHost server, long from, SeededRandom random)
    {
        var at = from + random.Below(50 * Minute);
        foreach (var port in Ports) stage.Connect(client, server.IPv4, port, at + random.Below(5 * Minute), server.Site);
        stage.ConnectRpc(client, server.IPv4, at + random.Below(5 * Minute), server.Site);
    }
}

/// <summary>Who the feigned clients are.</summary>
internal enum FeignedKind : byte
{
    /// <summary>Forged addresses that nobody has.</summary>
    Unknown,

    /// <summary>Forged addresses of workstations that have been clients of real servers for weeks.</summary>
    Known,

    /// <summary>Workstations that the attacker owns, and which go on with their day's work.</summary>
    Owned,
}
