using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Office.Habits;

/// <summary>Who does what on the day that the office is looked at: drawn once, for each seed the same.</summary>
/// <remarks>
/// Their ways cross on purpose: both intruders reach the same file server, which the administrator manages too; he and the deployment
/// drive machines that intruders own.
/// </remarks>
internal sealed class OfficePlan
{
    private const int Hour = 3_600_000;

    private OfficePlan(SimulatedDay day, IReadOnlyList<Machine> managers, SeededRandom random)
    {
        // 1. Who is there from morning to evening.
        var present = day.Workers.Where(machine => day.IsOnAt(machine, 9 * Hour) && day.IsOnAt(machine, 16 * Hour)).ToList();
        var others = present.Except(managers).ToList();
        random.Shuffle(others);
        Administrator = present.Find(managers.Contains) ?? others[^1];
        others.Remove(Administrator);

        // 2. Machines that people leave on are the intruders'; the second works at another site where there is one.
        var owned = others.OrderByDescending(machine => machine.StaysOn).ToList();
        FirstIntruder = [.. owned.Take(3)];
        var elsewhere = owned.Skip(3).OrderByDescending(machine => machine.StaysOn)
            .ThenByDescending(machine => machine.Site != FirstIntruder[0].Site).ToList();
        SecondIntruder = elsewhere[0];

        // 3. Whom they drive, and what they share.
        var rest = others.Except(FirstIntruder).Where(machine => machine != SecondIntruder).ToList();
        Driven = [.. rest.Take(5)];
        DrivenBySecond = rest[5];
        SharedFileServer = random.Pick(day.Network.Of(MachineKind.FileServer).Where(day.IsThere).ToList());
        Swept = [.. rest.Skip(6).Take(Math.Min(20, others.Count / 4))];
        Administered =
        [
            .. day.Workers.Except(FirstIntruder).Where(machine => machine != Administrator && machine != SecondIntruder).Take(10),
            FirstIntruder[1], DrivenBySecond,
        ];
    }

    public Machine Administrator { get; }

    /// <summary>The first machine, and the two that it goes on from.</summary>
    public IReadOnlyList<Machine> FirstIntruder { get; }

    public Machine SecondIntruder { get; }

    /// <summary>Workstations that the first intruder drives and does not go on from.</summary>
    public IReadOnlyList<Machine> Driven { get; }

    public Machine DrivenBySecond { get; }

    /// <summary>Workstations that the second intruder looks into.</summary>
    public IReadOnlyList<Machine> Swept { get; }

    public Machine SharedFileServer { get; }

    /// <summary>Workstations that the administrator works on, machines of both intruders among them.</summary>
    public IReadOnlyList<Machine> Administered { get; }

    /// <summary>Those that no swap of addresses may touch: they are the truth.</summary>
    public IEnumerable<Machine> Actors => [Administrator, .. FirstIntruder, SecondIntruder, DrivenBySecond, .. Driven];

    /// <summary>The plan of a day: drawn by whoever asks first.</summary>
    public sealed class Draw(IReadOnlyList<Machine> managers)
    {
        private OfficePlan? _plan;

        public OfficePlan? Drawn => _plan;

        public OfficePlan Of(SimulatedDay day) =>
            _plan ??= new OfficePlan(day, managers, SeededRandom.Of(day.Network.Seed, "office"));
    }
}
