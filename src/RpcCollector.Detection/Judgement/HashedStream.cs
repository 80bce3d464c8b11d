using System.Security.Cryptography;

namespace RpcCollector.Detection.Judgement;

/// <summary>
/// Passes octets on in one direction and hashes them on the way. It has a buffer: what is written or read by the octet is hashed, and
/// handed on, by the block.
/// </summary>
internal sealed class HashedStream(Stream inner) : Stream
{
    private const int BlockOctets = 1 << 16;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _block = new byte[BlockOctets];

    // Of the block: how much it holds (read ahead, or written and not handed on), and how much of that was taken.
    private int _filled;
    private int _taken;

    // Of what was taken, how much is hashed: the block may go beyond what is to be hashed.
    private int _hashed;
    private bool _isWritten;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The hash of everything that was written, or read, so far; what comes after it is hashed anew.</summary>
    public byte[] Hash()
    {
        HashTaken();
        return _hash.GetHashAndReset();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_taken == _filled && !TryFill()) return 0;
        var count = Math.Min(buffer.Length, _filled - _taken);
        _block.AsSpan(_taken, count).CopyTo(buffer);
        _taken += count;
        return count;
    }

    public override int ReadByte() => _taken == _filled && !TryFill() ? -1 : _block[_taken++];

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _isWritten = true;
        while (buffer.Length > BlockOctets - _filled)
        {
            var some = BlockOctets - _filled;
            buffer[..some].CopyTo(_block.AsSpan(_filled));
            _filled = _taken = BlockOctets;
            buffer = buffer[some..];
            HandOn();
        }

        buffer.CopyTo(_block.AsSpan(_filled));
        _filled = _taken = _filled + buffer.Length;
    }

    public override void WriteByte(byte value)
    {
        _isWritten = true;
        if (_filled == BlockOctets) HandOn();
        _block[_filled] = value;
        _filled = _taken = _filled + 1;
    }

    /// <summary>Hands on what was written.</summary>
    public override void Flush()
    {
        if (!_isWritten) return;
        HandOn();
        inner.Flush();
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash.Dispose();
        base.Dispose(disposing);
    }

    private void HandOn()
    {
        HashTaken();
        inner.Write(_block, 0, _filled);
        _filled = _taken = _hashed = 0;
    }

    private bool TryFill()
    {
        HashTaken();
        _filled = _taken = _hashed = 0;
        _filled = inner.Read(_block, 0, BlockOctets);
        return _filled > 0;
    }

    private void HashTaken()
    {
        _hash.AppendData(_block, _hashed, _taken - _hashed);
        _hashed = _taken;
    }
}
