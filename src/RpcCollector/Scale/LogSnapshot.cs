using System.Text;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Scale;

/// <summary>
/// What a judge needs to go on reading: of each partition the offset, its clock and its sensors' sequences; and the flows that wait for
/// others.
/// </summary>
internal static class LogSnapshot
{
    private const uint Magic = 0x534C_4652;
    private const byte Version = 2;

    /// <summary>Of each sensor only its last start was known.</summary>
    private const byte VersionWithoutFormerEpochs = 1;

    /// <summary>Nobody takes a batch meanwhile.</summary>
    public static byte[] Write(IReadOnlyList<PartitionReader> partitions, ExporterDirectory exporters)
    {
        using var stream = new MemoryStream();
        using var to = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        to.Write(Magic);
        to.Write(Version);
        to.Write(partitions.Count);
        foreach (var partition in partitions) WritePartition(to, partition);
        var now = partitions.Max(partition => partition.Clock.UnixMilliseconds);
        to.Write(now);
        to.Flush();
        ShardFlowsWriter.Write(stream, [.. partitions.Select(partition => partition.Shard)], exporters, now, static () => false);
        return stream.ToArray();
    }

    /// <summary>Brings back what was written; the partitions have taken nothing yet.</summary>
    /// <returns>How many flows wait again.</returns>
    /// <exception cref="InvalidDataException">It is damaged, or of another number of partitions.</exception>
    public static int Restore(byte[] snapshot, IReadOnlyList<PartitionReader> partitions, ExporterDirectory exporters)
    {
        using var stream = new MemoryStream(snapshot);
        using var from = new BinaryReader(stream);
        try
        {
            if (from.ReadUInt32() != Magic) throw new InvalidDataException("its form is unknown");
            var version = from.ReadByte();
            if (version is < VersionWithoutFormerEpochs or > Version) throw new InvalidDataException("its form is unknown");
            if (from.ReadInt32() != partitions.Count) throw new InvalidDataException("it is of another number of partitions");
            var read = partitions.Select(_ => ReadPartition(from, version)).ToList();
            var now = from.ReadInt64();
            var (count, damage) = ShardFlowsReader.Restore(
                snapshot.AsMemory((int)stream.Position), [.. partitions.Select(partition => partition.Shard)], exporters, now);
            if (damage is not null) throw new InvalidDataException(damage);
            foreach (var (partition, (offset, clock, log, sensors)) in partitions.Zip(read))
            {
                partition.Offset = offset;
                partition.Clock.BeginAt(clock, log, sensors);
            }

            return count;
        }
        catch (EndOfStreamException end)
        {
            throw new InvalidDataException("it is cut off", end);
        }
        catch (Exception wrong) when (wrong is IOException or FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException("it is damaged", wrong);
        }
    }

    /// <summary>Offset and clock of a partition, and the sequences of its sensors.</summary>
    internal static void WritePartition(BinaryWriter to, PartitionReader partition)
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

    internal static (long Offset, long Clock, long Log, List<PartitionClock.Sensor> Sensors) ReadPartition(
        BinaryReader from, byte version = Version)
    {
        var (offset, clock, log, count) = (from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt32());
        var sensors = new List<PartitionClock.Sensor>();
        for (; count > 0; count--)
        {
            var sensor = new PartitionClock.Sensor { Name = from.ReadString() };
            var numFormer = version > VersionWithoutFormerEpochs ? from.ReadByte() : 0;
            for (; numFormer > 0; numFormer--) sensor.Begin(from.ReadUInt64());
            sensor.Begin(from.ReadUInt64());
            (sensor.NextSequence, sensor.FlowStarts) = (from.ReadUInt64(), from.ReadUInt64());
            (sensor.Watermark, sensor.IsLeftOut) = (from.ReadInt64(), from.ReadBoolean());
            sensors.Add(sensor);
        }

        return (offset, clock, log, sensors);
    }
}
