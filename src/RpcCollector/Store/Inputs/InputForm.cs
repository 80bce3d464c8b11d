using System.Buffers.Binary;
using System.IO.Hashing;

namespace RpcCollector.Store.Inputs;

/// <summary>How what the judge took is kept: in segments, files to which blocks are appended; each block can be read alone.</summary>
/// <remarks>
/// <code>
/// segment = "RpcKept" (7) | version (1) | block ...
/// block   = magic (4) | body octets (4) | plain octets (4) | offset (8) | end (8) | first arrival (8) | last arrival (8)
///         | XxHash64 of the body (8) | XxHash32 of the header before it (4) | body
/// body    = Brotli of: length (4) | chunk of the judge's journal (JournalForm) ...
/// </code>
/// Offset and end say how many inputs were taken before the first chunk and after the last. The arrivals are those of the last turn of the
/// first and of the last chunk, in Unix milliseconds. Numbers have their lowest octet first.
/// </remarks>
internal static class InputForm
{
    public const int SegmentHeaderOctets = 8;
    public const int BlockHeaderOctets = 56;

    /// <summary>No block is larger, packed or plain: what says so is damaged.</summary>
    public const int LargestBlock = 64 << 20;

    /// <summary>No arrival is later, in Unix milliseconds: what says so is forged, and no date can be made of it.</summary>
    public const long LastTime = 253_402_300_799_999;

    // "RPCi".
    public const uint Magic = 0x6943_5052;

    private const int HashedOctets = BlockHeaderOctets - sizeof(uint);

    public static ReadOnlySpan<byte> SegmentHeader => "RpcKept\x01"u8;

    public static void WriteHeader(Span<byte> to, in InputBlock block, ulong bodyHash)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], block.BodyOctets);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], block.PlainOctets);
        BinaryPrimitives.WriteInt64LittleEndian(to[12..], block.Offset);
        BinaryPrimitives.WriteInt64LittleEndian(to[20..], block.End);
        BinaryPrimitives.WriteInt64LittleEndian(to[28..], block.FirstArrival);
        BinaryPrimitives.WriteInt64LittleEndian(to[36..], block.LastArrival);
        BinaryPrimitives.WriteUInt64LittleEndian(to[44..], bodyHash);
        BinaryPrimitives.WriteUInt32LittleEndian(to[HashedOctets..], XxHash32.HashToUInt32(to[..HashedOctets]));
    }

    /// <param name="place">Where in its segment it begins.</param>
    /// <returns>False when it is no header of a block.</returns>
    public static bool TryReadHeader(ReadOnlySpan<byte> from, long place, out InputBlock block)
    {
        block = default;
        if (from.Length < BlockHeaderOctets || BinaryPrimitives.ReadUInt32LittleEndian(from) != Magic) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(from[HashedOctets..]) != XxHash32.HashToUInt32(from[..HashedOctets])) return false;
        block = new InputBlock(
            place, BinaryPrimitives.ReadInt32LittleEndian(from[4..]), BinaryPrimitives.ReadInt32LittleEndian(from[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[12..]), BinaryPrimitives.ReadInt64LittleEndian(from[20..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[28..]), BinaryPrimitives.ReadInt64LittleEndian(from[36..]),
            BinaryPrimitives.ReadUInt64LittleEndian(from[44..]));
        return block.BodyOctets is > 0 and <= LargestBlock && block.PlainOctets is > 0 and <= LargestBlock && block.Offset >= 0
            && block.End >= block.Offset && block.FirstArrival is >= 0 and <= LastTime && block.LastArrival is >= 0 and <= LastTime;
    }

    /// <summary>The moment of an arrival, as far as there are dates.</summary>
    public static DateTimeOffset TimeOf(long arrival) => DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(arrival, 0, LastTime));
}

/// <summary>Inputs of the judge that were kept together.</summary>
/// <param name="Place">Where in its segment it begins.</param>
/// <param name="Offset">How many inputs were taken before it.</param>
/// <param name="End">How many were taken, its own included.</param>
/// <param name="FirstArrival">Unix milliseconds.</param>
internal readonly record struct InputBlock(
    long Place, int BodyOctets, int PlainOctets, long Offset, long End, long FirstArrival, long LastArrival, ulong BodyHash)
{
    public long BodyPlace => Place + InputForm.BlockHeaderOctets;

    public long NextPlace => BodyPlace + BodyOctets;
}

/// <summary>A chunk of the judge's journal.</summary>
/// <param name="Offset">How many inputs were taken before it.</param>
/// <param name="End">How many were taken, its own included.</param>
/// <param name="Arrival">Of its last turn, in Unix milliseconds.</param>
/// <param name="Octets">Whoever is handed it copies what it keeps.</param>
internal readonly record struct InputChunk(long Offset, long End, long Arrival, ReadOnlyMemory<byte> Octets);
