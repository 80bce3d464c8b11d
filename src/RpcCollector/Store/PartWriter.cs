using System.Buffers;
using Microsoft.Data.Sqlite;

namespace RpcCollector.Store;

/// <summary>Writes what comes into the rows of a table, one for every part that is full.</summary>
internal sealed class PartWriter : Stream
{
    public const int MaxOctets = 1 << 20;

    private readonly KeptStatements _statements;
    private readonly string _insert;
    private readonly long _generation;

    // Rented: what is so large, and soon thrown away, sets off collections of everything.
    private readonly byte[] _open = ArrayPool<byte>.Shared.Rent(MaxOctets);
    private bool _isDisposed;
    private int _count;
    private long _written;
    private int _parts;

    /// <param name="table">Its columns: generation, part, octets.</param>
    public PartWriter(SqliteConnection connection, StateTable table, long generation)
    {
        _statements = KeptStatements.Of(connection);
        _insert = $"INSERT INTO {table.Name} (generation, part, octets) VALUES (?, ?, ?)";
        _generation = generation;
    }

    /// <summary>Deletes the parts of earlier generations, but for those that are set aside.</summary>
    /// <exception cref="SqliteException">The table is damaged: rows that are found cannot be deleted.</exception>
    public static void DeleteBefore(KeptStatements statements, StateTable table, long generation) =>
        ChangeEach(
            statements, table, $"DELETE FROM {table.Name}", "generation > 0 AND generation < $generation", ("$generation", generation));

    /// <summary>The same of all generations.</summary>
    public static void DeleteAll(KeptStatements statements, StateTable table) =>
        ChangeEach(statements, table, $"DELETE FROM {table.Name}", "generation > 0");

    /// <summary>Sets all parts aside, in the place of those that are.</summary>
    public static void SetAside(KeptStatements statements, StateTable table)
    {
        ChangeEach(statements, table, $"DELETE FROM {table.Name}", "generation < 0");
        ChangeEach(statements, table, $"UPDATE {table.Name} SET generation = -generation", "generation > 0");
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
            var some = buffer[..Math.Min(buffer.Length, MaxOctets - _count)];
            some.CopyTo(_open.AsSpan(_count));
            _count += some.Length;
            buffer = buffer[some.Length..];
            if (_count == MaxOctets) EndPart();
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
        if (disposing && !_isDisposed) ArrayPool<byte>.Shared.Return(_open);
        _isDisposed = true;
        base.Dispose(disposing);
    }

    // A part is a MiB: one for each statement.
    private static void ChangeEach(
        KeptStatements statements, StateTable table, string change, string where,
        params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        statements.Repeat($"{change} WHERE seq = (SELECT seq FROM {table.Name} WHERE {where} LIMIT 1)", parameters);
        if (statements.Ask($"SELECT 1 FROM {table.Name} WHERE {where} LIMIT 1", parameters) is not null)
            throw Database.Damage($"a row of {table.Name} is found and cannot be changed");
    }

    private void EndPart()
    {
        var insert = _statements.Begin(_insert);
        using (var rows = insert.Rows)
        {
            insert.Bind(1, _generation);
            insert.Bind(2, _parts++);
            insert.Bind(3, _open.AsSpan(0, _count));
            rows.ReadAll();
        }

        insert.Forget();
        _written += _count;
        _count = 0;
    }
}
