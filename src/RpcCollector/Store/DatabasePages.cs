using System.Buffers.Binary;
using System.Numerics;
using Microsoft.Win32.SafeHandles;

namespace RpcCollector.Store;

/// <summary>
/// Reads the rows of a database file page by page, without asking its trees, header or schema, any of which may be damaged (SQLite's
/// "Database File Format", 1.6 and 2.1).
/// </summary>
internal sealed class DatabasePages(SafeFileHandle file)
{
    public const int PageBytes = 4096;

    private const int HeaderBytes = 100;
    private const int LeafHeaderBytes = 8;
    private const byte TableLeaf = 0x0D;

    // How much of a row lies on its page (1.6): what is beyond lies on overflow pages, each with the number of the next.
    private const int MostLocal = PageBytes - 35;
    private const int LeastLocal = ((PageBytes - 12) * 32 / 255) - 23;
    private const int OverflowBytes = PageBytes - 4;

    private readonly byte[] _page = new byte[PageBytes];
    private readonly byte[] _overflow = new byte[PageBytes];

    public long Count { get; } = RandomAccess.GetLength(file) / PageBytes;

    /// <summary>The rows of one page, from 1 on; none when it is no leaf of a table.</summary>
    /// <param name="isCertain">False when the page would be a leaf but for one bit: what is no row may be among them.</param>
    public IReadOnlyList<PageRow> Read(long number, out bool isCertain)
    {
        isCertain = false;
        if (!TryReadPage(number, _page)) return [];
        var header = number == 1 ? HeaderBytes : 0;
        var type = _page[header];
        isCertain = type == TableLeaf;
        if (BitOperations.PopCount((uint)(type ^ TableLeaf)) > 1) return [];

        var cells = BinaryPrimitives.ReadUInt16BigEndian(_page.AsSpan(header + 3));
        var rows = new List<PageRow>();
        for (var i = 0; i < cells && header + LeafHeaderBytes + (2 * i) + 2 <= PageBytes; i++)
        {
            var cell = BinaryPrimitives.ReadUInt16BigEndian(_page.AsSpan(header + LeafHeaderBytes + (2 * i)));
            rows.Add(ReadCell(cell));
        }

        return rows;
    }

    private PageRow ReadCell(int at)
    {
        if (at < LeafHeaderBytes || !TryReadVarint(_page, ref at, out var length) || !TryReadVarint(_page, ref at, out var rowId))
            return default;
        return length is >= 0 and <= int.MaxValue && length <= Count * PageBytes && TryReadPayload(at, (int)length) is { } payload
            ? new PageRow(rowId, Values(payload))
            : new PageRow(rowId, Values: null);
    }

    private byte[]? TryReadPayload(int at, int length)
    {
        var local = length;
        if (length > MostLocal)
        {
            local = LeastLocal + ((length - LeastLocal) % OverflowBytes);
            if (local > MostLocal) local = LeastLocal;
        }

        if (at + local > PageBytes) return null;
        var payload = new byte[length];
        _page.AsSpan(at, local).CopyTo(payload);
        if (local == length) return payload;
        if (at + local + 4 > PageBytes) return null;

        var next = BinaryPrimitives.ReadUInt32BigEndian(_page.AsSpan(at + local));
        for (var filled = local; filled < length;)
        {
            if (next == 0 || !TryReadPage(next, _overflow)) return null;
            var part = Math.Min(OverflowBytes, length - filled);
            _overflow.AsSpan(4, part).CopyTo(payload.AsSpan(filled));
            filled += part;
            next = BinaryPrimitives.ReadUInt32BigEndian(_overflow);
        }

        return payload;
    }

    private bool TryReadPage(long number, byte[] page)
    {
        if (number < 1 || number > Count) return false;
        for (var read = 0; read < PageBytes;)
        {
            var count = RandomAccess.Read(file, page.AsSpan(read), ((number - 1) * PageBytes) + read);
            if (count == 0) return false;
            read += count;
        }

        return true;
    }

    /// <summary>The columns of a record; null when it is none.</summary>
    private static object?[]? Values(ReadOnlySpan<byte> record)
    {
        var at = 0;
        if (!TryReadVarint(record, ref at, out var headerLength) || headerLength < at || headerLength > record.Length) return null;
        var values = new List<object?>();
        var content = (int)headerLength;
        while (at < headerLength)
        {
            if (!TryReadVarint(record, ref at, out var type) || !TryReadValue(record, type, ref content, out var value)) return null;
            values.Add(value);
        }

        return [.. values];
    }

    private static bool TryReadValue(ReadOnlySpan<byte> record, long type, ref int at, out object? value)
    {
        value = null;
        var length = type switch
        {
            0 or 8 or 9 => 0,
            >= 1 and <= 4 => type,
            5 => 6,
            6 or 7 => 8,
            >= 12 => (type - 12) / 2,
            _ => -1,
        };
        if (length < 0 || length > record.Length - at) return false;
        var octets = record.Slice(at, (int)length);
        at += octets.Length;
        value = type switch
        {
            0 => null,
            7 => BinaryPrimitives.ReadDoubleBigEndian(octets),
            8 => 0L,
            9 => 1L,
            < 7 => Integer(octets),
            _ when type % 2 == 0 => octets.ToArray(),
            _ => new Utf8Text(octets.ToArray()),
        };
        return true;
    }

    private static long Integer(ReadOnlySpan<byte> octets)
    {
        long number = (sbyte)octets[0];
        foreach (var octet in octets[1..]) number = (number << 8) | octet;
        return number;
    }

    /// <summary>Seven bits an octet, the high bit says that more follow; a ninth octet has eight.</summary>
    private static bool TryReadVarint(ReadOnlySpan<byte> octets, ref int at, out long number)
    {
        number = 0;
        for (var i = 0; i < 9; i++)
        {
            if (at >= octets.Length) return false;
            var octet = octets[at++];
            if (i == 8)
            {
                number = (number << 8) | octet;
                return true;
            }

            number = (number << 7) | (octet & 0x7Fu);
            if (octet < 0x80) return true;
        }

        return true;
    }
}

/// <summary>
/// A row as it lies in a file: its number, and its columns as null, long, double, <see cref="Utf8Text"/> or octets; no columns when
/// they cannot be read.
/// </summary>
internal readonly record struct PageRow(long RowId, IReadOnlyList<object?>? Values);
