using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Detection.Wire;

/// <summary>
/// Reads field after field of one change. What is not there, or cannot be, is noted: from then on it reads zeroes, and
/// <see cref="Reason"/> says why.
/// </summary>
/// <param name="isChecking">True while nothing is kept, so that texts need not be made.</param>
internal ref struct ActFields(ReadOnlySpan<byte> octets, bool isChecking)
{
    private ReadOnlySpan<byte> _rest = octets;

    public WireRejection Reason { get; private set; }

    /// <summary>What is left of the change.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    public void Check(bool isTrue, WireRejection reason)
    {
        if (!isTrue && Reason == WireRejection.None) Reason = reason;
    }

    public byte ReadOctet() => Take(1) is [var value] ? value : (byte)0;

    public ushort ReadUInt16() =>
        Take(sizeof(ushort)) is { IsEmpty: false } taken ? BinaryPrimitives.ReadUInt16LittleEndian(taken) : (ushort)0;

    public uint ReadUInt32() => Take(sizeof(uint)) is { IsEmpty: false } taken ? BinaryPrimitives.ReadUInt32LittleEndian(taken) : 0;

    public long ReadInt64() => Take(sizeof(long)) is { IsEmpty: false } taken ? BinaryPrimitives.ReadInt64LittleEndian(taken) : 0;

    public HostAddress ReadAddress() =>
        Take(WireForm.AddressOctets) is { IsEmpty: false } taken ? WireAddress.Read(taken) : default;

    public long ReadTime()
    {
        var time = ReadInt64();
        Check(ActForm.IsTime(time), WireRejection.ImpossibleTime);
        return time;
    }

    public bool ReadFlag()
    {
        var flag = ReadOctet();
        Check(flag <= 1, WireRejection.UnknownValue);
        return flag == 1;
    }

    /// <summary>A text; null where there is none, and while checking.</summary>
    public string? ReadText()
    {
        var length = ReadUInt16();
        if (length == ActForm.NoText || Reason != WireRejection.None) return null;
        Check(length <= ActForm.MostTextOctets, WireRejection.UnknownValue);
        var text = Take(length);
        if (!isChecking) return Encoding.UTF8.GetString(text);
        Check(Utf8.IsValid(text), WireRejection.UnknownValue);
        return null;
    }

    public ReadOnlySpan<byte> TakeRest() => Take(_rest.Length);

    private ReadOnlySpan<byte> Take(int length)
    {
        Check(_rest.Length >= length, WireRejection.WrongLength);
        if (Reason != WireRejection.None) return [];
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
