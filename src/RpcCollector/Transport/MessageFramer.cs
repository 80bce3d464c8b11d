using System.Buffers.Binary;
using RpcCollector.Flows;

namespace RpcCollector.Transport;

/// <summary>
/// Cuts the octets of a connection into IPFIX Messages by the length that each states (RFC 7011, 10.4.3); one for each connection.
/// </summary>
internal sealed class MessageFramer
{
    private const int IpfixVersion = 10;
    private const int HeaderLength = 16;

    // The longest Message there can be.
    private readonly byte[] _buffer = new byte[ushort.MaxValue];
    private int _start;
    private int _end;

    /// <summary>True when a Message has begun that is not complete.</summary>
    public bool HasPart => _end > _start;

    /// <summary>Where the next octets go; never empty once <see cref="TryRead"/> has returned false.</summary>
    public Memory<byte> Free()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        return _buffer.AsMemory(_end);
    }

    /// <summary>Says that <paramref name="count"/> octets have been put into <see cref="Free"/>.</summary>
    public void Fill(int count) => _end += count;

    /// <summary>The next whole Message, valid until more octets are taken.</summary>
    /// <param name="fault">Why this is not IPFIX; after a fault, the start of the next Message cannot be found any more.</param>
    /// <returns>False when more octets are needed, or at a fault.</returns>
    public bool TryRead(out ReadOnlySpan<byte> message, out Rejection fault)
    {
        var octets = _buffer.AsSpan(_start.._end);
        message = default;
        fault = Rejection.None;
        if (octets.Length >= 2 && BinaryPrimitives.ReadUInt16BigEndian(octets) != IpfixVersion) fault = Rejection.UnknownVersion;
        if (octets.Length < 4 || fault != Rejection.None) return false;

        var length = BinaryPrimitives.ReadUInt16BigEndian(octets[2..]);
        if (length < HeaderLength) fault = Rejection.MessageShorterThanHeader;
        if (length > octets.Length || fault != Rejection.None) return false;
        message = octets[..length];
        _start += length;
        return true;
    }
}
