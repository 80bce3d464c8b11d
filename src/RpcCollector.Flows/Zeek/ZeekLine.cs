namespace RpcCollector.Flows.Zeek;

/// <summary>
/// The values of one line, by field and without quotes and escapes; one object serves all lines of a file, one after the other.
/// </summary>
public sealed class ZeekLine
{
    /// <summary>Stands between the values of a list; a value that holds it is left out.</summary>
    public const byte ListSeparator = 0;

    private readonly FieldValues _values = new(ZeekFields.Count);

    internal ZeekLine()
    {
    }

    /// <summary>The value as Zeek wrote it, UTF-8; empty when there is none. Valid until the next line is read.</summary>
    public ReadOnlySpan<byte> this[ZeekField field] => _values[(int)field];

    /// <summary>False when the line does not have the field, or has it unset.</summary>
    public bool Has(ZeekField field) => _values.Has((int)field);

    internal void Clear() => _values.Clear();

    /// <summary>Room for a value of at most <paramref name="length"/> octets, to be followed by <see cref="TrySet"/>.</summary>
    internal Span<byte> Room(int length) => _values.Room(length);

    /// <summary>Takes the first octets of the room as the field's value.</summary>
    /// <returns>False when the field has another value already, and the line is about more than names.</returns>
    internal bool TrySet(ZeekField field, int length)
    {
        if (_values.TrySet((int)field, length)) return true;
        if (!ZeekFields.IsOfNames(field)) return false;
        _values.Doubt((int)field);
        return true;
    }
}
