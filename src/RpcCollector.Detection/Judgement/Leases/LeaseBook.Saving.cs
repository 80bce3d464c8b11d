using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Leases;

/// <summary>How leases are saved with what else the judge knows, and read.</summary>
internal sealed partial class LeaseBook
{
    public void Save(BinaryWriter to)
    {
        to.Write(_settled);
        to.Write(_addresses.Count);
        foreach (var (address, row) in _addresses.OrderBy(entry => entry.Key))
        {
            Write(to, address);
            to.Write(row.First);
            to.Write(row.Holder);
            to.Write(row.Since);
            to.Write(row.Former);
            to.Write(row.WasInUse);
            to.Write(row.LastEpoch);
            to.Write((byte)row.Open.Count);
            foreach (var (start, machine) in row.Open)
            {
                to.Write(start);
                to.Write(machine);
            }
        }

        to.Write(_machines.Count);
        foreach (var (key, machine) in _machines.OrderBy(entry => entry.Key))
        {
            to.Write(key);
            to.Write(machine.Home is not null);
            Write(to, machine.Home?.Address ?? default);
            to.Write(machine.Home?.Period ?? 0);
            Write(to, machine.At);
            to.Write(machine.AtSince);
            to.Write(machine.LastDoubted);
            to.Write(machine.LastEpoch);
            to.Write((byte)machine.Places.Count);
            foreach (var place in machine.Places) Write(to, place);
        }
    }

    /// <param name="check">Called with what has to be true, and what is wrong when it is not.</param>
    public void Restore(BinaryReader from, int closedEpoch, Action<bool, string> check)
    {
        _settled = from.ReadInt32();
        check(_settled >= Epoch.None && _settled <= closedEpoch, "leases of an hour that is not closed");
        var openOfMachine = new Dictionary<ulong, List<(long Start, HostAddress Address)>>();
        for (var left = Number(from, check); left > 0; left--)
        {
            var address = ReadAddress(from);
            var row = new LeasedAddress
            {
                First = from.ReadUInt64(),
                Holder = from.ReadUInt64(),
                Since = from.ReadInt64(),
                Former = from.ReadUInt64(),
                WasInUse = from.ReadBoolean(),
                LastEpoch = from.ReadInt32(),
            };
            for (var open = from.ReadByte(); open > 0; open--)
            {
                var held = (Start: from.ReadInt64(), Machine: from.ReadUInt64());
                check(held.Machine != 0 && (row.Open.Count == 0 || row.Open[^1].CompareTo(held) < 0), "leases out of order");
                row.Open.Add(held);
                if (!openOfMachine.TryGetValue(held.Machine, out var stays)) openOfMachine.Add(held.Machine, stays = []);
                stays.Add((held.Start, address));
            }

            check(_addresses.TryAdd(address, row), "a leased address twice");
            if (row.Open.Count > 0) _open.Add(address);
        }

        for (var left = Number(from, check); left > 0; left--)
        {
            var (key, hasHome, address, period) = (from.ReadUInt64(), from.ReadBoolean(), ReadAddress(from), from.ReadInt64());
            var machine = new LeasedMachine
            {
                Home = hasHome ? new HostIdentity(address, period) : null,
                At = ReadAddress(from),
                AtSince = from.ReadInt64(),
                LastDoubted = from.ReadInt32(),
                LastEpoch = from.ReadInt32(),
            };
            for (var places = from.ReadByte(); places > 0; places--) machine.Places.Add(ReadAddress(from));
            if (openOfMachine.Remove(key, out var open)) machine.Open.AddRange(open.Order());
            check(period >= 0 && (hasHome || machine.Open.Count > 0), "a machine that was nowhere");
            check(_machines.TryAdd(key, machine), "a machine twice");
        }

        check(openOfMachine.Count == 0, "a lease of an unknown machine");
    }

    private static void Write(BinaryWriter to, HostAddress address)
    {
        to.Write(address.High);
        to.Write(address.Low);
    }

    private static HostAddress ReadAddress(BinaryReader from) => new(from.ReadUInt64(), from.ReadUInt64());

    private static int Number(BinaryReader from, Action<bool, string> check)
    {
        var number = from.ReadInt32();
        check(number is >= 0 and <= Max, "too many leases");
        return number;
    }
}
