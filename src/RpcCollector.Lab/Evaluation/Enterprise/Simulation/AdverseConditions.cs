namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>
/// What makes a simulated network harder to watch. Each of the first four is a branch of its own; all can be switched off.
/// </summary>
[Flags]
internal enum AdverseConditions : byte
{
    /// <summary>Every exporter sees both halves of every connection that touches its site, and each record arrives.</summary>
    None = 0,

    /// <summary>One packet in a hundred is looked at: most connections within the site are never seen.</summary>
    Sampling = 1,

    /// <summary>Two thirds of the pairs of hosts are seen in one direction only.</summary>
    Asymmetry = 2,

    /// <summary>Two in a hundred connections, and as many halves, never arrive; and all of one hour in a hundred.</summary>
    Loss = 4,

    /// <summary>Records arrive minutes late, some more than an hour.</summary>
    Lateness = 8,

    /// <summary>Part of the machines speak IPv6 with each other.</summary>
    IPv6 = 16,

    /// <summary>Laptops work from home too, under addresses that a gateway hands out and nobody tells of.</summary>
    Vpn = 32,

    /// <summary>Those that a branch has each.</summary>
    OfBranches = Sampling | Asymmetry | Loss | Lateness,

    All = OfBranches | IPv6 | Vpn,
}
