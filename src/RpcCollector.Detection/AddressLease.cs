using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>A machine was given an address, as a DHCP server told it; unique by address, machine and start.</summary>
/// <remarks>
/// Anybody on the wire can forge one. So it may part what an address had learned, and never makes anything normal for long.
/// </remarks>
/// <param name="Machine">Which machine, as <see cref="MachineOf"/> has it of its hardware address or client id; never 0.</param>
/// <param name="StartUnixMilliseconds">When the server acknowledged it; a renewal is another lease that starts later.</param>
/// <param name="EndUnixMilliseconds">When it ends unless it is renewed.</param>
public readonly record struct AddressLease(HostAddress Address, ulong Machine, long StartUnixMilliseconds, long EndUnixMilliseconds)
{
    // The offset basis and prime of FNV-1a, 64 bits (draft-eastlake-fnv).
    private const ulong OffsetBasis = 0xCBF2_9CE4_8422_2325;
    private const ulong Prime = 0x0000_0100_0000_01B3;

    /// <summary>The number of a machine: the same for the same octets in every process, and never 0.</summary>
    /// <param name="key">Its hardware address, or its client id (RFC 2132, 9.14) or DUID (RFC 8415, 11) where it has none.</param>
    public static ulong MachineOf(ReadOnlySpan<byte> key)
    {
        var hash = OffsetBasis;
        foreach (var octet in key) hash = (hash ^ octet) * Prime;
        return Math.Max(StableId.Mix(hash, (ulong)key.Length), 1);
    }
}
