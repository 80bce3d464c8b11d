namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>A machine of the simulated enterprise; unique by number. Its address may change (see <see cref="AddressLeases"/>).</summary>
internal sealed class Machine
{
    public required int Number { get; init; }

    public required MachineKind Kind { get; init; }

    public required int Site { get; init; }

    /// <summary>The user's department, which decides what a workstation talks to; a cluster node's cluster.</summary>
    public int Group { get; init; }

    /// <summary>The department of a second person who works at it in shifts; null for most.</summary>
    public int? SecondGroup { get; init; }

    /// <summary>The first day on which it exists.</summary>
    public int FirstDay { get; init; }

    /// <summary>The first day on which it is gone.</summary>
    public int GoneDay { get; set; } = int.MaxValue;

    /// <summary>True for desktops that people leave on at night, which software is pushed to.</summary>
    public bool StaysOn { get; init; }

    /// <summary>The server that it replaces from its first day on; null for most.</summary>
    public Machine? Replaces { get; init; }

    public bool IsWorkstation => Kind is MachineKind.Desktop or MachineKind.Laptop;

    public bool ExistsOn(int day) => day >= FirstDay && day < GoneDay;

    public override string ToString() => $"{Kind} {Number}";
}
