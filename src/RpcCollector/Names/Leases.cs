using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Names;

/// <summary>What a lease that a DHCP server acknowledged tells: to the book of names, and to the judge.</summary>
internal static class Leases
{
    private const long DayMilliseconds = 86_400_000;

    // "For ever" is 2^32 - 1 seconds (RFC 2131, 3.3).
    private const long LongestMilliseconds = 366 * DayMilliseconds;

    /// <param name="lengthMilliseconds">0 where it is not told.</param>
    /// <param name="isFresh">True when the client had to look for an address.</param>
    /// <param name="lease">For the judge; null when no machine is told.</param>
    /// <returns>False when it tells nothing.</returns>
    public static bool Take(
        NameBook names, HostAddress address, ulong machine, ReadOnlySpan<byte> name, ReadOnlySpan<byte> fullName, long lengthMilliseconds,
        bool isFresh, long atUnixMilliseconds, out AddressLease? lease)
    {
        lease = null;
        if (!address.IsConnectable) return false;
        var length = lengthMilliseconds > 0 ? Math.Min(lengthMilliseconds, LongestMilliseconds) : DayMilliseconds;
        var until = atUnixMilliseconds + length;
        if (machine != 0) lease = new AddressLease(address, machine, atUnixMilliseconds, until);
        var told = NameText.TryClean(name, out _) || fullName.IsEmpty ? name : fullName;
        return names.LearnLease(address, machine, told, atUnixMilliseconds, until, isFresh);
    }
}
