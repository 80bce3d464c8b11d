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

    private readonly Dictionary<int, uint> _servers = [];
    private readonly Dictionary<int, Lease> _byMachine = [];
    private readonly List<(AddressLease Lease, long Arrival)> _told = [];
    private readonly Dictionary<(int Site, MachineKind Kind), List<Lease>> _scopes = [];
    private readonly Dictionary<uint, List<(long From, int Machine)>> _holders = [];
    private readonly EnterpriseShape _shape;
    private readonly ulong _seed;

    public AddressLeases(Network network)
    {
        (_shape, _seed) = (network.Shape, network.Seed);

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

    public uint AddressOf(Machine machine) => machine.IsWorkstation ? _byMachine[machine.Number].Address : _servers[machine.Number];

    /// <summary>A workstation comes onto the network.</summary>
    /// <param name="untilUnixMilliseconds">When it goes; its lease was renewed at half its time until then.</param>
    public void Join(Machine machine, long atUnixMilliseconds, long untilUnixMilliseconds)
    {
        var length = machine.Kind == MachineKind.Laptop ? WirelessLease : WiredLease;
        if (!_byMachine.TryGetValue(machine.Number, out var lease) || lease.Holder != machine.Number)
            lease = Assign(machine, atUnixMilliseconds);
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
    public int? MachineAt(uint address, long unixMilliseconds)
    {
        if (!_holders.TryGetValue(address, out var holders)) return null;
        for (var i = holders.Count - 1; i >= 0; i--) if (holders[i].From <= unixMilliseconds) return holders[i].Machine;
        return null;
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
        if (!_holders.TryGetValue(address, out var holders)) _holders[address] = holders = [];
        if (holders.Count == 0 || holders[^1].Machine != machine.Number) holders.Add((at, machine.Number));
        var delay = 1_000 + (long)(SeededRandom.Of(_seed, "leases", machine.Number ^ (int)(at >> 10)).Uniform() * 20_000);
        _told.Add((new AddressLease(HostAddress.FromIPv4(address), KeyOf(machine.Number), at, at + length), at + delay));
    }

    private Lease Assign(Machine machine, long at)
    {
        var key = (machine.Site, machine.Kind);
        if (!_scopes.TryGetValue(key, out var scope)) _scopes[key] = scope = [];
        Lease? oldest = null;
        if (scope.Count >= Capacity(machine.Kind))
        {
            foreach (var lease in scope)
            {
                if (lease.Expiry < at && (oldest is null || lease.Expiry < oldest.Expiry)) oldest = lease;
            }
        }

        if (oldest is null)
        {
            // Scopes are blocks of 8 x 256 addresses: 10.site.16.0/21 wired, 10.site.32.0/21 wireless; longer ones where a site needs them.
            var (block, index) = Math.DivRem(scope.Count, 250);
            oldest = new Lease { Address = AddressAt(machine.Site, (machine.Kind == MachineKind.Laptop ? 32 : 16) + block, 5 + index) };
            scope.Add(oldest);
        }
        else
        {
            Reassigned++;
        }

        return oldest;
    }

    // Wired scopes have room to spare; wireless ones are made for those who are there at a time.
    private int Capacity(MachineKind kind)
    {
        var share = kind == MachineKind.Laptop ? _shape.LaptopShare * 0.85 : (1 - _shape.LaptopShare) * 1.15;
        return (int)(_shape.Workstations * share / _shape.Sites);
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
