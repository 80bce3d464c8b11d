using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>
/// One day of the simulated enterprise: who is there, under which address, and what they do. Habits add connections to it.
/// </summary>
internal sealed class SimulatedDay
{
    private const int Second = 1_000;
    private const int Noon = Presence.Whole / 2;

    private readonly AddressLeases _leases;
    private readonly Presence[] _presences;
    private readonly List<SimulatedConnection> _connections;
    private SeededRandom _random = null!;
    private byte _habit;

    public SimulatedDay(Network network, AddressLeases leases, int number, List<SimulatedConnection> connections)
    {
        (Network, _leases, Number, _connections) = (network, leases, number, connections);
        var random = SeededRandom.Of(network.Seed, "presence", number);
        var hasVpn = network.Shape.Adverse.HasFlag(AdverseConditions.Vpn);
        _presences = [.. network.Machines.Select(machine => Presence.Draw(machine, number, random, hasVpn))];

        // Addresses are handed out in the order in which people come.
        foreach (var machine in network.Workstations.Where(IsThere).OrderBy(machine => _presences[machine.Number].OnFrom)
            .ThenBy(machine => machine.Number))
            leases.Join(machine, Start + Of(machine).OnFrom, Start + Of(machine).OnUntil, Of(machine).IsRemote);
        Workers = [.. network.Workstations.Where(machine => Of(machine).HasUser)];
        WorkstationsOn = [.. network.Workstations.Where(IsThere)];
        Servers = [.. network.Servers.Where(IsThere)];
    }

    public Network Network { get; }

    public int Number { get; }

    public long Start => EnterpriseShape.StartOf(Number);

    public bool IsWeekend => EnterpriseShape.IsWeekend(Number);

    /// <summary>Workstations at which somebody works today.</summary>
    public IReadOnlyList<Machine> Workers { get; }

    public IReadOnlyList<Machine> WorkstationsOn { get; }

    public IReadOnlyList<Machine> Servers { get; }

    public Presence Of(Machine machine) => _presences[machine.Number];

    public bool IsThere(Machine machine) => _presences[machine.Number].IsOn;

    public bool IsOnAt(Machine machine, int milliseconds) =>
        Of(machine) is { IsOn: true } presence && milliseconds >= presence.OnFrom && milliseconds < presence.OnUntil;

    /// <summary>The IPv4 address of a machine, which it has whether it speaks IPv6 or not.</summary>
    public HostAddress AddressOf(Machine machine) => _leases.Of(machine);

    /// <summary>Under which addresses a client reaches a server by name.</summary>
    public (HostAddress Client, HostAddress Server) AddressesBetween(Machine client, Machine server)
    {
        var (from, to) = Between(client, server);
        return (from.Host, to.Host);
    }

    /// <summary>Where a machine is on the network: those at home come in where the servers are.</summary>
    public int SiteOf(Machine machine) => Of(machine).IsRemote ? 0 : machine.Site;

    public IEnumerable<uint> AllAddresses() => _leases.All();

    public void Begin(byte habit, SeededRandom random) => (_habit, _random) = (habit, random);

    /// <summary>A moment at which somebody works at a workstation, in milliseconds since the day began.</summary>
    public int WorkingMoment(Machine machine)
    {
        var presence = Of(machine);
        return presence.WorkFrom + _random.Below(presence.WorkUntil - presence.WorkFrom);
    }

    /// <summary>A connection other than RPC over TCP: SMB, WinRM, Kerberos, LDAP.</summary>
    /// <param name="at">Milliseconds since the day began.</param>
    /// <param name="median">The median of its duration in seconds.</param>
    /// <param name="octets">What it carries; what is usual for the port when it is not said.</param>
    public void Contact(
        Machine client, Machine server, ushort port, int at, double median, Answer answer = Answer.Answered, Octets? octets = null)
    {
        if (!IsOnAt(client, at) || !IsThere(server)) return;
        if (Network.Restarts.IsDown(server, Number, at)) answer = Answer.Silent;
        var (from, to) = Between(client, server);
        Contact(client, from, to, SiteOf(server), port, at, median, answer, octets);
    }

    /// <summary>The same to an IPv4 address, whether somebody has it or not.</summary>
    public void Contact(Machine client, uint server, int serverSite, ushort port, int at, double median, Answer answer) =>
        Contact(
            client, EndAddress.FromIPv4(_leases.AddressOf(client)), EndAddress.FromIPv4(server), serverSite, port, at, median, answer,
            octets: null);

    /// <summary>
    /// RPC over TCP: a mapper connection and one to the service, or to the service alone when the client knows its port already.
    /// </summary>
    /// <param name="octets">The median of what the client sends.</param>
    /// <param name="ratio">The median of what the server sends for each octet of the client.</param>
    /// <param name="isCached">How often the client knows the port already.</param>
    public void Rpc(
        Machine client, Machine server, RpcService service, int at, double octets = 3_000, double ratio = 0.95, double isCached = 0.2)
    {
        if (!IsOnAt(client, at) || !IsThere(server) || Network.Restarts.IsDown(server, Number, at)) return;
        var (from, to) = Between(client, server);
        var connection = New(client, from, to, SiteOf(server), at, Answer.Answered);
        connection.ServerPort = PortOf(server, service, at);
        connection.ClientOctets = (uint)Math.Clamp(_random.LogNormal(octets, 0.7), 400, 4e9);
        connection.ServerOctets = (uint)Math.Clamp(connection.ClientOctets * _random.LogNormal(ratio, 0.12), 300, 4e9);
        connection.EndpointDurationMilliseconds = Duration(10);
        if (_random.Chance(isCached))
        {
            connection.Basis = JoinBasis.KnownEndpoint;
        }
        else
        {
            // Measured on public captures: median 6.8 ms, 95th percentile 0.46 s; 4 of 1,256 beyond the analytic's two seconds.
            var isLate = _random.Chance(0.003);
            connection.EndpointDelayMilliseconds = isLate
                ? 2_000 + _random.Below(6_000)
                : (int)Math.Clamp(_random.LogNormal(6.8, 2.56), 1, 1_999);
            connection.Basis = isLate ? JoinBasis.Extended : JoinBasis.Car;
            connection.DurationMilliseconds = Math.Max(Duration(12), connection.EndpointDelayMilliseconds);
        }

        var whole =
            Math.Max(connection.DurationMilliseconds, connection.EndpointDelayMilliseconds + connection.EndpointDurationMilliseconds);
        connection.Arrival = Reported(connection.Start, whole, SiteOf(client));
        _connections.Add(connection);
    }

    /// <summary>The mapper is asked, and nothing follows: refused, dropped, or a probe.</summary>
    public void MapperOnly(Machine client, Machine server, int at, Answer answer)
    {
        if (!IsOnAt(client, at) || !IsThere(server)) return;
        var (from, to) = Between(client, server);
        MapperOnly(client, from, to, SiteOf(server), at, answer);
    }

    /// <summary>The same to an IPv4 address, whether somebody has it or not.</summary>
    public void MapperOnly(Machine client, uint server, int serverSite, int at, Answer answer) =>
        MapperOnly(client, EndAddress.FromIPv4(_leases.AddressOf(client)), EndAddress.FromIPv4(server), serverSite, at, answer);

    /// <summary>A flow that was recorded elsewhere, under addresses and times of this network.</summary>
    public void Place(int index, long end, int site, bool isMapperOnly)
    {
        var arrival = Reported(end, 0, site) + (isMapperOnly ? 300 * Second : 0);
        _connections.Add(new SimulatedConnection { Placed = index + 1, Arrival = arrival, Habit = _habit });
    }

    /// <summary>The dynamic port on which a machine has a service at a time of the day.</summary>
    public ushort PortOf(Machine server, RpcService service, int at = Noon) => Network.Ports.Of(server, service, Number, at);

    /// <summary>A call of lsarpc, netlogon or samr, or one that reads the directory without replicating it.</summary>
    /// <remarks>Sizes are those of a public recording: a lookup of names 0.8 KB, netlogon 3.1 KB, drsuapi 1.9 KB from the client.</remarks>
    public void Authority(Machine client, Machine server, int at, double isCached = 0.2)
    {
        var (octets, ratio) = _random.Uniform() switch
        {
            < 0.45 => (800, 1.35),
            < 0.8 => (3_100, 1.2),
            _ => (1_900, 1.25),
        };
        Rpc(client, server, AuthorityOf(server), at, octets, ratio, isCached);
    }

    /// <summary>Which port of the security authority is asked: on servers that have two, the second one in three times.</summary>
    public RpcService AuthorityOf(Machine server) =>
        Network.Ports.HasSecondAuthority(server) && _random.Chance(1 / 3.0)
            ? RpcService.SecondSecurityAuthority
            : RpcService.SecurityAuthority;

    private void Contact(
        Machine client, EndAddress from, EndAddress to, int serverSite, ushort port, int at, double median, Answer answer, Octets? octets)
    {
        var connection = New(client, from, to, serverSite, at, answer);
        connection.ServerPort = port;
        if (answer == Answer.Answered)
            (connection.ClientOctets, connection.ServerOctets) = (octets ?? Octets.Usual(port)).Draw(_random);
        connection.DurationMilliseconds = answer == Answer.Answered ? Duration(median) : _random.Below(30) * 100;
        connection.Arrival = Reported(connection.Start, connection.DurationMilliseconds, SiteOf(client));
        _connections.Add(connection);
    }

    private void MapperOnly(Machine client, EndAddress from, EndAddress to, int serverSite, int at, Answer answer)
    {
        var connection = New(client, from, to, serverSite, at, answer);
        connection.Basis = JoinBasis.MapperOnly;
        connection.DurationMilliseconds = answer == Answer.Answered ? Duration(1) : _random.Below(30) * 100;
        connection.Arrival = Reported(connection.Start, connection.DurationMilliseconds, SiteOf(client)) + (300 * Second);
        _connections.Add(connection);
    }

    /// <summary>
    /// When a record of a flow reaches the collector: after its end or the active timeout, and what the exporter takes to send it.
    /// </summary>
    private long Reported(long start, int duration, int site)
    {
        var condition = Network.Shape.ConditionOf(site);
        var activeTimeout = condition == AdverseConditions.None && site % 4 == 3 ? 1_800 * Second : 60 * Second;
        var delay = (_random.Uniform(), condition == AdverseConditions.Lateness) switch
        {
            ( < 0.7, false) => _random.Between(1, 5),
            ( < 0.95, false) => _random.Between(5, 60),
            (_, false) => _random.Between(60, 300),
            ( < 0.7, true) => _random.Between(60, 600),
            ( < 0.97, true) => _random.Between(600, 1_800),
            _ => _random.Between(1_800, 6_000),
        };
        return start + Math.Min(duration, activeTimeout) + (long)(delay * Second);
    }

    private SimulatedConnection New(Machine client, EndAddress from, EndAddress to, int serverSite, int at, Answer answer) => new()
    {
        Start = Start + at,
        Client = from,
        Server = to,
        ClientPort = (ushort)(WellKnownPort.FirstDynamic + _random.Below(16_000)),
        ClientOctets = answer == Answer.Answered ? (uint)_random.LogNormal(700, 0.25) : 52,
        ServerOctets = answer switch { Answer.Answered => (uint)_random.LogNormal(750, 0.25), Answer.Refused => 40, _ => 0 },
        Answer = answer,
        ClientSite = (byte)SiteOf(client),
        ServerSite = (byte)serverSite,
        Habit = _habit,
    };

    private (EndAddress Client, EndAddress Server) Between(Machine client, Machine server) =>
        _leases.Between(client, server, Of(client).IsRemote || Of(server).IsRemote);

    private int Duration(double median) => (int)Math.Clamp(_random.LogNormal(median, 1) * Second, 20, 8 * 3_600 * Second);
}
