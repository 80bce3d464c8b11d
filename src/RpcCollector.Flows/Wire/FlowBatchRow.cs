using static System.Buffers.Binary.BinaryPrimitives;

namespace RpcCollector.Flows.Wire;

/// <summary>A flow start as a row of fixed size. Counters and times that do not lie in 32 bits stand in a table of their own.</summary>
internal static class FlowBatchRow
{
    /// <summary>True when counters and times do not lie in 32 bits. Differences that overflow do so in both directions alike.</summary>
    public static bool IsWide(in FlowStart start, long baseUnixMilliseconds) =>
        (start.ClientOctets | start.ServerOctets | start.ClientPackets | start.ServerPackets) >> 32 != 0
        || IsBeyond(start.ArrivalUnixMilliseconds - baseUnixMilliseconds)
        || IsBeyond(start.StartUnixMilliseconds - start.ArrivalUnixMilliseconds)
        || IsBeyond(start.EndUnixMilliseconds - start.StartUnixMilliseconds);

    public static void Write(Span<byte> row, in FlowStart start, ushort witness, byte form)
    {
        WireAddress.Write(row, start.Client);
        WireAddress.Write(row[16..], start.Server);
        WriteUInt16LittleEndian(row[32..], start.ClientPort);
        WriteUInt16LittleEndian(row[34..], start.ServerPort);
        WriteUInt16LittleEndian(row[36..], start.ClientTcpFlags);
        WriteUInt16LittleEndian(row[38..], start.ServerTcpFlags);
        WriteUInt16LittleEndian(row[40..], witness);
        row[42] = MarksOf(start);
        row[43] = form;
    }

    public static void WriteNarrow(Span<byte> row, in FlowStart start, long baseUnixMilliseconds)
    {
        WriteUInt32LittleEndian(row[44..], (uint)start.ClientOctets);
        WriteUInt32LittleEndian(row[48..], (uint)start.ServerOctets);
        WriteUInt32LittleEndian(row[52..], (uint)start.ClientPackets);
        WriteUInt32LittleEndian(row[56..], (uint)start.ServerPackets);
        WriteInt32LittleEndian(row[60..], (int)(start.ArrivalUnixMilliseconds - baseUnixMilliseconds));
        WriteInt32LittleEndian(row[64..], (int)(start.StartUnixMilliseconds - start.ArrivalUnixMilliseconds));
        WriteInt32LittleEndian(row[68..], (int)(start.EndUnixMilliseconds - start.StartUnixMilliseconds));
    }

    /// <param name="index">Of the wide values in their table.</param>
    public static void WriteWidePlace(Span<byte> row, int index)
    {
        WriteInt32LittleEndian(row[FlowBatchForm.ValuesPlace..], index);
        row[(FlowBatchForm.ValuesPlace + sizeof(int))..FlowBatchForm.RowOctets].Clear();
    }

    public static void WriteWide(Span<byte> wide, in FlowStart start)
    {
        WriteUInt64LittleEndian(wide, start.ClientOctets);
        WriteUInt64LittleEndian(wide[8..], start.ServerOctets);
        WriteUInt64LittleEndian(wide[16..], start.ClientPackets);
        WriteUInt64LittleEndian(wide[24..], start.ServerPackets);
        WriteInt64LittleEndian(wide[32..], start.ArrivalUnixMilliseconds);
        WriteInt64LittleEndian(wide[40..], start.StartUnixMilliseconds);
        WriteInt64LittleEndian(wide[48..], start.EndUnixMilliseconds);
    }

    /// <param name="numWide">How many wide rows came before; counts this one.</param>
    public static WireRejection Check(ReadOnlySpan<byte> row, int numWitnesses, long baseUnixMilliseconds, ref int numWide)
    {
        if (WitnessOf(row) >= numWitnesses) return WireRejection.IndexOutOfTable;
        if ((row[42] & FlowBatchForm.DirectionMask) > (byte)DirectionConfidence.Refuted) return WireRejection.UnknownValue;
        if (row[43] == FlowBatchForm.Narrow)
        {
            return WireForm.IsTime(baseUnixMilliseconds + ReadInt32LittleEndian(row[60..]))
                ? WireRejection.None
                : WireRejection.ImpossibleTime;
        }

        if (row[43] != FlowBatchForm.Wide) return WireRejection.UnknownValue;
        if (ReadInt32LittleEndian(row[FlowBatchForm.ValuesPlace..]) != numWide++) return WireRejection.IndexOutOfTable;
        return row[(FlowBatchForm.ValuesPlace + sizeof(int))..].ContainsAnyExcept((byte)0)
            ? WireRejection.ReservedInUse
            : WireRejection.None;
    }

    public static WireRejection CheckWide(ReadOnlySpan<byte> wide) =>
        WireForm.IsTime(ReadInt64LittleEndian(wide[32..])) ? WireRejection.None : WireRejection.ImpossibleTime;

    /// <summary>Of a row that was checked, the wide values too: what a device cannot state of a connection could not be kept.</summary>
    public static WireRejection CheckTranslation(ReadOnlySpan<byte> row, ReadOnlySpan<byte> wideValues, long baseUnixMilliseconds)
    {
        if ((row[42] & FlowBatchForm.IsTranslation) == 0) return WireRejection.None;
        var start = default(FlowStart);
        Read(row, wideValues, baseUnixMilliseconds, ref start);
        if (!HasTimes(start)) return WireRejection.ImpossibleTime;
        return HasOtherEnds(start) ? WireRejection.None : WireRejection.UnknownValue;
    }

    /// <summary>False for a statement that no reader takes.</summary>
    public static bool IsPossible(in FlowStart start) => !start.IsTranslation || (HasTimes(start) && HasOtherEnds(start));

    public static ushort WitnessOf(ReadOnlySpan<byte> row) => ReadUInt16LittleEndian(row[40..]);

    /// <summary>Reads a row that was checked, all but what its witness gives.</summary>
    public static void Read(ReadOnlySpan<byte> row, ReadOnlySpan<byte> wideValues, long baseUnixMilliseconds, ref FlowStart start)
    {
        start.Client = WireAddress.Read(row);
        start.Server = WireAddress.Read(row[16..]);
        start.ClientPort = ReadUInt16LittleEndian(row[32..]);
        start.ServerPort = ReadUInt16LittleEndian(row[34..]);
        start.ClientTcpFlags = ReadUInt16LittleEndian(row[36..]);
        start.ServerTcpFlags = ReadUInt16LittleEndian(row[38..]);
        var marks = row[42];
        start.Direction = (DirectionConfidence)(marks & FlowBatchForm.DirectionMask);
        start.Half = (FlowHalf)(marks >> FlowBatchForm.HalfShift & FlowBatchForm.HalfMask);
        start.IsTranslation = (marks & FlowBatchForm.IsTranslation) != 0;
        start.IsMirror = (marks & FlowBatchForm.IsMirror) != 0;
        start.IsEndAlone = (marks & FlowBatchForm.IsEndAlone) != 0;
        if (row[43] == FlowBatchForm.Narrow) ReadNarrow(row, baseUnixMilliseconds, ref start);
        else ReadWide(wideValues[(ReadInt32LittleEndian(row[FlowBatchForm.ValuesPlace..]) * FlowBatchForm.WideOctets)..], ref start);
    }

    private static bool HasTimes(in FlowStart start) =>
        start.StartUnixMilliseconds is >= 0 and <= WireForm.LatestTime && start.EndUnixMilliseconds <= WireForm.LatestTime;

    private static bool HasOtherEnds(in FlowStart start) =>
        new FlowEnds(start.Client, start.ClientPort, start.Server, start.ServerPort) != start.Connection;

    private static void ReadNarrow(ReadOnlySpan<byte> row, long baseUnixMilliseconds, ref FlowStart start)
    {
        start.ClientOctets = ReadUInt32LittleEndian(row[44..]);
        start.ServerOctets = ReadUInt32LittleEndian(row[48..]);
        start.ClientPackets = ReadUInt32LittleEndian(row[52..]);
        start.ServerPackets = ReadUInt32LittleEndian(row[56..]);
        start.ArrivalUnixMilliseconds = baseUnixMilliseconds + ReadInt32LittleEndian(row[60..]);
        start.StartUnixMilliseconds = start.ArrivalUnixMilliseconds + ReadInt32LittleEndian(row[64..]);
        start.EndUnixMilliseconds = start.StartUnixMilliseconds + ReadInt32LittleEndian(row[68..]);
    }

    private static void ReadWide(ReadOnlySpan<byte> wide, ref FlowStart start)
    {
        start.ClientOctets = ReadUInt64LittleEndian(wide);
        start.ServerOctets = ReadUInt64LittleEndian(wide[8..]);
        start.ClientPackets = ReadUInt64LittleEndian(wide[16..]);
        start.ServerPackets = ReadUInt64LittleEndian(wide[24..]);
        start.ArrivalUnixMilliseconds = ReadInt64LittleEndian(wide[32..]);
        start.StartUnixMilliseconds = ReadInt64LittleEndian(wide[40..]);
        start.EndUnixMilliseconds = ReadInt64LittleEndian(wide[48..]);
    }

    private static byte MarksOf(in FlowStart start) => (byte)(
        (byte)start.Direction | (byte)start.Half << FlowBatchForm.HalfShift
        | (start.IsTranslation ? FlowBatchForm.IsTranslation : 0) | (start.IsMirror ? FlowBatchForm.IsMirror : 0)
        | (start.IsEndAlone ? FlowBatchForm.IsEndAlone : 0));

    private static bool IsBeyond(long value) => value != (int)value;
}
