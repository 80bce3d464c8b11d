using System.Buffers.Binary;
using RpcCollector.Captures;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary>Moves all times of a recorded export by the same number of whole seconds, so that its flows have just happened.</summary>
/// <remarks>
/// <code>
///         header                                    records
/// v5      unix_secs; uptimes stay, and move by it   -
/// v9      UNIX Secs (RFC 3954, 5.1), likewise       absolute times, where a Template has them
/// IPFIX   Export Time (RFC 7011, 3.1)               absolute times, and when the exporter started
/// </code>
/// Headers and some elements count whole seconds, so a fraction of a second would move them relative to the other times.
/// </remarks>
internal sealed class ExportTimes
{
    private const int NetFlowV9HeaderLength = 20;
    private const int IpfixHeaderLength = 16;
    private const int SetHeaderLength = 4;
    private const int FirstDataSet = 256;

    private readonly Dictionary<(ExportSequence Sequence, ushort Template), TimeLayout> _layouts = [];

    private ExportTimes()
    {
    }

    /// <summary>
    /// By how many seconds the times are moved; null when the capture holds no flow that the collector would use: then nothing is
    /// moved.
    /// </summary>
    public long? Seconds { get; private set; }

    /// <summary>Data Sets whose times stayed: their Template is nowhere in the capture, or they are damaged.</summary>
    public long SetsNotMoved { get; private set; }

    /// <summary>Reads a capture, so as to move its times.</summary>
    /// <param name="end">When its last flow is to end, to the second.</param>
    /// <exception cref="StartupException">The file cannot be read or is no capture.</exception>
    public static ExportTimes EndingAt(DateTimeOffset end, string file)
    {
        using var captures = new CaptureMerge([new CaptureInput(file, IsNamed: true)], new CaptureTally());
        var times = new ExportTimes();
        var last = new LastEnd();
        var decoder = new DatagramDecoder(new FlowOptions(), new ExporterCatalog(new ExporterDirectory()), new HopCounters(), last);
        while (captures.TryRead(out var datagram))
        {
            decoder.Decode(datagram.Payload, datagram.Session, datagram.ArrivalUnixMilliseconds);

            // All Templates are read now, so that late ones are known when the first datagram is moved.
            times.Walk(datagram.Session, [.. datagram.Payload], seconds: null);
        }

        decoder.Complete();
        if (last.UnixMilliseconds is { } recorded) times.Seconds = (long)Math.Floor((end.ToUnixTimeMilliseconds() - recorded) / 1000.0);
        return times;
    }

    /// <summary>Moves the times of one datagram of the capture.</summary>
    public void Move(in TransportSession session, Span<byte> datagram)
    {
        if (Seconds is not { } seconds) return;
        var header = datagram[(datagram[1] is 5 or 9 ? 8 : 4)..];
        BinaryPrimitives.WriteUInt32BigEndian(header, unchecked((uint)(BinaryPrimitives.ReadUInt32BigEndian(header) + seconds)));
        Walk(session, datagram, seconds);
    }

    private void Walk(in TransportSession session, Span<byte> datagram, long? seconds)
    {
        var version = datagram[1];
        if (version is not (9 or 10)) return;
        var sequence = ExportSequence.Of(session, datagram);
        for (var sets = datagram[(version == 9 ? NetFlowV9HeaderLength : IpfixHeaderLength)..]; sets.Length >= SetHeaderLength;)
        {
            var (id, length) = (BinaryPrimitives.ReadUInt16BigEndian(sets), BinaryPrimitives.ReadUInt16BigEndian(sets[2..]));
            if (length < SetHeaderLength || length > sets.Length)
            {
                SetsNotMoved += seconds is null ? 0 : 1;
                return;
            }

            var content = sets[SetHeaderLength..length];
            if (id < FirstDataSet) Learn(sequence, id, content);
            else if (seconds is { } shift && !(_layouts.TryGetValue((sequence, id), out var layout) && layout.Move(content, shift)))
                SetsNotMoved++;
            sets = sets[length..];
        }
    }

    private void Learn(in ExportSequence sequence, ushort setId, ReadOnlySpan<byte> templates)
    {
        // Set IDs: 0 and 1 in NetFlow v9 (RFC 3954, 5.2 and 6.1), 2 and 3 in IPFIX (RFC 7011, 3.3.2).
        while (TimeLayout.TryRead(sequence.Version, isOptions: setId is 1 or 3, ref templates, out var id, out var layout))
            _layouts[(sequence, id)] = layout;
    }

    /// <summary>When the last flow ended.</summary>
    private sealed class LastEnd : IFlowStartSink
    {
        public long? UnixMilliseconds { get; private set; }

        public void Offer(in FlowStart start)
        {
            var end = Math.Max(start.StartUnixMilliseconds, start.EndUnixMilliseconds) + start.ClockCorrectionMilliseconds;
            UnixMilliseconds = Math.Max(UnixMilliseconds ?? end, end);
        }
    }
}
