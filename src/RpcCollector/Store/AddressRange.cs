using System.Diagnostics.CodeAnalysis;
using RpcCollector.Flows;

namespace RpcCollector.Store;

/// <summary>The addresses of a CIDR prefix, or one address; both ends belong to it.</summary>
internal readonly record struct AddressRange(HostAddress First, HostAddress Last)
{
    public bool IsSingle => First == Last;

    public bool Contains(HostAddress address) => address.CompareTo(First) >= 0 && address.CompareTo(Last) <= 0;

    /// <summary>Reads what <see cref="AddressPrefix.TryParse"/> does; host bits behind a prefix are ignored.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out AddressRange range)
    {
        var isOne = AddressPrefix.TryParse(text, out var prefix);
        range = isOne ? new AddressRange(prefix.Network, prefix.Last) : default;
        return isOne;
    }
}
