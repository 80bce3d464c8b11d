using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Leases;

/// <summary>Where a machine was: what closed hours settled, and the leases of the hours that are open.</summary>
internal sealed class LeasedMachine
{
    private const int MaxPlaces = 8;

    /// <summary>Under which name its habits are kept: where it was known first. Null before an hour with a lease was closed.</summary>
    public HostIdentity? Home { get; set; }

    /// <summary>Where it was when the last hour was closed, and since when.</summary>
    public HostAddress At { get; set; }

    public long AtSince { get; set; }

    /// <summary>The last closed hour in which two of its addresses were active at once; <see cref="Epoch.None"/> for none.</summary>
    public int LastDoubted { get; set; } = Epoch.None;

    /// <summary>The last hour with a lease of it.</summary>
    public int LastEpoch { get; set; }

    /// <summary>Its latest addresses as of the last closed hour, the latest last.</summary>
    public List<HostAddress> Places { get; } = [];

    /// <summary>The leases of open hours, by start and address.</summary>
    public List<(long Start, HostAddress Address)> Open { get; } = [];

    public HostAddress HomeAddress => Home?.Address ?? Open[0].Address;

    public IEnumerable<HostAddress> AllPlaces() => Places.Concat(Open.Select(stay => stay.Address)).Distinct();

    /// <summary>Where it is at a time, and since when; the renewals of a lease are one stay.</summary>
    public (HostAddress Address, long Since) CurrentAt(long unixMilliseconds)
    {
        var i = Open.Count - 1;
        while (i >= 0 && Open[i].Start > unixMilliseconds) i--;
        if (i < 0) return (At, AtSince);
        var address = Open[i].Address;
        while (i > 0 && Open[i - 1].Address == address) i--;
        return i == 0 && Places.Count > 0 && At == address ? (At, AtSince) : (address, Open[i].Start);
    }

    /// <summary>True when it was at an address at some time of an hour.</summary>
    public bool WasAt(HostAddress address, int epoch)
    {
        for (var i = Open.Count - 1; i >= 0; i--)
        {
            if (Open[i].Start >= Epoch.StartOf(epoch + 1)) continue;
            if (Open[i].Address == address) return true;
            if (Open[i].Start <= Epoch.StartOf(epoch)) return false;
        }

        return Places.Count > 0 && At == address;
    }

    public void Settle(long start, HostAddress address)
    {
        if (Places.Count == 0 || At != address) (At, AtSince) = (address, start);
        Places.Remove(address);
        if (Places.Count == MaxPlaces) Places.RemoveAt(0);
        Places.Add(address);
    }
}
