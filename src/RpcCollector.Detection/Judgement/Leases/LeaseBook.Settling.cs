using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Leases;

/// <summary>What becomes of leases when their hour is closed, and how they are forgotten, saved and read.</summary>
internal sealed partial class LeaseBook
{
    /// <summary>An hour is closed, and its facts are still there: what its leases say is settled.</summary>
    /// <returns>Where something spoke against a lease, in words for the findings of that address.</returns>
    public List<(HostAddress Address, string Note)> Settle(int epoch)
    {
        var notes = new List<(HostAddress Address, string Note)>();
        if (_addresses.Count == 0 || epoch <= _settled)
        {
            _settled = Math.Max(_settled, epoch);
            return notes;
        }

        // 1. Machines that were at two addresses at once.
        foreach (var open in facts.Epochs.Keys) if (open > _settled && open <= epoch) SettleDoubts(open, notes);

        // 2. Who was known first, and where; before any lease is folded.
        var until = Epoch.StartOf(epoch + 1);
        var rows = _open.Where(address => _addresses[address].Open[0].Start < until).Order().ToList();
        foreach (var address in rows) _addresses[address].First = _addresses[address].FirstMachine;
        foreach (var key in rows.SelectMany(address => _addresses[address].Open).Where(held => held.Start < until)
            .Select(held => held.Machine).Distinct().ToList()) _machines[key].Home ??= HomeOf(key, _machines[key]);

        // 3. Who has what now.
        var came = rows.ToDictionary(address => address, address => WereInUse(address, until));
        foreach (var address in rows) SettleHolders(address, until, came[address], notes);
        _settled = epoch;
        if (_isFull) MakeRoom();
        return notes;
    }

    /// <summary>Nothing counts as later than an hour: the clock of arrivals was ahead.</summary>
    /// <param name="closedEpoch">The last hour that is closed from now on.</param>
    public void MoveTo(int epoch, int closedEpoch)
    {
        Settle(int.MaxValue - 1);
        var latest = Epoch.StartOf(epoch);
        foreach (var row in _addresses.Values)
            (row.Since, row.LastEpoch) = (Math.Min(row.Since, latest), Math.Min(row.LastEpoch, epoch));
        foreach (var machine in _machines.Values)
        {
            (machine.AtSince, machine.LastEpoch) = (Math.Min(machine.AtSince, latest), Math.Min(machine.LastEpoch, epoch));
            machine.LastDoubted = Math.Min(machine.LastDoubted, epoch);
        }

        _settled = closedEpoch;
    }

    /// <summary>Forgets what no lease told of since an hour.</summary>
    public void Forget(int beforeEpoch)
    {
        foreach (var (address, row) in _addresses) if (row.LastEpoch < beforeEpoch && row.Open.Count == 0) _addresses.Remove(address);
        var held = _addresses.Values.SelectMany(row => row.Machines()).ToHashSet();
        foreach (var (key, machine) in _machines)
            if (machine.LastEpoch < beforeEpoch && machine.Open.Count == 0 && !held.Contains(key)) _machines.Remove(key);
        _isFull = _addresses.Count >= Max || _machines.Count >= Max;
    }

    private bool[] WereInUse(HostAddress address, long until)
    {
        var row = _addresses[address];
        return [.. row.Open.Where(held => held.Start < until).Select(
            (held, i) => held.Machine != (i == 0 ? row.Holder : row.Open[i - 1].Machine)
                && IsInUse(row, address, held.Machine, held.Start))];
    }

    private void SettleHolders(HostAddress address, long until, bool[] wereInUse, List<(HostAddress Address, string Note)> notes)
    {
        var row = _addresses[address];
        for (var i = 0; i < wereInUse.Length; i++)
        {
            var (start, key) = row.Open[i];
            var isChange = row.Holder != 0 ? row.Holder != key : PeriodOf(row, address, key) != 0;
            _counts[(int)(row.Holder == key ? LeaseOutcome.Renewed : isChange ? LeaseOutcome.Changed : LeaseOutcome.New)]++;
            if (row.Holder != key)
            {
                // One that is said to have come while the address was in use, between two stays of another, never had it.
                var former = row.WasInUse && row.Former == key ? 0 : row.Holder;
                (row.Former, row.Holder, row.Since, row.WasInUse) = (former, key, start, isChange && wereInUse[i]);
            }

            if (row.Since == start && row.WasInUse)
            {
                _counts[(int)LeaseOutcome.Contradicted]++;
                notes.Add((address, $"{address} was leased to another machine while it was in use: it is judged as the one before."));
            }

            var machine = _machines[key];
            machine.Open.Remove((start, address));
            machine.Settle(start, address);
        }

        row.Open.RemoveRange(0, wereInUse.Length);
        if (row.Open.Count == 0) _open.Remove(address);
    }

    private void SettleDoubts(int epoch, List<(HostAddress Address, string Note)> notes)
    {
        var doubted = new SortedSet<ulong>();
        var seen = new HashSet<ulong>();
        for (var open = facts.Epochs[epoch]; open >= 0; open = facts[open].NextOfEpoch)
        {
            var client = edges.Host(edges[facts[open].Edge].Client).Address;
            if (!_addresses.TryGetValue(client, out var row)) continue;
            foreach (var key in row.Machines())
                if (seen.Add(key) && _machines.TryGetValue(key, out var machine) && IsDoubtedIn(key, machine, epoch))
                    doubted.Add(key);
        }

        foreach (var key in doubted)
        {
            var machine = _machines[key];
            var isNew = machine.LastDoubted == Epoch.None || epoch - machine.LastDoubted >= Doubtful;
            machine.LastDoubted = epoch;
            if (!isNew) continue;
            _counts[(int)LeaseOutcome.Contradicted]++;
            var (current, _) = machine.CurrentAt(Epoch.StartOf(epoch + 1) - 1);
            notes.Add(
                (current, $"A lease gave {current} to a machine that went on under a former address: nothing it is known for counts."));
        }
    }

    /// <summary>
    /// Lets go of addresses that were never seen in use, and of machines that have none: a flood of leases pushes out itself.
    /// </summary>
    private void MakeRoom()
    {
        foreach (var (address, row) in _addresses)
            if (row.Open.Count == 0 && edges.FindHost(address) < 0) _addresses.Remove(address);
        var held = _addresses.Values.SelectMany(row => row.Machines()).ToHashSet();
        foreach (var (key, machine) in _machines)
        {
            if (machine.Open.Count == 0 && !held.Contains(key) && (machine.Home is not { } home || edges.FindHost(home) < 0))
                _machines.Remove(key);
        }

        _isFull = _addresses.Count >= Max || _machines.Count >= Max;
    }
}
