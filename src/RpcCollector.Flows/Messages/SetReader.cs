using System.Buffers.Binary;

namespace RpcCollector.Flows.Messages;

/// <summary>
/// Walks the Sets of a NetFlow v9 or IPFIX Message (RFC 3954, 5.2; RFC 7011, 3.3): 16 bits of Set ID, 16 bits of length with this
/// header, then the records.
/// </summary>
internal ref struct SetReader
{
    private const int SetHeaderLength = 4;

    /// <summary>Octets that a Set can hold at most behind its header.</summary>
    public const int LongestContent = ushort.MaxValue - SetHeaderLength;

    private readonly ReadOnlySpan<byte> _body;
    private readonly int _statedLength;
    private int _place;

    public SetReader(in ExportMessage message)
    {
        _body = message.Body;
        _statedLength = message.StatedBodyLength;
    }

    /// <summary>True when the last Set ended beyond the Message's stated length, though within the datagram.</summary>
    public readonly bool OverranMessage => _place > _statedLength;

    /// <summary>Octets of the datagram that no Set took; zero padding counts.</summary>
    public readonly int OctetsLeft => _body.Length - _place;

    /// <summary>The next Set; false at the end of the Message.</summary>
    /// <param name="setId">The Set ID.</param>
    /// <param name="content">The octets behind the Set header.</param>
    /// <param name="fault">Why no further Set can be found; none at the regular end.</param>
    public bool TryRead(out ushort setId, out ReadOnlySpan<byte> content, out Rejection fault)
    {
        setId = 0;
        content = default;
        fault = Rejection.None;
        if (_statedLength - _place < SetHeaderLength) return false;
        var header = _body[_place..];
        setId = BinaryPrimitives.ReadUInt16BigEndian(header);
        var length = BinaryPrimitives.ReadUInt16BigEndian(header[2..]);

        // Some exporters fill their datagrams with zeroes: Set ID 0 with length 0 is the end, not a Set.
        if (setId == 0 && length == 0) return false;
        if (length < SetHeaderLength) fault = Rejection.SetShorterThanHeader;
        else if (length > header.Length) fault = Rejection.SetLongerThanMessage;
        if (fault != Rejection.None) return false;

        content = header[SetHeaderLength..length];
        _place += length;
        return true;
    }
}
