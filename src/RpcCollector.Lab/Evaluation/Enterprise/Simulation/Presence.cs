namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>When a machine is on the network on a day, and when somebody works at it; milliseconds since the day began.</summary>
/// <param name="WorkFrom">Equal to <paramref name="WorkUntil"/> when nobody works at it.</param>
/// <param name="IsRemote">True for a laptop that is at home today, and reaches the network through a gateway.</param>
internal readonly record struct Presence(int OnFrom, int OnUntil, int WorkFrom, int WorkUntil, bool IsRemote = false)
{
    public const int Whole = (int)EnterpriseShape.DayMilliseconds;

    private const int Hour = 3_600_000;

    public bool IsOn => OnUntil > OnFrom;

    public bool HasUser => WorkUntil > WorkFrom;

    /// <summary>Draws the day of a machine.</summary>
    /// <param name="hasVpn">Whether people with laptops work from home on the other days.</param>
    public static Presence Draw(Machine machine, int day, SeededRandom random, bool hasVpn = false)
    {
        if (!machine.ExistsOn(day)) return default;
        if (!machine.IsWorkstation) return new Presence(0, Whole, 0, 0);

        // On a working day 92 of 100 people work; those with laptops come in on three of five days. At weekends few do.
        var comes = EnterpriseShape.IsWeekend(day) ? 0.04 : machine.Kind == MachineKind.Laptop ? 0.92 * 0.6 : 0.92;
        var isThere = random.Chance(comes);
        var from = (int)(Math.Clamp(random.Normal(8.25, 0.7), 5.5, 12) * Hour);
        var until = Math.Max(from + (3 * Hour), (int)(Math.Clamp(random.Normal(17, 0.9), 12, 22) * Hour));
        if (machine.StaysOn) return isThere ? new Presence(0, Whole, from, until) : new Presence(0, Whole, 0, 0);
        if (isThere) return new Presence(from, until, from, until);
        var isRemote = hasVpn && machine.Kind == MachineKind.Laptop && random.Chance(EnterpriseShape.IsWeekend(day) ? 0.03 : 0.7);
        return isRemote ? new Presence(from, until, from, until, IsRemote: true) : default;
    }
}
