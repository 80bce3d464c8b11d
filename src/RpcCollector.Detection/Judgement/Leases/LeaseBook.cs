using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Leases;

/// <summary>Which machine had which address when, as far as leases tell, and where its habits are to be looked up.</summary>
/// <remarks>
/// <para>
/// Three things hang on a host. What its findings are called: the address and the period of the machine that held it. What roles rest
/// on: the address alone, whoever held it, so that no lease can make or unmake a role. What it is known to do: the machine, under the
/// name by which it was known first (its home), wherever it is now.
/// </para>
/// <para>
/// A lease can be forged. So the third holds only while nothing speaks against it: a machine has one IPv4 address at a time, and an
/// address is not handed out while it is in use. Nothing is copied, so there is nothing to take back. What is said of an hour depends on
/// the leases and flows up to its end, and not on the order in which they came.
/// </para>
/// </remarks>
internal sealed partial class LeaseBook(ToldRoles told, Edges edges, OpenFacts facts, Roles roles)
{
    /// <summary>So many addresses and so many machines are remembered.</summary>
    public const int Max = 100_000;

    // Of an address and of a machine in the hours that are open.
    private const int MaxOpen = 128;

    // An address that was active so shortly before is in use: its server would not hand it to another.
    public const long Quiet = 15 * 60_000;

    // The last packets under the former address, and clocks that differ.
    private const long Slack = 2 * 60_000;

    // An address is leased again and again while it is in use.
    private const int MaxSteps = 16;

    // So many hours after two addresses of a machine were active at once nothing of it is carried.
    private const int Doubtful = 24;

    private readonly Dictionary<HostAddress, LeasedAddress> _addresses = [];
    private readonly Dictionary<ulong, LeasedMachine> _machines = [];
    private readonly HashSet<HostAddress> _open = [];
    private readonly long[] _counts = new long[Enum.GetValues<LeaseOutcome>().Length];
    private int _settled = Epoch.None;
    private bool _isFull;

    /// <summary>True while no lease has been told.</summary>
    public bool IsEmpty => _addresses.Count == 0;

    public LeaseCounts Counts => new(
        Count(LeaseOutcome.New), Count(LeaseOutcome.Renewed), Count(LeaseOutcome.Changed), Count(LeaseOutcome.Contradicted),
        Count(LeaseOutcome.Refused), Count(LeaseOutcome.Late));

    public int NumAddresses => _addresses.Count;

    public int NumMachines => _machines.Count;

    public void ForgetCounts() => Array.Clear(_counts);

    /// <summary>Who had an address at a time.</summary>
    public HostIdentity IdentityOf(HostAddress address, long atUnixMilliseconds)
    {
        if (_addresses.Count == 0 || !_addresses.TryGetValue(address, out var row)) return new HostIdentity(address);
        var machine = row.HolderAt(atUnixMilliseconds);
        return new HostIdentity(address, machine == 0 ? 0 : PeriodOf(row, address, machine));
    }

    /// <summary>Under which name a host's habits are kept, as far as that can be believed in an hour.</summary>
    public HostIdentity HabitOf(HostIdentity host, int epoch)
    {
        for (var steps = 0; steps < MaxSteps && host.Period != 0 && MachineOf(host) is > 0 and var key; steps++)
        {
            // 1. An address that is in use is not handed out: who has it goes on to be judged as who had it.
            if (FormerInUse(host.Address, key, Epoch.StartOf(epoch + 1)) is { } former)
            {
                if (former == host) break;
                host = former;
                continue;
            }

            // 2. Else as the machine that it is.
            var machine = _machines[key];
            var home = HomeOf(key, machine);
            return home != host && IsCarried(key, machine, host.Address, home, epoch) ? home : host;
        }

        return host;
    }

    /// <summary>The addresses whose judgement changes when an address is active as a client: those of the machine that had it.</summary>
    public IEnumerable<HostAddress> ConcernedBy(HostAddress client, long atUnixMilliseconds)
    {
        if (_addresses.Count == 0 || !_addresses.TryGetValue(client, out var row)) return [];
        return _machines.GetValueOrDefault(row.HolderAt(atUnixMilliseconds)) is { } machine ? ConcernedBy(client, row, machine) : [];
    }

    private static IEnumerable<HostAddress> ConcernedBy(HostAddress client, LeasedAddress row, LeasedMachine machine)
    {
        var stays = row.Open.TrueForAll(held => held.Machine == row.Holder) && machine.At == client
            && machine.Open.TrueForAll(stay => stay.Address == client);
        return stays ? [] : machine.AllPlaces().Append(client);
    }

    /// <summary>Takes a lease.</summary>
    /// <param name="latest">A lease that starts later is ahead of its time.</param>
    /// <param name="closedEpoch">The last hour that is closed.</param>
    /// <returns>The addresses whose facts may be somebody else's now; none when it changes nothing.</returns>
    public IEnumerable<HostAddress> Take(in AddressLease lease, long latest, int closedEpoch)
    {
        // 1. Is it possible, and may it be used?
        var (address, start) = (lease.Address, lease.StartUnixMilliseconds);
        if (lease.Machine == 0 || !address.IsConnectable || start <= 0 || lease.EndUnixMilliseconds < start || start > latest)
            return Refuse();
        var row = _addresses.GetValueOrDefault(address);
        if (Epoch.Of(start) <= closedEpoch)
        {
            _counts[(int)LeaseOutcome.Late]++;
            var opens = Epoch.StartOf(closedEpoch + 1);
            if (row?.Since >= start || lease.EndUnixMilliseconds <= opens) return [];
            start = opens;
        }

        if (IsProtected(address, Epoch.Of(start))) return Refuse();

        // 2. Room for it.
        var key = KeyOf(lease);
        var machine = _machines.GetValueOrDefault(key);
        if ((row is null && _addresses.Count >= Max) || (machine is null && _machines.Count >= Max)) _isFull = true;
        if (_isFull && (row is null || machine is null)) return Refuse();
        if (row?.Open.Count >= MaxOpen || machine?.Open.Count >= MaxOpen) return Refuse();
        if (row?.Open.Contains((start, key)) == true) return [];
        if (row is null) _addresses.Add(address, row = new LeasedAddress());
        if (machine is null) _machines.Add(key, machine = new LeasedMachine());

        // 3. In their order.
        Insert(row.Open, (start, key));
        Insert(machine.Open, (start, address));
        _open.Add(address);
        row.LastEpoch = Math.Max(row.LastEpoch, Epoch.Of(start));
        machine.LastEpoch = Math.Max(machine.LastEpoch, Epoch.Of(start));
        return machine.AllPlaces().Append(address).Distinct();
    }

    /// <summary>True for a host whose role says that others depend on it: no lease touches it.</summary>
    public bool IsProtected(HostAddress address, int epoch)
    {
        var index = edges.FindHost(address);
        var role = index >= 0 ? roles.EarnedAt(index, epoch) : told.Of(address);
        return role is { } known && (known.IsServing() || known is HostRole.ManagementServer or HostRole.Scanner);
    }

    // A machine may have any number of IPv6 addresses at once (RFC 8981): those of one network are one machine's, and no more is said.
    private static ulong KeyOf(in AddressLease lease) =>
        lease.Address.IsIPv4 ? lease.Machine : Math.Max(StableId.Mix(lease.Machine, NetworkOf(lease.Address)), 1);

    // Hosts of two sites are two, whatever their hardware addresses are: what is copied has the same.
    private static ulong NetworkOf(HostAddress address) =>
        address.IsOfSite ? StableId.Mix(address.High, address.Low >> 32) : address.High;

    private static void Insert<T>(List<T> sorted, T item)
    {
        var place = sorted.BinarySearch(item);
        sorted.Insert(place < 0 ? ~place : place, item);
    }

    private long Count(LeaseOutcome outcome) => _counts[(int)outcome];

    private IEnumerable<HostAddress> Refuse()
    {
        _counts[(int)LeaseOutcome.Refused]++;
        return [];
    }

    /// <summary>0 for the first machine that is known of the address, were it known nowhere before: nothing says that it changed.</summary>
    private long PeriodOf(LeasedAddress row, HostAddress address, ulong key)
    {
        var machine = _machines.GetValueOrDefault(key);
        if (machine?.Home is { } home && home.Address == address) return home.Period;
        return row.FirstMachine == key && machine is { Home: null } && machine.HomeAddress == address
            ? 0
            : StableId.Of(StableId.Mix(key, address.Hash()));
    }

    private HostIdentity HomeOf(ulong key, LeasedMachine machine)
    {
        if (machine.Home is { } home) return home;
        var address = machine.HomeAddress;
        return new HostIdentity(address, PeriodOf(_addresses[address], address, key));
    }

    private ulong MachineOf(HostIdentity host)
    {
        if (!_addresses.TryGetValue(host.Address, out var row)) return 0;
        if (IsIt(row.Holder)) return row.Holder;
        foreach (var (_, key) in row.Open) if (IsIt(key)) return key;
        return IsIt(row.Former) ? row.Former : IsIt(row.First) ? row.First : 0;

        bool IsIt(ulong key) => key != 0 && _machines.ContainsKey(key) && PeriodOf(row, host.Address, key) == host.Period;
    }

    private bool IsCarried(ulong key, LeasedMachine machine, HostAddress address, HostIdentity home, int epoch)
    {
        if (IsProtected(home.Address, epoch)) return false;
        return !address.HoldsIPv4 || (machine.WasAt(address, epoch) && !IsDoubted(key, machine, epoch));
    }

    /// <summary>
    /// Who had an address that was in use when a machine is said to have come; null where it was not, or that one had it before.
    /// </summary>
    private HostIdentity? FormerInUse(HostAddress address, ulong key, long before)
    {
        var row = _addresses[address];
        if (row.CameAt(key, before) is not { } start)
        {
            if (row.Holder != key || !row.WasInUse) return null;
            return new HostIdentity(address, row.Former == 0 ? 0 : PeriodOf(row, address, row.Former));
        }

        return IsInUse(row, address, key, start) ? IdentityOf(address, start - 1) : null;
    }

    /// <summary>True where an address was active just before, and its new holder did not have it before that.</summary>
    private bool IsInUse(LeasedAddress row, HostAddress address, ulong key, long start)
    {
        if (row.Holder == key || row.Former == key) return false;

        // An earlier stay counts where it was one: whoever is named twice is in use as he was when he was named first.
        var stay = row.Open.FindIndex(held => held.Machine == key);
        return WasActiveBefore(address, stay >= 0 ? Math.Min(start, row.Open[stay].Start) : start);
    }

    private bool WasActiveBefore(HostAddress address, long start)
    {
        var index = edges.FindHost(IdentityOf(address, start - 1));
        return index >= 0 && (IsActiveIn(index, Epoch.Of(start)) || IsActiveIn(index, Epoch.Of(start) - 1));

        bool IsActiveIn(int host, int epoch) => AnyFact(host, epoch, at => at < start && at >= start - Quiet);
    }

    private bool IsDoubted(ulong key, LeasedMachine machine, int epoch)
    {
        if (machine.LastDoubted != Epoch.None && machine.LastDoubted <= epoch && epoch - machine.LastDoubted < Doubtful) return true;
        foreach (var open in facts.Epochs.Keys) if (open > _settled && open <= epoch && IsDoubtedIn(key, machine, open)) return true;
        return false;
    }

    /// <summary>True when the machine is active in an hour under an address that it left, and that nobody else has got since.</summary>
    private bool IsDoubtedIn(ulong key, LeasedMachine machine, int epoch)
    {
        foreach (var place in machine.AllPlaces())
        {
            if (!place.HoldsIPv4 || !_addresses.TryGetValue(place, out var row)) continue;
            var index = edges.FindHost(new HostIdentity(place, PeriodOf(row, place, key)));
            if (index >= 0 && AnyFact(index, epoch, at => row.HolderAt(at) == key && HasLeft(at, place))) return true;
        }

        return false;

        bool HasLeft(long at, HostAddress place)
        {
            var (current, since) = machine.CurrentAt(at);
            return current != place && at >= since + Slack;
        }
    }

    /// <summary>True when the host did something as a client in an hour at such a time.</summary>
    private bool AnyFact(int host, int epoch, Func<long, bool> when)
    {
        for (var i = edges.Host(host).FirstAsClient; i >= 0; i = edges[i].NextOfClient)
        {
            if (facts.FindOpen(i, epoch) is not (>= 0 and var open)) continue;
            for (var fact = facts[open].Facts; fact >= 0; fact = facts.Fact(fact).NextOfOpen) if (when(facts.Fact(fact).Start)) return true;

            // Of those that are only counted the latest is known.
            if (facts[open].NumBeyond > 0 && when(facts[open].LatestStart)) return true;
        }

        return false;
    }
}
