using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>One of the machines that had an address one after the other; unique by address and period.</summary>
/// <param name="Period">0 for who had it when nothing was known of leases; as <see cref="Finding.ClientPeriod"/>.</param>
internal readonly record struct HostIdentity(HostAddress Address, long Period = 0)
    : IComparable<HostIdentity>, ISpanFormattable
{
    public ulong Hash() => Period == 0 ? Address.Hash() : StableId.Mix(Address.Hash(), (ulong)Period);

    public override int GetHashCode() => (int)(Hash() >> 32);

    public int CompareTo(HostIdentity other)
    {
        var order = Address.CompareTo(other.Address);
        return order != 0 ? order : Period.CompareTo(other.Period);
    }

    /// <summary>What people are shown is the address.</summary>
    public override string ToString() => Address.ToString();

    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        Address.TryFormat(destination, out charsWritten, format, provider);
}
