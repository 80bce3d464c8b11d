using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary.Staging;

namespace RpcCollector.Lab.Evaluation.Adversary.Tricks;

/// <summary>
/// Answers of a DHCP server that none sent: whoever is on the wire can have a sensor log them. Played where leases are told.
/// </summary>
internal sealed class ForgedLease(ForgedLeaseKind kind) : ITrick
{
    private const long Minute = 60_000;
    private const long Hour = 60 * Minute;

    public string Name => kind switch
    {
        ForgedLeaseKind.Administrator => "lease-administrator-on",
        ForgedLeaseKind.AdministratorAtNight => "lease-administrator-off",
        ForgedLeaseKind.NewMachine => "lease-new-machine",
        ForgedLeaseKind.NewMachineAfter => "lease-new-machine-after",
        ForgedLeaseKind.VictimChanges => "lease-victim-changes",
        ForgedLeaseKind.VictimIsOwn => "lease-victim-is-own-machine",
        ForgedLeaseKind.ServersChange => "lease-servers-change",
        _ => "lease-flood",
    };

    public string Part => "forged leases";

    public AttackerCost Cost => new(IsForAll: kind == ForgedLeaseKind.Flood);

    public bool IsAfter => kind == ForgedLeaseKind.NewMachineAfter;

    public void Play(Stage stage, Move move, SeededRandom random)
    {
        var played = kind == ForgedLeaseKind.AdministratorAtNight
            ? move with { At = move.At - (move.At % (24 * Hour)) + (2 * Hour) + (random.Below(60) * Minute) }
            : move;
        stage.Attack(played);
        var (own, victim) = (played.Attacker.Address, played.Victim.Address);
        switch (kind)
        {
            case ForgedLeaseKind.Administrator or ForgedLeaseKind.AdministratorAtNight:
                if (stage.Plan.Managers.Count > 0) stage.Lease(own, random.Pick(stage.Plan.Managers).Key, played.At - Minute);
                break;
            case ForgedLeaseKind.NewMachine:
                stage.Lease(own, Unknown(random), played.At - Minute);
                break;
            case ForgedLeaseKind.NewMachineAfter:
                stage.Lease(own, Unknown(random), played.At + (180 * Minute));
                break;
            case ForgedLeaseKind.VictimChanges:
                for (var minute = -30; minute < 30; minute++) stage.Lease(victim, Unknown(random), played.At + (minute * Minute));
                break;
            case ForgedLeaseKind.VictimIsOwn:
                stage.Lease(victim, played.Attacker.Key, played.At - Minute);
                break;
            case ForgedLeaseKind.ServersChange:
                foreach (var server in stage.Plan.Servers) stage.Lease(server.Address, Unknown(random), played.At - Minute);
                break;
            default:
                Flood(stage, played, random);
                break;
        }
    }

    // For each attack every workstation changes hands, and thousands of addresses that nobody has.
    private static void Flood(Stage stage, Move move, SeededRandom random)
    {
        for (var i = 0; i < 5_000; i++)
            stage.Lease(MovePlan.UnknownAddress((move.Number * 5_000) + i), Unknown(random), move.At - Hour + (i * 500));
        foreach (var host in stage.Plan.Workstations) stage.Lease(host.Address, Unknown(random), move.At - (5 * Minute));
    }

    private static ulong Unknown(SeededRandom random) =>
        AddressLease.MachineOf(BitConverter.GetBytes(((long)random.Below(int.MaxValue) << 31) | (uint)random.Below(int.MaxValue)));
}

/// <summary>Which leases.</summary>
internal enum ForgedLeaseKind : byte
{
    /// <summary>The attacker's address is an administrator's machine's a minute before, which is on.</summary>
    Administrator,

    /// <summary>The same at night, when nobody works at it.</summary>
    AdministratorAtNight,

    /// <summary>His address changes hands, so that he has no history.</summary>
    NewMachine,

    /// <summary>The same once he was reported, so that what a person said of him is of another.</summary>
    NewMachineAfter,

    /// <summary>The victim's address changes hands each minute.</summary>
    VictimChanges,

    /// <summary>The victim's address is the attacker's own machine.</summary>
    VictimIsOwn,

    /// <summary>All servers' addresses change hands.</summary>
    ServersChange,

    /// <summary>All workstations' addresses change hands, and thousands that nobody has.</summary>
    Flood,
}
