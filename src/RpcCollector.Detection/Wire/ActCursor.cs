using System.Buffers.Binary;
using System.Text.Unicode;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Detection.Wire;

/// <summary>Writes field after field into octets that are known to have room for them.</summary>
internal ref struct ActCursor(Span<byte> octets)
{
    private readonly Span<byte> _octets = octets;

    public int Place { get; private set; }

    public void Write(byte value) => _octets[Place++] = value;

    public void Write(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), value);

    public void Write(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(sizeof(uint)), value);

    public void Write(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);

    public void Write(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);

    public void Write(in HostAddress address) => WireAddress.Write(Take(WireForm.AddressOctets), address);

    public void Write(ReadOnlySpan<byte> octets) => octets.CopyTo(Take(octets.Length));

    /// <summary>A text, cut at a whole character where it is too long.</summary>
    public void Write(string? text)
    {
        var length = Take(ActForm.LengthOctets);
        var written = (int)ActForm.NoText;
        if (text is not null)
        {
            var rest = _octets[Place..];
            Utf8.FromUtf16(text, rest[..Math.Min(rest.Length, ActForm.MostTextOctets)], out _, out written);
            Place += written;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)written);
    }

    private Span<byte> Take(int length)
    {
        Place += length;
        return _octets.Slice(Place - length, length);
    }
}
