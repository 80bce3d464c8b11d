using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Losses;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Decoding;

/// <summary>Turns datagrams into flow starts: the whole path through Flows. Each instance belongs to one thread.</summary>
/// <remarks>Several decoders may read datagrams of one exporter, even of one Transport Session, at the same time.</remarks>
public sealed class DatagramDecoder
{
    // How often open gaps and waiting Sets are checked, in milliseconds of arrival.
    private const long HousekeepingInterval = 250;

    private readonly FlowOptions _options;
    private readonly ExporterCatalog _catalog;
    private readonly SetDecoder _sets;
    private readonly List<SessionDomain> _withOpenGaps = [];

    // Sessions seen lately. Cleared when the list of allowed exporters changes, so that a cached session is always an allowed one.
    private readonly SessionCache _sessions = new();
    private readonly SessionLookahead _lookahead;
    private readonly int _number;
    private SessionDomain? _session;
    private AddressFilter? _allowed;

    private ArrivalTime _arrival;
    private long _lastHousekeeping;
    private long _numOptionsRecords;
    private long _receivedOctets;

    public DatagramDecoder(FlowOptions options, ExporterCatalog catalog, HopCounters counters, IFlowStartSink sink)
    {
        _options = options;
        _catalog = catalog;
        _number = catalog.NextDecoderNumber();
        Counters = counters;
        _lookahead = new SessionLookahead(_sessions);
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

    /// <summary>Template Records that had to be parsed so far, because nobody had sent the same.</summary>
    internal long ParsedTemplateRecords => _sets.ParsedTemplateRecords;

    /// <summary>How often it was asked so far whether Sets that wait can be read.</summary>
    internal long WaitingLooks => _sets.WaitingLooks;

    /// <summary>How many datagrams to announce with <see cref="Expect"/> before each <see cref="Prepare"/>.</summary>
    public const int GroupSize = SessionLookahead.GroupSize;

    /// <summary>True when there are enough sessions for announcing datagrams with <see cref="Expect"/> to pay off.</summary>
    public bool LooksAhead => _sessions.IsLarge;

    /// <summary>Announces a datagram that will be decoded soon. Only a hint: it changes timing and nothing else.</summary>
    public void Expect(ReadOnlySpan<byte> datagram, in TransportSession session)
    {
        if (ExportMessage.TryReadDomain(datagram, out var version, out var domainId))
            _lookahead.Expect(session.ExporterAddress, KeyOf(session, version, domainId));
    }

    /// <summary>Prefetches what the announced datagrams need; called just before they are decoded.</summary>
    public void Prepare() => _lookahead.Prepare();

    /// <summary>Decodes one datagram. Never throws, whatever the datagram holds.</summary>
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

        // 2. The exporter and session that sent it.
        if (fault == Rejection.None) fault = FindSource(session, message, arrivalUnixMilliseconds);
        if (fault != Rejection.None)
        {
            Counters.Reject(Hop.Datagram, fault);
            if (OtherFormat.Is(fault)) _catalog.CountOther(session.ExporterAddress, fault, arrivalUnixMilliseconds);
            if (fault is not Rejection.ExporterNotAllowed and not Rejection.TooManyExporters)
                _catalog.Known(session.ExporterAddress)?.Minutes.Count(arrivalUnixMilliseconds, units: 0, sets: 1, unread: 1);
            return;
        }

        // 3. The clock that its times go by.
        Counters.Use(Hop.Datagram);
        var source = _session!;
        var clock = ReadClock(message, source, arrivalUnixMilliseconds);

        // 4. The records. No lock is held here, because the sink may block.
        var tally = message.Version == ExportMessage.NetFlowV5
            ? _sets.ReadNetFlowV5(message, ref clock, source, arrivalUnixMilliseconds)
            : _sets.Read(message, ref clock, source, arrivalUnixMilliseconds);
        Count(tally);

        // 5. Sequence gaps and counts.
        lock (source.Accounts) Account(message, source, tally, arrivalUnixMilliseconds);
    }

    /// <summary>
    /// Takes the time at which what is decoded next arrived, once for many datagrams. When the clock has been set, what waits goes on
    /// waiting, and gaps stay open.
    /// </summary>
    /// <returns>That time in Unix milliseconds.</returns>
    public long Enter(ArrivalTime arrival)
    {
        if (arrival.Era != _arrival.Era && _arrival.UnixMilliseconds != 0)
            MoveArrivals(arrival.UnixMilliseconds - _arrival.UnixMilliseconds);
        _arrival = arrival;
        return arrival.UnixMilliseconds;
    }

    /// <summary>Advances the clock of arrivals: gaps that nothing filled become losses, Sets that waited too long are given up.</summary>
    public void AdvanceTo(long arrivalUnixMilliseconds)
    {
        if (arrivalUnixMilliseconds - _lastHousekeeping is >= 0 and < HousekeepingInterval) return;
        _lastHousekeeping = arrivalUnixMilliseconds;
        Count(_sets.AdvanceTo(arrivalUnixMilliseconds, isEnd: false));
        if (_withOpenGaps.Count == 0) return;
        CloseGaps(arrivalUnixMilliseconds);
    }

    /// <summary>The input has ended: what still waits is given up, and open gaps are losses.</summary>
    public void Complete()
    {
        Count(_sets.AdvanceTo(_lastHousekeeping, isEnd: true));
        CloseGaps(long.MaxValue);
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

    private static SessionKey KeyOf(in TransportSession transport, int version, uint observationDomainId) =>
        new(transport.ExporterPort, transport.CollectorPort, version, observationDomainId, transport.IsOverTcp);

    private void MoveArrivals(long milliseconds)
    {
        _lastHousekeeping += milliseconds;
        _sets.MoveArrivals(milliseconds);
        foreach (var session in _withOpenGaps)
        {
            lock (session.Accounts) session.Sequence.MoveArrivals(milliseconds);
        }
    }

    private void CloseGaps(long arrivalUnixMilliseconds)
    {
        for (var i = _withOpenGaps.Count - 1; i >= 0; i--)
        {
            var session = _withOpenGaps[i];
            lock (session.Accounts)
            {
                session.Sequence.CloseGaps(arrivalUnixMilliseconds);
                if (session.Sequence.HasOpenGaps) continue;
                session.IsWatched = false;
            }

            _withOpenGaps.RemoveAt(i);
        }
    }

    private void Count(in SetTally tally) => Volatile.Write(ref _numOptionsRecords, _numOptionsRecords + tally.OptionsRecords);

    private Rejection FindSource(in TransportSession transport, in ExportMessage message, long arrivalUnixMilliseconds)
    {
        var allowed = _catalog.Allowed;
        if (allowed != _allowed)
        {
            _sessions.Clear();
            (_session, _allowed) = (null, allowed);
        }

        // 1. A datagram nearly always belongs to the session of the one before it, or to a session seen lately.
        var key = KeyOf(transport, message.Version, message.ObservationDomainId);
        if (_session is { } last && last.Is(transport.ExporterAddress, key)) return Rejection.None;
        _session = _sessions.Find(transport.ExporterAddress, key);
        if (_session is not null) return Rejection.None;

        // 2. Checked before anything is stored, so that forged senders cost no memory.
        if (!allowed.Contains(transport.ExporterAddress)) return Rejection.ExporterNotAllowed;
        if (_catalog.Find(transport.ExporterAddress, arrivalUnixMilliseconds) is not { } exporter) return Rejection.TooManyExporters;
        if (exporter.Session(key, _options, arrivalUnixMilliseconds) is not { } session) return Rejection.TooManyDomains;
        _session = session;
        _sessions.Add(session);
        return Rejection.None;
    }

    /// <summary>Records what a Message states besides its records. The caller holds the session's accounts lock.</summary>
    private void Account(in ExportMessage message, SessionDomain session, in SetTally tally, long arrivalUnixMilliseconds)
    {
        session.ObserveArrival(arrivalUnixMilliseconds, tally.DataRecords != 0);
        session.Domain.ObserveOffset(message.ExportUnixMilliseconds, arrivalUnixMilliseconds);
        session.Domain.CountDatagram(arrivalUnixMilliseconds, tally.DataRecords, tally.OptionsRecords);
        var units = ObserveSequence(message, session.Sequence, tally, arrivalUnixMilliseconds);
        session.Minutes.CountUnderLock(arrivalUnixMilliseconds, units, tally.Sets, tally.UnreadSets);
        if (!session.Sequence.HasOpenGaps || session.IsWatched) return;
        session.IsWatched = true;
        _withOpenGaps.Add(session);
    }

    /// <returns>How many units of its protocol's sequence the Message holds, as far as they could be read.</returns>
    private int ObserveSequence(in ExportMessage message, SequenceAccount sequence, in SetTally tally, long arrivalUnixMilliseconds)
    {
        if (message.Version == ExportMessage.NetFlowV5)
        {
            sequence.Observe(message.SequenceNumber, message.StatedRecordCount, optionsRecords: 0, arrivalUnixMilliseconds, _number);
            return message.StatedRecordCount;
        }

        if (tally.IsIncomplete) sequence.Skip(message.SequenceNumber, arrivalUnixMilliseconds, _number);
        else sequence.Observe(
            message.SequenceNumber, tally.DataRecordsOfMessage, tally.OptionsRecordsOfMessage, arrivalUnixMilliseconds, _number);
        return sequence.CountsMessages ? 1 : tally.DataRecordsOfMessage + tally.OptionsRecordsOfMessage;
    }

    /// <summary>Updates the session's clocks from a header, and returns the clock for the times of the Message's records.</summary>
    private MessageClock ReadClock(in ExportMessage message, SessionDomain session, long arrivalUnixMilliseconds)
    {
        if (!session.HeaderClock.IsPlainlyRight(arrivalUnixMilliseconds - message.ExportUnixMilliseconds))
            return ReadDoubtfulClock(message, session, arrivalUnixMilliseconds);
        if (!message.HasSysUpTime) return new MessageClock(message, 0, 0, arrivalUnixMilliseconds);
        lock (session.Accounts) return ReadClock(message, session, arrivalUnixMilliseconds, headerCorrectionMilliseconds: 0);
    }

    /// <summary>
    /// The same for a header whose time of day is far from the arrival, or has been: where it is wrong, the arrival counts.
    /// </summary>
    private MessageClock ReadDoubtfulClock(in ExportMessage message, SessionDomain session, long arrivalUnixMilliseconds)
    {
        lock (session.Accounts)
        {
            var correction = session.JudgeHeader(arrivalUnixMilliseconds - message.ExportUnixMilliseconds, out var happened);
            if (happened is ClockEvent.Stepped or ClockEvent.Returned) NoteHeaderEvent(session, happened);
            if (correction == 0) return ReadClock(message, session, arrivalUnixMilliseconds, headerCorrectionMilliseconds: 0);
            Counters.Note(Irregularity.HeaderTimeWrong);
            return ReadClock(message.ExportedAt(arrivalUnixMilliseconds), session, arrivalUnixMilliseconds, correction);
        }
    }

    /// <remarks>The caller holds the session's accounts lock.</remarks>
    private MessageClock ReadClock(
        in ExportMessage message, SessionDomain session, long arrivalUnixMilliseconds, long headerCorrectionMilliseconds)
    {
        if (message.HasSysUpTime)
        {
            var happened = session.Clock.Observe(message);
            session.Domain.LastClock = session.Clock;
            if (happened != ClockEvent.None) NoteClockEvent(session, happened);
        }

        return session.Clock.Read(message, arrivalUnixMilliseconds, headerCorrectionMilliseconds);
    }

    private void NoteHeaderEvent(SessionDomain session, ClockEvent happened)
    {
        if (happened == ClockEvent.Returned)
        {
            Counters.Note(Irregularity.ExporterClockContested);
            session.Exporter.Contests.Count(ContestKind.Clock);
            return;
        }

        Counters.Note(Irregularity.ExporterClockStepped);
        session.Domain.CountClockEvent(happened);
    }

    private void NoteClockEvent(SessionDomain session, ClockEvent happened)
    {
        session.Domain.NoteClock();
        if (happened == ClockEvent.First) return;
        if (happened == ClockEvent.Returned)
        {
            Counters.Note(Irregularity.ExporterClockContested);
            session.Exporter.Contests.Count(ContestKind.Clock);
            session.Sequence.Return();
            return;
        }

        Counters.Note(happened == ClockEvent.Restarted ? Irregularity.ExporterRestarted : Irregularity.ExporterClockStepped);
        session.Domain.CountClockEvent(happened);
        if (happened == ClockEvent.Restarted) session.Sequence.Reset();
    }
}
