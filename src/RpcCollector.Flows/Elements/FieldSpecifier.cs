namespace RpcCollector.Flows.Elements;

/// <summary>One field of a Template: which Information Element, and how many octets (RFC 7011, 3.2).</summary>
/// <param name="ElementId">
/// The Information Element id without the enterprise bit; for a NetFlow v9 scope field the scope type (RFC 3954, 6.1).
/// </param>
/// <param name="EnterpriseNumber">0 for IANA's elements.</param>
/// <param name="Length">Octets in a record; <see cref="VariableLength"/> when each record states its own.</param>
/// <param name="IsScope">True for a Scope field of an Options Template.</param>
internal readonly record struct FieldSpecifier(ushort ElementId, uint EnterpriseNumber, ushort Length, bool IsScope = false)
{
    public const ushort VariableLength = 65535;

    public bool IsVariableLength => Length == VariableLength;

    /// <summary>
    /// The fewest octets the field takes: one for a variable length, which holds at least its length octet (RFC 7011, 7).
    /// </summary>
    public int MinimumLength => IsVariableLength ? 1 : Length;
}
