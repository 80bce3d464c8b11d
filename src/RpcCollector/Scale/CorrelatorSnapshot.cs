using System.Security.Cryptography;
using System.Text;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Scale;

/// <summary>All of the state of a <see cref="PartitionCorrelator"/> at an offset of its log.</summary>
/// <remarks>
/// <code>
/// snapshot = "RPCS" (4) | version (1) | partition (4) | number of partitions (4) | what was said of the time (8)
///            | offset, clock and sensors | known endpoints | length (4), ShardState | SHA-256 of all before (32)
/// </code>
/// What is cut off or damaged is known by its hash before anything is taken from it.
/// </remarks>
internal static class CorrelatorSnapshot
{
    private const uint Magic = 0x5343_5052;
    private const byte Version = 1;

    public static byte[] Write(
        PartitionReader partition, int number, int numPartitions, long saidUnixMilliseconds, ExporterDirectory exporters)
    {
        using var stream = new MemoryStream();
        using var to = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        to.Write(Magic);
        to.Write(Version);
        to.Write(number);
        to.Write(numPartitions);
        to.Write(saidUnixMilliseconds);
        WritePartition(to, partition);
        partition.Told.WriteTo(to);
        var shard = ShardState.Write(partition.Shard, exporters);
        to.Write(shard.Length);
        to.Write(shard.Span);
        to.Flush();
        to.Write(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        to.Flush();
        return stream.ToArray();
    }

    /// <summary>Brings back what was written; the partition has taken nothing yet, and is of no use where this fails.</summary>
    /// <returns>How many flows are held, and what was said of the time.</returns>
    /// <exception cref="InvalidDataException">It is damaged, of another form, or of another partition.</exception>
    public static (int Count, long SaidUnixMilliseconds) Restore(
        byte[] snapshot, PartitionReader partition, int number, int numPartitions, ExporterDirectory exporters)
    {
        var length = snapshot.Length - SHA256.HashSizeInBytes;
        if (length < 0 || !SHA256.HashData(snapshot.AsSpan(0, length)).AsSpan().SequenceEqual(snapshot.AsSpan(length)))
            throw new InvalidDataException("it is cut off or damaged");
        using var stream = new MemoryStream(snapshot, 0, length);
        using var from = new BinaryReader(stream);
        try
        {
            if (from.ReadUInt32() != Magic || from.ReadByte() != Version) throw new InvalidDataException("its form is unknown");
            if ((from.ReadInt32(), from.ReadInt32()) != (number, numPartitions))
                throw new InvalidDataException("it is of another partition, or of another number of them");
            var said = from.ReadInt64();
            var (offset, clock, log, sensors) = ReadPartition(from);
            partition.Told.ReadFrom(from);
            if (from.ReadInt32() != length - stream.Position) throw new InvalidDataException("its parts do not make up its octets");
            var state = snapshot.AsMemory((int)stream.Position, length - (int)stream.Position);
            var count = ShardState.Restore(state, partition.Shard, exporters);
            partition.Offset = offset;
            partition.Clock.BeginAt(clock, log, sensors);
            if (partition.Told.Current is { } known) partition.Shard.KnownEndpoints = known;
            return (count, said);
        }
        catch (Exception wrong) when (wrong is IOException or FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException("it is damaged", wrong);
        }
    }

    /// <summary>Offset and clock of a partition, and the sequences of its sensors.</summary>
    private static void WritePartition(BinaryWriter to, PartitionReader partition)
    {
        to.Write(partition.Offset);
        to.Write(partition.Clock.UnixMilliseconds);
        to.Write(partition.Clock.LogUnixMilliseconds);
        to.Write(partition.Clock.Sensors.Count);
        foreach (var sensor in partition.Clock.Sensors.Values)
        {
            to.Write(sensor.Name);
            to.Write((byte)sensor.FormerEpochs.Count);
            foreach (var epoch in sensor.FormerEpochs) to.Write(epoch);
            to.Write(sensor.Epoch);
            to.Write(sensor.NextSequence);
            to.Write(sensor.FlowStarts);
            to.Write(sensor.Watermark);
            to.Write(sensor.IsLeftOut);
        }
    }

    private static (long Offset, long Clock, long Log, List<PartitionClock.Sensor> Sensors) ReadPartition(BinaryReader from)
    {
        var (offset, clock, log, count) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt32());
        var sensors = new List<PartitionClock.Sensor>();
        for (; count > 0; count--)
        {
            var sensor = new PartitionClock.Sensor { Name = from.ReadString() };
            for (var numFormer = from.ReadByte(); numFormer > 0; numFormer--) sensor.Begin(from.ReadUInt64());
            sensor.Begin(from.ReadUInt64());
            (sensor.NextSequence, sensor.FlowStarts) = (from.ReadUInt64(), from.ReadUInt64());
            (sensor.Watermark, sensor.IsLeftOut) = (from.ReadInt64(), from.ReadBoolean());
            sensors.Add(sensor);
        }

        return (offset, clock, log, sensors);
    }
}
