using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows;

/// <summary>Reads datagrams into flow starts: the whole way through Flows for one thread, which alone may call it.</summary>
public sealed class DatagramDecoder
{
    // Open gaps and waiting Sets are looked at so often, in milliseconds of arrival.
    private const long HousekeepingInterval = 250;

    private readonly FlowOptions _options;
    private readonly ExporterCatalog _catalog;
    private readonly SetDecoder _sets;
    private readonly HashSet<SessionDomain> _withOpenGaps = [];

    // From whom the last datagram came: the next is nearly always of the same.
    private Exporter? _exporter;
    private SessionDomain? _session;
    private AddressFilter? _allowed;

    private long _lastHousekeeping;
    private long _numOptionsRecords;
    private long _receivedOctets;

    public DatagramDecoder(FlowOptions options, ExporterCatalog catalog, HopCounters counters, IFlowStartSink sink)
    {
        _options = options;
        _catalog = catalog;
        Counters = counters;
        _sets = new SetDecoder(options, catalog, counters, sink);
    }

    public HopCounters Counters { get; }

    /// <summary>Options Data Records decoded so far.</summary>
    public long OptionsRecords => Volatile.Read(ref _numOptionsRecords);

    /// <summary>Octets of all datagrams taken so far.</summary>
    public long ReceivedOctets => Volatile.Read(ref _receivedOctets);

    /// <summary>Data Sets that wait for their Template now: received = used + rejected + waiting.</summary>
    public int WaitingSets => _sets.Waiting.Count;

    /// <summary>Bytes that the waiting Sets take.</summary>
    public long WaitingBytes => _sets.Waiting.Octets;

    /// <summary>Takes one datagram; never throws for what is in it.</summary>
    /// <param name="datagram">The UDP payload, or one Message of a stream.</param>
    /// <param name="session">Both ends of the transport.</param>
    /// <param name="arrivalUnixMilliseconds">When it was received, or captured.</param>
    public void Decode(ReadOnlySpan<byte> datagram, in TransportSession session, long arrivalUnixMilliseconds)
    {
        Counters.Receive(Hop.Datagram);
        Volatile.Write(ref _receivedOctets, _receivedOctets + datagram.Length);
        AdvanceTo(arrivalUnixMilliseconds);

        // 1. Header, and where the Sets lie.
        var fault = ExportMessage.Read(datagram, out var message);
        if (fault == Rejection.None && message.Version != ExportMessage.NetFlowV5) fault = FindFault(message);

        // 2. From whom.
        if (fault == Rejection.None) fault = FindSource(session, message, arrivalUnixMilliseconds);
        if (fault != Rejection.None)
        {
            Counters.Reject(Hop.Datagram, fault);
            if (fault is not Rejection.ExporterNotAllowed and not Rejection.TooManyExporters)
                _catalog.Known(session.ExporterAddress)?.Minutes.Count(arrivalUnixMilliseconds, units: 0, sets: 1, unread: 1);
            return;
        }

        // 3. By which clock.
        Counters.Use(Hop.Datagram);
        ObserveClock(message);

        // 4. The records.
        var tally = message.Version == ExportMessage.NetFlowV5
            ? _sets.ReadNetFlowV5(message, _exporter!, _session!, arrivalUnixMilliseconds)
            : _sets.Read(message, session, _exporter!, _session!, arrivalUnixMilliseconds);
        _session!.Domain.CountDatagram(arrivalUnixMilliseconds, tally.DataRecords, tally.OptionsRecords);
        Count(tally);

        // 5. What was lost before them.
        var units = ObserveSequence(message, tally, arrivalUnixMilliseconds);
        _exporter!.Minutes.Count(arrivalUnixMilliseconds, units, tally.Sets, tally.UnreadSets);
        if (_session.Sequence.HasOpenGaps) _withOpenGaps.Add(_session);
    }

    /// <summary>Lets time pass by the clock of arrivals: gaps that nothing filled are losses, Sets that waited too long are given up.</summary>
    public void AdvanceTo(long arrivalUnixMilliseconds)
    {
        if (arrivalUnixMilliseconds - _lastHousekeeping is >= 0 and < HousekeepingInterval) return;
        _lastHousekeeping = arrivalUnixMilliseconds;
        Count(_sets.AdvanceTo(arrivalUnixMilliseconds, isEnd: false));
        if (_withOpenGaps.Count == 0) return;
        foreach (var session in _withOpenGaps) session.Sequence.CloseGaps(arrivalUnixMilliseconds);
        _withOpenGaps.RemoveWhere(session => !session.Sequence.HasOpenGaps);
    }

    /// <summary>The input has ended: what still waits is given up, and open gaps are losses.</summary>
    public void Complete()
    {
        Count(_sets.AdvanceTo(_lastHousekeeping, isEnd: true));
        foreach (var session in _withOpenGaps) session.Sequence.CloseGaps(long.MaxValue);
        _withOpenGaps.Clear();
    }

    /// <summary>A TCP connection has ended: its Templates end with it.</summary>
    public void End(in TransportSession session)
    {
        if (session.IsOverTcp) _catalog.Known(session.ExporterAddress)?.ForgetSession(session.ExporterPort, session.CollectorPort);
    }

    /// <summary>Walks the Sets once before any is read: when one ends beyond the datagram, nothing in the Message can be trusted.</summary>
    private static Rejection FindFault(in ExportMessage message)
    {
        var sets = new SetReader(message);
        Rejection fault;
        while (sets.TryRead(out _, out _, out fault))
        {
        }

        return fault == Rejection.SetLongerThanMessage ? fault : Rejection.None;
    }

    private void Count(in SetTally tally) => Volatile.Write(ref _numOptionsRecords, _numOptionsRecords + tally.OptionsRecords);

    private Rejection FindSource(in TransportSession transport, in ExportMessage message, long arrivalUnixMilliseconds)
    {
        var allowed = _catalog.Allowed;
        if (_exporter?.Address != transport.ExporterAddress || allowed != _allowed)
        {
            // Asked before anything is kept, so that forged senders cost nothing.
            _session = null;
            _exporter = null;
            if (!allowed.Contains(transport.ExporterAddress)) return Rejection.ExporterNotAllowed;
            if (_catalog.Find(transport.ExporterAddress, arrivalUnixMilliseconds) is not { } exporter) return Rejection.TooManyExporters;
            (_exporter, _allowed) = (exporter, allowed);
        }

        var key = new SessionKey(transport.ExporterPort, transport.CollectorPort, message.Version, message.ObservationDomainId, transport.IsOverTcp);
        if (_session is null || _session.Key != key)
        {
            if (_exporter.Session(key, _options, _catalog.NextClockId) is not { } session) return Rejection.TooManyDomains;
            _session = session;
        }

        _session.ObserveArrival(arrivalUnixMilliseconds);
        _session.Domain.ObserveOffset(message.ExportUnixMilliseconds, arrivalUnixMilliseconds);
        return Rejection.None;
    }

    /// <returns>How many units of its protocol's sequence the Message holds, as far as they could be read.</returns>
    private int ObserveSequence(in ExportMessage message, in SetTally tally, long arrivalUnixMilliseconds)
    {
        var sequence = _session!.Sequence;
        switch (message.Version)
        {
            case ExportMessage.NetFlowV5:
                sequence.Observe(message.SequenceNumber, message.StatedRecordCount, optionsRecords: 0, arrivalUnixMilliseconds);
                return message.StatedRecordCount;
            case ExportMessage.NetFlowV9:
                sequence.Observe(message.SequenceNumber, units: 1, arrivalUnixMilliseconds);
                return 1;
        }

        if (tally.IsIncomplete) sequence.Skip(message.SequenceNumber, arrivalUnixMilliseconds);
        else sequence.Observe(message.SequenceNumber, tally.DataRecordsOfMessage, tally.OptionsRecordsOfMessage, arrivalUnixMilliseconds);
        return tally.DataRecordsOfMessage + tally.OptionsRecordsOfMessage;
    }

    private void ObserveClock(in ExportMessage message)
    {
        if (!message.HasSysUpTime) return;
        var session = _session!;
        var happened = session.Clock.Observe(message);
        session.Domain.LastClock = session.Clock;
        if (happened == ClockEvent.None) return;
        session.Domain.NoteClock();
        if (happened == ClockEvent.First) return;
        Counters.Note(happened == ClockEvent.Restarted ? Irregularity.ExporterRestarted : Irregularity.ExporterClockStepped);
        session.Domain.CountClockEvent(happened);
        if (happened == ClockEvent.Restarted) session.Sequence.Reset();
    }
}
