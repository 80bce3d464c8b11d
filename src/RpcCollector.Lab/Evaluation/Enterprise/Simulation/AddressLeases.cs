using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>
/// Who has which IPv4 address: servers for good, workstations by DHCP. A workstation that comes back keeps its address unless its lease
/// ran out and another took it; a new one gets an address never used before while there is one, then the one whose lease ran out
/// longest ago.
/// </summary>
internal sealed class AddressLeases
{
    private const long WiredLease = 8 * EnterpriseShape.DayMilliseconds;
    private const long WirelessLease = EnterpriseShape.DayMilliseconds;

    // Where those at home come in: no site.
    private const int Gateway = -1;

    private readonly Dictionary<int, uint> _servers = [];
    private readonly Dictionary<int, Lease> _byMachine = [];

    // Which address a workstation was given last, at its site or by the gateway for those at home.
    private readonly Dictionary<int, uint> _current = [];
    private readonly Dictionary<int, List<(long From, uint Address)>> _ofMachine = [];
    private readonly List<(AddressLease Lease, long Arrival)> _told = [];
    private readonly Dictionary<(int Site, MachineKind Kind), List<Lease>> _scopes = [];
    private readonly Dictionary<uint, List<(long From, int Machine)>> _holders = [];
    private readonly Network _network;
    private readonly EnterpriseShape _shape;
    private readonly ulong _seed;

    public AddressLeases(Network network)
    {
        (_network, _shape, _seed) = (network, network.Shape, network.Seed);

        // Servers: 10.site.1.10 and on, 240 in each /24.
        var numAt = new int[_shape.Sites];
        foreach (var server in network.Servers)
        {
            var (block, index) = Math.DivRem(numAt[server.Site]++, 240);
            var address = AddressAt(server.Site, 1 + block, 10 + index);
            _servers[server.Number] = address;
            _holders[address] = [(long.MinValue, server.Number)];
        }
    }

    /// <summary>How often an address went from one machine to another.</summary>
    public int Reassigned { get; private set; }

    /// <summary>Called with each lease that a workstation gets, when it comes onto the network.</summary>
    public Action<GrantedLease>? Granted { get; set; }

    /// <summary>The address of a server, or of a workstation that <see cref="Join"/>ed.</summary>
    public HostAddress Of(Machine machine) => HostAddress.FromIPv4(AddressOf(machine));

    public uint AddressOf(Machine machine) => machine.IsWorkstation ? _current[machine.Number] : _servers[machine.Number];

    /// <summary>The addresses under which a client reaches a server: those of IPv6 when both have one and neither is at home.</summary>
    public (EndAddress Client, EndAddress Server) Between(Machine client, Machine server, bool isRemote) =>
        !isRemote && _network.SpeaksIPv6(client) && _network.SpeaksIPv6(server)
            ? (EndAddress.IPv6Of(client), EndAddress.IPv6Of(server))
            : (EndAddress.FromIPv4(AddressOf(client)), EndAddress.FromIPv4(AddressOf(server)));

    /// <summary>A workstation comes onto the network.</summary>
    /// <param name="untilUnixMilliseconds">When it goes; its lease was renewed at half its time until then.</param>
    /// <param name="isRemote">True when it comes through the gateway, whose addresses nobody tells of.</param>
    public void Join(Machine machine, long atUnixMilliseconds, long untilUnixMilliseconds, bool isRemote = false)
    {
        if (isRemote)
        {
            var given = Assign(Gateway, MachineKind.Laptop, atUnixMilliseconds);
            (given.Holder, given.Expiry) = (machine.Number, untilUnixMilliseconds);
            Hold(machine, given.Address, atUnixMilliseconds);
            return;
        }

        var length = machine.Kind == MachineKind.Laptop ? WirelessLease : WiredLease;
        if (!_byMachine.TryGetValue(machine.Number, out var lease) || lease.Holder != machine.Number)
            lease = Assign(machine.Site, machine.Kind, atUnixMilliseconds);
        lease.Holder = machine.Number;
        Note(machine, lease.Address, atUnixMilliseconds, length);
        lease.Expiry = untilUnixMilliseconds + (length * 3 / 4);
        _byMachine[machine.Number] = lease;
        Granted?.Invoke(new GrantedLease(machine, lease.Address, atUnixMilliseconds, (int)(length / 1_000)));
    }

    /// <summary>What a sensor told of the DHCP server's answers since it was asked last, in the order of arrival.</summary>
    public IReadOnlyList<(AddressLease Lease, long Arrival)> TakeTold()
    {
        var told = _told.OrderBy(entry => entry.Arrival).ToList();
        _told.Clear();
        return told;
    }

    /// <summary>Which machine had an address at a time; null when none had.</summary>
    public int? MachineAt(HostAddress address, long unixMilliseconds)
    {
        if (!address.IsIPv4) return EndAddress.Of(address).Machine;
        if (!_holders.TryGetValue((uint)address.Low, out var holders)) return null;
        for (var i = holders.Count - 1; i >= 0; i--) if (holders[i].From <= unixMilliseconds) return holders[i].Machine;
        return null;
    }

    /// <summary>The IPv4 address that the machine of an address had at a time: the address itself, unless it is one of IPv6.</summary>
    public HostAddress IPv4Of(HostAddress address, long unixMilliseconds)
    {
        if (address.IsIPv4) return address;
        var machine = EndAddress.Of(address).Machine;
        if (_servers.TryGetValue(machine, out var server)) return HostAddress.FromIPv4(server);
        if (!_ofMachine.TryGetValue(machine, out var held)) return address;
        for (var i = held.Count - 1; i >= 0; i--) if (held[i].From <= unixMilliseconds) return HostAddress.FromIPv4(held[i].Address);
        return address;
    }

    /// <summary>As a sensor names a machine by its hardware address.</summary>
    public static ulong KeyOf(int machine) => AddressLease.MachineOf(BitConverter.GetBytes(machine));

    /// <summary>Every address that a scanner would ask: servers, and both scopes of each site, in use or not.</summary>
    public IEnumerable<uint> All() =>
        _servers.Values.Concat(_scopes.Values.SelectMany(scope => scope).Select(lease => lease.Address)).Order();

    private static uint AddressAt(int site, int block, int index) => 0x0A00_0000 | (uint)site << 16 | (uint)block << 8 | (uint)index;

    // A machine asks for its address whenever it comes onto the network; a sensor's log line is written seconds later.
    private void Note(Machine machine, uint address, long at, long length)
    {
        Hold(machine, address, at);
        var delay = 1_000 + (long)(SeededRandom.Of(_seed, "leases", SeededRandom.Key(machine.Number, (int)(at >> 10))).Uniform() * 20_000);
        _told.Add((new AddressLease(HostAddress.FromIPv4(address), KeyOf(machine.Number), at, at + length), at + delay));
    }

    private void Hold(Machine machine, uint address, long at)
    {
        _current[machine.Number] = address;
        if (!_holders.TryGetValue(address, out var holders)) _holders[address] = holders = [];
        if (holders.Count == 0 || holders[^1].Machine != machine.Number) holders.Add((at, machine.Number));
        if (!_ofMachine.TryGetValue(machine.Number, out var held)) _ofMachine[machine.Number] = held = [];
        if (held.Count == 0 || held[^1].Address != address) held.Add((at, address));
    }

    private Lease Assign(int site, MachineKind kind, long at)
    {
        var key = (site, kind);
        if (!_scopes.TryGetValue(key, out var scope)) _scopes[key] = scope = [];
        Lease? oldest = null;
        if (scope.Count >= Capacity(site, kind))
        {
            foreach (var lease in scope)
            {
                if (lease.Expiry < at && (oldest is null || lease.Expiry < oldest.Expiry)) oldest = lease;
            }
        }

        if (oldest is null)
        {
            // Scopes are blocks of 8 x 256 addresses: 10.site.16.0/21 wired, 10.site.32.0/21 wireless; longer ones where a site needs them.
            // The gateway's is 10.0.192.0/18.
            var (block, index) = Math.DivRem(scope.Count, 250);
            var first = site == Gateway ? 192 : kind == MachineKind.Laptop ? 32 : 16;
            oldest = new Lease { Address = AddressAt(Math.Max(0, site), first + block, 5 + index) };
            scope.Add(oldest);
        }
        else
        {
            Reassigned++;
        }

        return oldest;
    }

    // Wired scopes have room to spare; wireless ones are made for those who are there at a time.
    private int Capacity(int site, MachineKind kind)
    {
        if (site == Gateway) return (int)(_shape.Workstations * _shape.LaptopShare * 0.5);
        var share = kind == MachineKind.Laptop ? _shape.LaptopShare * 0.85 : (1 - _shape.LaptopShare) * 1.15;
        var ofSite = site >= _shape.MainSites
            ? _shape.BranchShare
            : (1 - (_shape.BranchShare * _shape.Branches.Count)) / _shape.MainSites;
        return (int)(_shape.Workstations * share * ofSite);
    }

    private sealed class Lease
    {
        public required uint Address { get; init; }

        public int Holder { get; set; }

        public long Expiry { get; set; }
    }
}

/// <summary>A workstation got an address.</summary>
internal readonly record struct GrantedLease(Machine Machine, uint Address, long AtUnixMilliseconds, int Seconds)
{
    /// <summary>As the judge is told it.</summary>
    public AddressLease Told => new(
        HostAddress.FromIPv4(Address), AddressLeases.KeyOf(Machine.Number), AtUnixMilliseconds, AtUnixMilliseconds + (Seconds * 1_000L));
}
