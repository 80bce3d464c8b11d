using System.Text;
using RpcCollector.Detection.Wire;

namespace RpcCollector.Scale;

/// <summary>
/// How far the judge's log was read: which messages were taken, of which partition and of whom, and the time that they told.
/// </summary>
/// <remarks>
/// The same may stand in the log twice: a correlator whose message was not confirmed sends it again, and of a partition that has two
/// owners for a while each says the same. A message is taken when it is the next of its offset, and its offset was not taken whole.
/// </remarks>
internal sealed class LogPosition
{
    /// <summary>Names under which something is said of no partition, two of a sensor; what further ones say is refused.</summary>
    public const int MostSources = 1_536;

    /// <summary>A partition that lies so many milliseconds behind the furthest one does not hold up the judge's time.</summary>
    public const long Patience = PartitionClock.Patience;

    private const byte Version = 1;

    // Behind the name of a judge: a sensor of the same name has numbers of its own.
    private const string SaidSuffix = "/said";

    private readonly SortedDictionary<int, Taken> _partitions = [];
    private readonly SortedDictionary<string, Taken> _sources = new(StringComparer.Ordinal);

    /// <summary>The offset of the last message that was read; 0 before the first.</summary>
    public long Offset { get; set; }

    /// <summary>
    /// The log's time: the least of its partitions' clocks, in Unix milliseconds; 0 before the first message. It never runs back.
    /// </summary>
    public long UnixMilliseconds { get; private set; }

    /// <summary>How messages stand to what was taken before.</summary>
    /// <param name="isSaid">A judge says it, and no sensor.</param>
    public LogOrder Accept(in ActHeader header, bool isSaid = false)
    {
        Taken taken;
        if (header.Partition != ActHeader.NoPartition)
        {
            if (!_partitions.TryGetValue(header.Partition, out taken!)) _partitions[header.Partition] = taken = new Taken();

            // A partition's clock does not run back: a lower offset at a later time is of a log that was made anew.
            if (taken.IsTaken(header.InputOffset) && header.WatermarkUnixMilliseconds > taken.Watermark) taken.Begin(0);
        }
        else
        {
            var source = isSaid ? header.Source + SaidSuffix : header.Source;
            if (!_sources.TryGetValue(source, out taken!))
            {
                if (_sources.Count >= MostSources) return LogOrder.TooMany;
                _sources[source] = taken = new Taken();
            }

            if (taken.Epoch != header.SourceEpoch) taken.Begin(header.SourceEpoch);
        }

        var order = taken.Accept(header);
        if (order == LogOrder.Next && header.Partition != ActHeader.NoPartition) Pass();
        return order;
    }

    /// <summary>All of it, for <see cref="Read"/>.</summary>
    public byte[] Write()
    {
        using var stream = new MemoryStream();
        using var to = new BinaryWriter(stream, Encoding.UTF8);
        to.Write(Version);
        to.Write(Offset);
        to.Write(UnixMilliseconds);
        to.Write7BitEncodedInt(_partitions.Count);
        foreach (var (partition, taken) in _partitions)
        {
            to.Write7BitEncodedInt(partition);
            taken.Write(to);
        }

        to.Write7BitEncodedInt(_sources.Count);
        foreach (var (source, taken) in _sources)
        {
            to.Write(source);
            taken.Write(to);
        }

        to.Flush();
        return stream.ToArray();
    }

    /// <summary>What was written; the beginning of a log where that is nothing.</summary>
    /// <exception cref="InvalidDataException">It is of another form.</exception>
    public static LogPosition Read(ReadOnlyMemory<byte> written)
    {
        var position = new LogPosition();
        if (written.IsEmpty) return position;
        using var from = new BinaryReader(new MemoryStream(written.ToArray()), Encoding.UTF8);
        try
        {
            if (from.ReadByte() != Version) throw new InvalidDataException("its version is unknown");
            (position.Offset, position.UnixMilliseconds) = (from.ReadInt64(), from.ReadInt64());
            for (var left = from.Read7BitEncodedInt(); left > 0; left--)
                position._partitions[from.Read7BitEncodedInt()] = Taken.Read(from);
            for (var left = from.Read7BitEncodedInt(); left > 0; left--) position._sources[from.ReadString()] = Taken.Read(from);
            return position;
        }
        catch (Exception damage) when (damage is IOException or FormatException or ArgumentException)
        {
            throw new InvalidDataException("it is damaged", damage);
        }
    }

    private void Pass()
    {
        var furthest = _partitions.Values.Max(static taken => taken.Watermark);
        var least = _partitions.Values.Min(taken => taken.Watermark < furthest - Patience ? furthest : taken.Watermark);
        UnixMilliseconds = Math.Max(UnixMilliseconds, least);
    }

    /// <summary>Of one partition or source.</summary>
    private sealed class Taken
    {
        // The first offset that was not taken whole.
        private ulong _next;

        // Of which offset parts are being taken, and the part that is to come.
        private ulong _open;
        private uint _part;

        public ulong Epoch { get; private set; }

        public long Watermark { get; private set; }

        public bool IsTaken(ulong offset) => offset < _next;

        public void Begin(ulong epoch) => (Epoch, _next, _open, _part) = (epoch, 0, 0, 0);

        public LogOrder Accept(in ActHeader header)
        {
            if (IsTaken(header.InputOffset) || header.InputOffset < _open) return LogOrder.Again;

            // Whoever was at a lower one has ended: it is said again, from its first part on, by whoever goes on; or was not the last.
            if (header.InputOffset != _open) (_open, _part) = (header.InputOffset, 0);
            if (header.Part != _part) return header.Part < _part ? LogOrder.Again : LogOrder.Gap;
            _part++;
            if (header.IsLast) (_next, _part) = (header.InputOffset + 1, 0);
            Watermark = Math.Max(Watermark, header.WatermarkUnixMilliseconds);
            return LogOrder.Next;
        }

        public void Write(BinaryWriter to)
        {
            to.Write(Epoch);
            to.Write(_next);
            to.Write(_open);
            to.Write(_part);
            to.Write(Watermark);
        }

        public static Taken Read(BinaryReader from) => new()
        {
            Epoch = from.ReadUInt64(),
            _next = from.ReadUInt64(),
            _open = from.ReadUInt64(),
            _part = from.ReadUInt32(),
            Watermark = from.ReadInt64(),
        };
    }
}

/// <summary>How a message stands to what was taken.</summary>
internal enum LogOrder
{
    /// <summary>It is to be taken.</summary>
    Next,

    /// <summary>It was taken before.</summary>
    Again,

    /// <summary>A part before it never came.</summary>
    Gap,

    /// <summary>Of one source more than are known.</summary>
    TooMany,
}
