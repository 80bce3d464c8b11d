using RpcCollector.Captures;
using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary>Sends the export datagrams of a capture to one collector, any number of times, and withholds some of them on request.</summary>
/// <param name="withheldShare">The share of the datagrams to withhold, from 0 to 1.</param>
/// <param name="times">Moves the times of the capture that is sent; null leaves them.</param>
internal sealed class ExportSender(
    IExportTransport transport, SendPace pace, CancellationToken stopping, double withheldShare = 0, ExportTimes? times = null)
{
    private readonly SortedDictionary<int, long> _withheldUnits = [];
    private readonly byte[] _changed = new byte[ushort.MaxValue];
    private RecordedSequences? _recorded;
    private uint _round;
    private long _seen;

    public long Datagrams { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Datagrams that the transport cannot carry.</summary>
    public long NotCarried { get; private set; }

    public long Refused => transport.Refused;

    /// <summary>Datagrams that were withheld.</summary>
    public long Withheld { get; private set; }

    /// <summary>
    /// What a collector must count as lost because of them, by version: flows (5), Messages (9), Data Records including options (10).
    /// </summary>
    public IReadOnlyDictionary<int, long> WithheldUnits => _withheldUnits;

    /// <summary>What the captures held besides exports, in all rounds.</summary>
    public CaptureTally NotSent { get; } = new();

    /// <summary>Sends the file once. It must be the same file every time: its sequences continue from round to round.</summary>
    /// <exception cref="StartupException">The file cannot be read or is no capture, or the target cannot be reached.</exception>
    public void Send(string file)
    {
        if (_round > 0 || withheldShare > 0) _recorded ??= RecordedSequences.Read(file);
        using var captures = new CaptureMerge([new CaptureInput(file, IsNamed: true)], NotSent);
        pace.Rewind();
        for (var index = 0; captures.TryRead(out var datagram) && pace.Wait(datagram.UnixNanoseconds, stopping); index++)
        {
            if (!Withhold(index, datagram.Payload)) Send(datagram);
        }

        if (!stopping.IsCancellationRequested && UnusedInputs.Of([file], captures.Uses) is [var unused])
            throw new StartupException(unused.ToString());

        _round++;
    }

    public void Settle() => transport.Settle();

    // Spread evenly, and the same every time: whenever the share adds up to another datagram, the next one that may be withheld is.
    private bool Withhold(int index, ReadOnlySpan<byte> datagram)
    {
        if (withheldShare <= 0) return false;
        _seen++;
        var recorded = _recorded![index];
        if ((_seen * withheldShare) - Withheld < 1 || !recorded.MayBeWithheld) return false;
        Withheld++;
        var version = (int)datagram[1];
        _withheldUnits[version] = _withheldUnits.GetValueOrDefault(version) + recorded.Units;
        return true;
    }

    private void Send(CaptureReader datagram)
    {
        var payload = datagram.Payload;
        if (_round > 0 || times is not null)
        {
            var changed = _changed.AsSpan(0, payload.Length);
            payload.CopyTo(changed);
            times?.Move(datagram.Session, changed);

            // With the capture's own numbers, each round would look like an exporter that restarted.
            if (_round > 0)
                ExportSequence.Advance(changed, unchecked(_round * _recorded!.Spans[ExportSequence.Of(datagram.Session, payload)]));
            payload = changed;
        }

        if (!transport.Send(datagram.Session, payload))
        {
            NotCarried++;
            return;
        }

        Datagrams++;
        Bytes += payload.Length;
    }
}
