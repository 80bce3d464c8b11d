using System.Buffers.Binary;
using RpcCollector.Captures;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary>How many sequence units each datagram of a capture holds, in the capture's order; read once before sending.</summary>
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
            var before = Tally.Of(decoder, counters);
            decoder.Decode(datagram.Payload, datagram.Session, datagram.ArrivalUnixMilliseconds);
            recorded.Add(ExportSequence.Of(datagram.Session, datagram.Payload), datagram.Payload, Tally.Of(decoder, counters) - before);
        }

        // The last datagram of a sequence is always sent: nothing after it would show that it is missing.
        foreach (var progress in recorded._sequences.Values)
            recorded._datagrams[progress.LastIndex] = recorded._datagrams[progress.LastIndex] with { MayBeWithheld = false };
        recorded.Spans = recorded._sequences.ToDictionary(entry => entry.Key, entry => entry.Value.Span);
        return recorded;
    }

    private void Add(in ExportSequence sequence, ReadOnlySpan<byte> datagram, in Tally held)
    {
        var number = ExportSequence.Number(datagram);
        var units = sequence.Version switch
        {
            5 => BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]),
            9 => 1,
            _ => (int)(held.Records + held.Options),
        };
        var isFirst = !_sequences.TryGetValue(sequence, out var before);
        _sequences[sequence] = isFirst
            ? new Progress(number, (int)held.Records, number, units, _datagrams.Count)
            : before.Next(number, units, (int)held.Records, _datagrams.Count);

        // Templates and options are needed to read other datagrams. And if a Set cannot be read, nobody knows how much would be missing.
        var canBeMissed = !isFirst && units > 0 && held is { Templates: 0, Options: 0, UnreadSets: 0 };
        _datagrams.Add(new RecordedUnits(units, canBeMissed));
    }

    /// <summary>How far the capture has carried a sequence.</summary>
    /// <param name="FirstRecords">Data Records of its first Message.</param>
    /// <param name="LastUnits">Units of its last Message.</param>
    /// <param name="CountsItself">
    /// How much more often the numbers fit totals that include their own Message (as softflowd sends in IPFIX) than RFC 7011, 3.1.
    /// </param>
    private readonly record struct Progress(uint First, int FirstRecords, uint Last, int LastUnits, int LastIndex, int CountsItself = 0)
    {
        /// <summary>What must be added to the numbers so that they go on.</summary>
        public uint Span => Last - First + (uint)(CountsItself > 0 ? FirstRecords : LastUnits);

        public Progress Next(uint number, int units, int records, int index)
        {
            var (follows, isTotal) = (number == Last + (uint)LastUnits, number == Last + (uint)records);
            return this with
            {
                Last = number,
                LastUnits = units,
                LastIndex = index,
                CountsItself = CountsItself + (isTotal ? 1 : 0) - (follows ? 1 : 0),
            };
        }
    }

    /// <summary>What has been read so far.</summary>
    private readonly record struct Tally(long Records, long Options, long Templates, long UnreadSets)
    {
        public static Tally Of(DatagramDecoder decoder, HopCounters counters) => new(
            counters.Received(Hop.DataRecord), decoder.OptionsRecords, counters.Received(Hop.TemplateRecord),
            counters.Received(Hop.Set) - counters.Used(Hop.Set));

        public static Tally operator -(Tally left, Tally right) => new(
            left.Records - right.Records, left.Options - right.Options, left.Templates - right.Templates,
            left.UnreadSets - right.UnreadSets);
    }

    private sealed class Ignored : IFlowStartSink
    {
        public void Offer(in FlowStart start)
        {
        }
    }
}

/// <summary>One datagram of a capture, in units of its sequence: flows (v5), Messages (v9), Data Records (IPFIX).</summary>
/// <param name="MayBeWithheld">True when a collector that does not get it can tell exactly what is missing.</param>
internal readonly record struct RecordedUnits(int Units, bool MayBeWithheld);
