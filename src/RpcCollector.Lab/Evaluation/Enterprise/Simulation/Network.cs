namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>The machines of a simulated enterprise and who depends on whom; the same for the same shape and seed.</summary>
internal sealed class Network
{
    private readonly List<Machine> _machines = [];
    private readonly Dictionary<MachineKind, List<Machine>> _byKind = [];
    private readonly Machine[] _departmentFileServer;
    private readonly Machine[][] _departmentApplications;

    public Network(EnterpriseShape shape, ulong seed)
    {
        (Shape, Seed) = (shape, seed);
        Restarts = new Restarts(seed);
        Ports = new DynamicPorts(seed, Restarts);
        var random = SeededRandom.Of(seed, "network");
        foreach (var kind in Enum.GetValues<MachineKind>()) _byKind[kind] = [];

        // 1. Servers. Those that a site cannot do without are spread over the sites, the first site being the data centre of the rest.
        AddServers(MachineKind.DomainController, shape.DomainControllers - Math.Min(1, shape.Branches.Count), isSpread: true);
        AddServers(MachineKind.FileServer, shape.FileServers - shape.Branches.Count, isSpread: true);
        AddServers(MachineKind.PrintServer, shape.PrintServers, isSpread: true);
        AddServers(MachineKind.ApplicationServer, shape.ApplicationServers);
        for (var i = 0; i < 3 * shape.Clusters; i++)
            Add(new Machine { Number = _machines.Count, Kind = MachineKind.ClusterNode, Site = 0, Group = i / 3 });
        AddServers(MachineKind.DeploymentServer, shape.DeploymentServers);
        AddServers(MachineKind.BackupServer, shape.BackupServers);
        AddServers(MachineKind.MonitoringServer, shape.MonitoringServers);
        AddServers(MachineKind.VulnerabilityScanner, shape.VulnerabilityScanners);
        AddServers(MachineKind.CertificateAuthority, shape.CertificateAuthorities);
        AddServers(MachineKind.JumpHost, shape.JumpHosts);
        AddServers(MachineKind.MailServer, shape.MailServers);
        AddServers(MachineKind.SynchronisationServer, shape.SynchronisationServers);
        AddServers(MachineKind.EventCollector, shape.EventCollectors);
        for (var site = shape.MainSites; site < shape.Sites; site++)
        {
            if (site == shape.MainSites) Add(new Machine { Number = _machines.Count, Kind = MachineKind.DomainController, Site = site });
            Add(new Machine { Number = _machines.Count, Kind = MachineKind.FileServer, Site = site });
        }

        // 2. Workstations; in thirty days about one in a hundred joins and one in a hundred goes.
        for (var i = 0; i < shape.Workstations; i++) AddWorkstation(random, firstDay: 0);
        for (var day = 1; day < shape.Days; day++)
        {
            if (EnterpriseShape.IsWeekend(day)) continue;
            for (var i = random.Poisson(shape.Workstations / 2_200.0); i > 0; i--) AddWorkstation(random, day);
            for (var i = random.Poisson(shape.Workstations / 2_200.0); i > 0; i--)
            {
                if (random.Pick(_machines) is { IsWorkstation: true, GoneDay: int.MaxValue } leaver && leaver.FirstDay < day)
                    leaver.GoneDay = day;
            }
        }

        // 3. Servers are replaced, about one in eighty in a month, over a weekend.
        foreach (var old in Of(MachineKind.ApplicationServer).Concat(Of(MachineKind.FileServer)).ToList())
        {
            if (!random.Chance(shape.Days / 30.0 / 40)) continue;
            var day = random.Below(Math.Max(1, shape.Days));
            old.GoneDay = day + 1;
            Add(new Machine { Number = _machines.Count, Kind = old.Kind, Site = old.Site, FirstDay = day, Replaces = old });
        }

        // 4. What departments use.
        var files = Of(MachineKind.FileServer).Where(server => server.Replaces is null && server.Site < shape.MainSites).ToList();
        var applications = Of(MachineKind.ApplicationServer).Where(server => server.Replaces is null).ToList();
        _departmentFileServer = [.. Enumerable.Range(0, shape.Departments).Select(_ => random.Pick(files))];
        _departmentApplications =
            [.. Enumerable.Range(0, shape.Departments)
                .Select(_ => Enumerable.Range(0, shape.IsOffice ? 0 : 1 + random.Below(3)).Select(_ => random.Pick(applications)).Distinct()
                    .ToArray())];
    }

    public EnterpriseShape Shape { get; }

    public ulong Seed { get; }

    public Restarts Restarts { get; }

    public DynamicPorts Ports { get; }

    public IReadOnlyList<Machine> Machines => _machines;

    public IEnumerable<Machine> Workstations => Of(MachineKind.Desktop).Concat(Of(MachineKind.Laptop));

    public IEnumerable<Machine> Servers => _machines.Where(machine => !machine.IsWorkstation);

    public IReadOnlyList<Machine> Of(MachineKind kind) => _byKind[kind];

    public Machine FileServerOf(int department, int day) => Current(_departmentFileServer[department], day);

    /// <summary>Where the user of a workstation keeps what is his: at the branch, or with his department.</summary>
    public Machine HomeServerOf(Machine machine, int day) => machine.Site < Shape.MainSites
        ? FileServerOf(machine.Group, day)
        : Current(Of(MachineKind.FileServer).First(server => server.Site == machine.Site && server.Replaces is null), day);

    /// <summary>Whether a machine has an IPv6 address, and a name that leads to it.</summary>
    public bool SpeaksIPv6(Machine machine) => Shape.Adverse.HasFlag(AdverseConditions.IPv6)
        && (!machine.IsWorkstation || machine.Site % 2 == 1)
        && SeededRandom.Of(Seed, "speaks IPv6", machine.Number).Chance(machine.Kind is MachineKind.DomainController ? 1 : 0.6);

    public IEnumerable<Machine> ApplicationsOf(int department, int day) =>
        _departmentApplications[department].Select(server => Current(server, day));

    /// <summary>The controller that a machine talks to: mostly the nearest.</summary>
    public Machine ControllerFor(Machine machine, SeededRandom random)
    {
        var controllers = Of(MachineKind.DomainController);
        return random.Chance(0.1) ? random.Pick(controllers) : Nearest(controllers, machine);
    }

    public Machine PrintServerFor(Machine machine) => Nearest(Of(MachineKind.PrintServer), machine);

    /// <summary>The machine that does a server's work on a day.</summary>
    public Machine Current(Machine server, int day) =>
        server.ExistsOn(day) ? server : _byKind[server.Kind].Find(machine => machine.Replaces == server) ?? server;

    private static Machine Nearest(IReadOnlyList<Machine> among, Machine machine)
    {
        // Several servers of one site share its machines.
        var atSite = among.Where(server => server.Site == machine.Site).ToList();
        return atSite.Count > 0 ? atSite[machine.Number % atSite.Count] : among[machine.Number % among.Count];
    }

    private void AddServers(MachineKind kind, int count, bool isSpread = false)
    {
        for (var i = 0; i < count; i++)
            Add(new Machine { Number = _machines.Count, Kind = kind, Site = isSpread ? i % Shape.MainSites : 0 });
    }

    private void AddWorkstation(SeededRandom random, int firstDay)
    {
        var isLaptop = random.Chance(Shape.LaptopShare);
        Add(new Machine
        {
            Number = _machines.Count,
            Kind = isLaptop ? MachineKind.Laptop : MachineKind.Desktop,
            Site = SiteOf(random),
            Group = random.Below(Shape.Departments),
            FirstDay = firstDay,
            StaysOn = !isLaptop && random.Chance(0.4),
            SecondGroup = !isLaptop && random.Chance(0.04) ? random.Below(Shape.Departments) : null,
        });
    }

    private int SiteOf(SeededRandom random) => Shape.Branches.Count > 0 && random.Chance(Shape.BranchShare * Shape.Branches.Count)
        ? Shape.MainSites + random.Below(Shape.Branches.Count)
        : random.Below(Shape.MainSites);

    private void Add(Machine machine)
    {
        _machines.Add(machine);
        _byKind[machine.Kind].Add(machine);
    }
}
