namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>
/// When machines start anew. Servers do for updates, a quarter of them each Sunday night, and one in sixty a day for another reason;
/// desktops that people switch off do each day, the others one day in seven, laptops two days in five, since they mostly sleep.
/// </summary>
internal sealed class Restarts(ulong seed)
{
    private const int Minute = 60_000;
    private const int Hour = 60 * Minute;
    private const int Farthest = 60;

    // For each machine the last restart before a day.
    private readonly Dictionary<int, (int Before, (int Day, int At) Last)> _known = [];

    /// <summary>When a machine starts anew on a day, in milliseconds since the day began; null when it does not.</summary>
    public int? On(Machine machine, int day)
    {
        if (day <= machine.FirstDay) return day == machine.FirstDay ? 0 : null;
        var random = SeededRandom.Of(seed, "restarts", SeededRandom.Key(machine.Number, day));
        if (machine.IsWorkstation)
        {
            var often = machine.Kind == MachineKind.Laptop ? 0.4 : machine.StaysOn ? 1.0 / 7 : 1;
            if (!random.Chance(often)) return null;
            return machine.StaysOn ? (3 * Hour) + random.Below(2 * Hour) : 0;
        }

        if (day % 7 == 6 && (day / 7 + machine.Number) % 4 == (int)(seed % 4)) return Hour + random.Below(4 * Hour);
        return random.Chance(1 / 60.0) ? random.Below(24 * Hour) : null;
    }

    /// <summary>The latest restart up to a moment.</summary>
    public (int Day, int At) Last(Machine machine, int day, int at)
    {
        if (On(machine, day) is { } today && today <= at) return (day, today);
        if (_known.TryGetValue(machine.Number, out var known) && known.Before == day) return known.Last;
        var last = (Day: machine.FirstDay, At: 0);
        for (var former = day - 1; former > Math.Max(machine.FirstDay, day - Farthest); former--)
        {
            if (On(machine, former) is not { } then) continue;
            last = (former, then);
            break;
        }

        _known[machine.Number] = (day, last);
        return last;
    }

    /// <summary>True for the minutes in which a server starts anew: nothing answers.</summary>
    public bool IsDown(Machine machine, int day, int at) =>
        !machine.IsWorkstation && day > machine.FirstDay && On(machine, day) is { } then && at >= then && at < then + (4 * Minute);
}
