using System.Runtime.CompilerServices;

namespace RpcCollector.Flows.Zeek;

/// <summary>
/// The values of one line, by field and without quotes and escapes; one object serves all lines of a file, one after the other.
/// </summary>
public sealed class ZeekLine
{
    private Places _places;
    private byte[] _octets = new byte[1024];
    private int _length;

    internal ZeekLine() => Clear();

    /// <summary>False when the line does not have the field, or has it unset.</summary>
    public bool Has(ZeekField field) => _places[(int)field].Start >= 0;

    /// <summary>The value as Zeek wrote it, UTF-8; empty when there is none. Valid until the next line is read.</summary>
    public ReadOnlySpan<byte> this[ZeekField field] =>
        _places[(int)field] is ( >= 0 and var start, var length) ? _octets.AsSpan(start, length) : [];

    internal void Clear()
    {
        for (var field = 0; field < ZeekFields.Count; field++) _places[field] = (-1, 0);
        _length = 0;
    }

    internal void Remove(ZeekField field) => _places[(int)field] = (-1, 0);

    /// <summary>
    /// Room for a value of at most <paramref name="length"/> octets, to be followed by <see cref="Set(ZeekField, int)"/>.
    /// </summary>
    internal Span<byte> Room(int length)
    {
        if (_octets.Length - _length < length)
            Array.Resize(ref _octets, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(_length + length)));
        return _octets.AsSpan(_length);
    }

    /// <summary>Takes the first octets of the room as the field's value.</summary>
    internal void Set(ZeekField field, int length)
    {
        _places[(int)field] = (_length, length);
        _length += length;
    }

    [InlineArray(ZeekFields.Count)]
    private struct Places
    {
        private (int Start, int Length) _first;
    }
}
