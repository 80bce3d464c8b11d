namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>How many machines of each kind a simulated enterprise has, and its calendar.</summary>
/// <param name="Hosts">Machines on the first day, servers included.</param>
/// <param name="Days">Days of traffic.</param>
/// <param name="LearningDays">Days without attacks; nothing is measured in them.</param>
internal sealed record EnterpriseShape(int Hosts, int Days, int LearningDays)
{
    public const int FewestHosts = 50;

    /// <summary>Below <see cref="FewestHosts"/> it is a small office: a domain controller, a file server, and workstations.</summary>
    public const int FewestOfOffice = 4;

    // One octet of an address names the site, and one byte of an event.
    public const int MostHosts = 50_000;

    /// <summary>A Monday, 00:00 UTC. All sites keep UTC.</summary>
    public static readonly DateTimeOffset FirstDay = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public const long DayMilliseconds = 86_400_000;

    /// <summary>What makes it harder to watch; nothing unless it is asked for.</summary>
    public AdverseConditions Adverse { get; init; }

    /// <summary>The conditions that a branch has each, in the order of the branches' sites.</summary>
    public IReadOnlyList<AdverseConditions> Branches => IsOffice
        ? []
        : [.. Enum.GetValues<AdverseConditions>().Where(condition => AdverseConditions.OfBranches.HasFlag(condition)
            && Adverse.HasFlag(condition) && ((int)condition & ((int)condition - 1)) == 0 && condition != AdverseConditions.None)];

    /// <summary>The share of the workstations that each branch has.</summary>
    public double BranchShare => 0.06;

    /// <summary>True for an office so small that one controller and one file server are all its servers.</summary>
    public bool IsOffice => Hosts < FewestHosts;

    public int Sites => MainSites + Branches.Count;

    public int MainSites => IsOffice ? 1 : Math.Max(2, Hosts / 400);

    /// <summary>The first branch has one of its own.</summary>
    public int DomainControllers => IsOffice ? 1 : Math.Max(2, (Hosts + 249) / 250) + Math.Min(1, Branches.Count);

    /// <summary>Each branch has one of its own.</summary>
    public int FileServers => Math.Max(1, Hosts / 160) + Branches.Count;

    public int PrintServers => IsOffice ? 0 : Math.Max(1, Hosts / 330);

    public int ApplicationServers => IsOffice ? 0 : Math.Max(2, Hosts * 4 / 100);

    /// <summary>Clusters of three nodes.</summary>
    public int Clusters => IsOffice ? 0 : Math.Max(1, Hosts / 330);

    public int DeploymentServers => IsOffice ? 0 : Math.Max(1, Hosts / 2_500);

    public int BackupServers => IsOffice ? 0 : Math.Max(1, Hosts / 1_000);

    public int MonitoringServers => IsOffice ? 0 : Math.Max(1, Hosts / 2_500);

    public int VulnerabilityScanners => IsOffice ? 0 : Math.Max(1, Hosts / 2_500);

    public int CertificateAuthorities => IsOffice ? 0 : 1;

    public int JumpHosts => IsOffice ? 0 : Math.Max(1, Hosts / 1_000);

    public int MailServers => IsOffice ? 0 : Math.Max(1, Hosts / 1_000);

    public int SynchronisationServers => IsOffice ? 0 : 1;

    public int EventCollectors => IsOffice ? 0 : Math.Max(1, Hosts / 2_500);

    public int Servers =>
        DomainControllers + FileServers + PrintServers + ApplicationServers + (3 * Clusters) + DeploymentServers + BackupServers
        + MonitoringServers + VulnerabilityScanners + CertificateAuthorities + JumpHosts
        + MailServers + SynchronisationServers + EventCollectors;

    public int Workstations => Hosts - Servers;

    public double LaptopShare => 0.4;

    /// <summary>About 40 people each.</summary>
    public int Departments => Math.Max(2, Workstations / 40);

    public int Administrators => IsOffice ? 0 : Math.Max(2, Hosts / 250);

    public int HelpdeskStaff => IsOffice ? 0 : Math.Max(1, Hosts / 330);

    /// <summary>What the exporter of a site is like.</summary>
    public AdverseConditions ConditionOf(int site) =>
        site >= MainSites && site - MainSites < Branches.Count ? Branches[site - MainSites] : AdverseConditions.None;

    public static DateTimeOffset DateOf(int day) => FirstDay.AddDays(day);

    public static long StartOf(int day) => FirstDay.ToUnixTimeMilliseconds() + (day * DayMilliseconds);

    public static bool IsWeekend(int day) => DateOf(day).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;
}
