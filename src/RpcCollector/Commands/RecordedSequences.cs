using System.Buffers.Binary;
using RpcCollector.Captures;
using RpcCollector.Flows;

namespace RpcCollector.Commands;

/// <summary>What the sequence numbers of a capture tell of each of its datagrams, in the capture's order: read once, before it is sent.</summary>
internal sealed class RecordedSequences
{
    private readonly List<RecordedUnits> _datagrams = [];
    private readonly Dictionary<ExportSequence, Progress> _sequences = [];

    private RecordedSequences()
    {
    }

    /// <summary>Every sequence, with how far the capture carries it on.</summary>
    public IReadOnlyDictionary<ExportSequence, uint> Spans { get; private set; } = new Dictionary<ExportSequence, uint>();

    public RecordedUnits this[int datagram] => _datagrams[datagram];

    /// <exception cref="StartupException">The file cannot be read or is no capture.</exception>
    public static RecordedSequences Read(string file)
    {
        using var captures = new CaptureMerge([new CaptureInput(file, IsNamed: true)], new CaptureTally());
        var recorded = new RecordedSequences();
        var counters = new HopCounters();
        var decoder = new DatagramDecoder(new FlowOptions(), new ExporterCatalog(new ExporterDirectory()), counters, new Ignored());
        while (captures.TryRead(out var datagram))
        {
            var before = (Records: counters.Received(Hop.DataRecord), Options: decoder.OptionsRecords, Templates: counters.Received(Hop.TemplateRecord));
            decoder.Decode(datagram.Payload, datagram.Session, datagram.ArrivalUnixMilliseconds);
            var (records, options) = (counters.Received(Hop.DataRecord) - before.Records, decoder.OptionsRecords - before.Options);
            var isControl = options > 0 || counters.Received(Hop.TemplateRecord) > before.Templates;
            recorded.Add(ExportSequence.Of(datagram.Session, datagram.Payload), datagram.Payload, (int)(records + options), isControl);
        }

        recorded.Spans = recorded._sequences.ToDictionary(entry => entry.Key, entry => entry.Value.Span(recorded._datagrams));
        return recorded;
    }

    private void Add(in ExportSequence sequence, ReadOnlySpan<byte> datagram, int records, bool isControl)
    {
        var number = ExportSequence.Number(datagram);
        var isFirst = !_sequences.TryGetValue(sequence, out var before);
        if (isFirst) before = new Progress(number, number, _datagrams.Count);
        else Tell(before.LastIndex, number - before.Last);

        // Until the next number tells: what the datagram holds.
        var units = sequence.Version switch { 5 => BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]), 9 => 1, _ => records };
        _sequences[sequence] = before with { Last = number, LastIndex = _datagrams.Count };
        _datagrams.Add(new RecordedUnits(units, IsFirst: isFirst, IsControl: isControl, IsTold: false));
    }

    // A step back, or a leap, is another sequence or a loss of its own.
    private void Tell(int index, uint units)
    {
        if (units <= ushort.MaxValue) _datagrams[index] = _datagrams[index] with { Units = (int)units, IsTold = true };
    }

    private readonly record struct Progress(uint First, uint Last, int LastIndex)
    {
        public uint Span(List<RecordedUnits> datagrams) => Last - First + (uint)datagrams[LastIndex].Units;
    }

    private sealed class Ignored : IFlowStartSink
    {
        public void Offer(in FlowStart start)
        {
        }
    }
}

/// <summary>How many units of its sequence a datagram counts: flows (v5), Messages (v9), Data Records (IPFIX).</summary>
/// <param name="IsFirst">The first of its sequence: nothing before it tells what is lost.</param>
/// <param name="IsControl">It carries Templates or options, without which others cannot be read.</param>
/// <param name="IsTold">The next number of its sequence says how many; false for the last.</param>
internal readonly record struct RecordedUnits(int Units, bool IsFirst, bool IsControl, bool IsTold)
{
    /// <summary>True when a collector can tell exactly what is missing.</summary>
    public bool CanBeMissed => IsTold && !IsFirst && !IsControl && Units > 0;
}
