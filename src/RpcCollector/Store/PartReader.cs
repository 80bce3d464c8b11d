using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace RpcCollector.Store;

/// <summary>Reads what <see cref="PartWriter"/> wrote, row by row: part, octets, checksum.</summary>
/// <remarks>Throws <see cref="InvalidDataException"/> where a part is damaged or missing.</remarks>
internal sealed class PartReader(SqliteDataReader rows) : Stream
{
    private byte[] _open = [];
    private int _place;
    private long _read;
    private int _parts;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public static bool IsWhole(byte[] octets, byte[] checksum) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(octets), checksum);

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_place == _open.Length && !Next()) return 0;
        var some = _open.AsSpan(_place, Math.Min(buffer.Length, _open.Length - _place));
        some.CopyTo(buffer);
        _place += some.Length;
        _read += some.Length;
        return some.Length;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private bool Next()
    {
        if (!rows.Read()) return false;
        (_open, _place) = (rows.GetFieldValue<byte[]>(1), 0);
        if (rows.GetInt64(0) != _parts || !IsWhole(_open, rows.GetFieldValue<byte[]>(2)))
            throw new InvalidDataException($"part {_parts} is damaged");
        _parts++;
        return _open.Length > 0;
    }
}
