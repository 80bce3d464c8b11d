using RpcCollector.Flows;

namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>
/// One end of a simulated connection in 32 bits: an IPv4 address, or the site and number of a machine, whose IPv6 address follows from
/// them and stays the same wherever its IPv4 address goes (RFC 7217).
/// </summary>
internal readonly record struct EndAddress
{
    // From 240.0.0.0 on nobody has an IPv4 address.
    private const uint FirstOfIPv6 = 0xF000_0000;
    private const int NumberBits = 20;

    // 2001:db8::/32 is for documentation (RFC 3849); each site has a /64.
    private const ulong Prefix = 0x2001_0DB8_0000_0000;
    private const ulong Scatter = 0x9E37_79B9_7F4A_7C15;

    private static readonly ulong Gather = InverseOf(Scatter);

    private readonly uint _value;

    private EndAddress(uint value) => _value = value;

    public bool IsIPv6 => _value >= FirstOfIPv6;

    /// <summary>The number of the machine whose IPv6 address it is.</summary>
    public int Machine => (int)(_value & ((1 << NumberBits) - 1));

    public HostAddress Host => IsIPv6
        ? new HostAddress(Prefix | (_value >> NumberBits & 0xFF), ((ulong)Machine + 1) * Scatter)
        : HostAddress.FromIPv4(_value);

    public static EndAddress FromIPv4(uint address) => new(address);

    public static EndAddress IPv6Of(Machine machine) =>
        new(FirstOfIPv6 | (uint)machine.Site << NumberBits | (uint)machine.Number);

    /// <summary>The end that has an address of the simulated network.</summary>
    public static EndAddress Of(HostAddress address) => address.IsIPv4
        ? new EndAddress((uint)address.Low)
        : new EndAddress(FirstOfIPv6 | (uint)(address.High & 0xFF) << NumberBits | (uint)((address.Low * Gather) - 1));

    // Newton's iteration doubles the bits that are right: 3, 6, 12, 24, 48, 96.
    private static ulong InverseOf(ulong odd)
    {
        var inverse = odd;
        for (var i = 0; i < 5; i++) inverse *= 2 - (odd * inverse);
        return inverse;
    }
}
