using Microsoft.Data.Sqlite;

namespace RpcCollector.Store;

/// <summary>Writes what comes into the rows of a table, one for every part that is full.</summary>
internal sealed class PartWriter : Stream
{
    public const int MaxOctets = 1 << 20;

    private readonly SqliteCommand _insert;
    private readonly SqliteParameter _part;
    private readonly SqliteParameter _octets;
    private readonly byte[] _open = new byte[MaxOctets];
    private int _count;
    private long _written;
    private int _parts;

    /// <param name="table">Its columns: generation, part, octets.</param>
    public PartWriter(SqliteConnection connection, StateTable table, long generation)
    {
        _insert = connection.CreateCommand();
        _insert.CommandText = $"INSERT INTO {table.Name} (generation, part, octets) VALUES ({generation}, $part, $octets)";
        _part = _insert.Parameters.Add("$part", SqliteType.Integer);
        _octets = _insert.Parameters.Add("$octets", SqliteType.Blob);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _written + _count;

    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var some = buffer[..Math.Min(buffer.Length, _open.Length - _count)];
            some.CopyTo(_open.AsSpan(_count));
            _count += some.Length;
            buffer = buffer[some.Length..];
            if (_count == _open.Length) EndPart();
        }
    }

    public override void Flush()
    {
    }

    /// <summary>Nothing more comes: what is left becomes the last part.</summary>
    public void End()
    {
        if (_count > 0) EndPart();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _insert.Dispose();
        base.Dispose(disposing);
    }

    private void EndPart()
    {
        (_part.Value, _octets.Value) = (_parts++, _open[.._count]);
        _insert.ExecuteNonQuery();
        _written += _count;
        _count = 0;
    }
}
