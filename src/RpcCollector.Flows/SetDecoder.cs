using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Interpretation;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows;

/// <summary>Reads the Sets of one Message after the other: learns Templates, reads Data Records, and keeps what must wait. For one thread.</summary>
internal sealed class SetDecoder(FlowOptions options, ExporterCatalog catalog, HopCounters counters, IFlowStartSink sink)
{
    private readonly TemplateLearner _templates = new(options, counters);
    private readonly DataSetReader _dataSets = new(options, catalog, counters, sink);
    private readonly OptionsReader _optionsRecords = new(counters);

    // Options data is repeated every so often; an exporter that has told its start by then never will (milliseconds of arrival).
    private const long SystemInitPatience = 10_000;

    // Sessions whose records wait for the time of the exporter's start, and since when.
    private readonly Dictionary<SessionDomain, (Exporter Exporter, long SinceUnixMilliseconds)> _awaitingSystemInit = [];

    // Template ids that the Message at hand taught, and whether it held options data: what waiting Sets may have waited for.
    private readonly HashSet<ushort> _learned = [];
    private bool _hasOptionsData;
    private long _nowUnixMilliseconds;

    // The Template of the last Data Set: the next is nearly always of the same.
    private Template? _template;
    private TemplateKey _templateKey;
    private Exporter? _templateExporter;
    private object? _templateMap;

    // The Template last looked for in vain: Sets that wait for the same one ask again and again.
    private TemplateKey _missingKey;
    private Exporter? _missingExporter;
    private object? _missingMap;

    public WaitingSets Waiting { get; } = new(options);

    /// <summary>Reads all Sets of a v9 or IPFIX Message.</summary>
    public SetTally Read(in ExportMessage message, in TransportSession transport, Exporter exporter, SessionDomain session, long arrivalUnixMilliseconds)
    {
        var tally = default(SetTally);
        _nowUnixMilliseconds = arrivalUnixMilliseconds;
        _learned.Clear();
        _hasOptionsData = false;
        var sets = new SetReader(message);
        Rejection fault;
        while (sets.TryRead(out var setId, out var content, out fault))
        {
            counters.Receive(Hop.Set);
            tally.Sets++;
            switch (SetId.KindOf(setId, message.Version))
            {
                case SetKind.Data:
                    var key = new TemplateKey(session.Key.ExporterPort, session.Key.CollectorPort, message.Version, message.ObservationDomainId, setId, session.Key.IsOverTcp);
                    ReadData(key, content, message, exporter, session, arrivalUnixMilliseconds, ref tally);
                    break;
                case SetKind.Reserved:
                    counters.Reject(Hop.Set, Rejection.ReservedSetId);
                    tally.UnreadSets++;
                    break;
                case var kind:
                    counters.Use(Hop.Set);
                    _templates.Read(content, kind == SetKind.OptionsTemplates, session.Key, exporter, transport.IsOverTcp, arrivalUnixMilliseconds, _learned);
                    break;
            }
        }

        if (fault != Rejection.None)
        {
            counters.Receive(Hop.Set);
            counters.Reject(Hop.Set, fault);
            tally.Sets++;
            tally.UnreadSets++;
            tally.IsIncomplete = true;
        }

        if (sets.OverranMessage) counters.Note(Irregularity.MessageLengthTooShort);
        else if (message.Body.Length > message.StatedBodyLength) counters.Note(Irregularity.OctetsAfterMessage);

        // The records of Sets that waited are not of this Message, whose sequence number counts its own alone.
        (tally.DataRecordsOfMessage, tally.OptionsRecordsOfMessage) = (tally.DataRecords, tally.OptionsRecords);

        // Sets wait for the whole Message to be read: its options data may hold what their records need beside the Template.
        if (Waiting.HasSetsOf(exporter)) EndWaiting(message, exporter, session, arrivalUnixMilliseconds, ref tally);
        return tally;
    }

    /// <summary>Reads the records of a v5 Message, which have one layout and need no Template.</summary>
    public SetTally ReadNetFlowV5(in ExportMessage message, Exporter exporter, SessionDomain session, long arrivalUnixMilliseconds)
    {
        counters.Receive(Hop.Set);
        var held = message.Body.Length / NetFlowV5Layout.RecordLength;
        if (message.StatedRecordCount != held) counters.Note(Irregularity.RecordCountWrong);
        if (message.SamplingInterval != 0) session.SamplingInterval = message.SamplingInterval;
        var content = message.Body[..(Math.Min(held, message.StatedRecordCount) * NetFlowV5Layout.RecordLength)];
        var clock = session.ReadClock(message);
        var records = _dataSets.Read(content, NetFlowV5Layout.Template, ref clock, exporter, session, arrivalUnixMilliseconds);
        return new SetTally { DataRecords = records, DataRecordsOfMessage = records, Sets = 1, UnreadSets = records == 0 ? 1 : 0 };
    }

    /// <summary>Lets time pass by the clock of arrivals: what waited for an exporter's start long enough is read without, what waited too long for a Template is given up.</summary>
    public SetTally AdvanceTo(long arrivalUnixMilliseconds, bool isEnd)
    {
        var tally = default(SetTally);
        _nowUnixMilliseconds = arrivalUnixMilliseconds;
        if (_awaitingSystemInit.Count != 0) EndWaitingForSystemInit(arrivalUnixMilliseconds, isEnd, ref tally);
        GiveUpBefore(isEnd ? long.MaxValue : arrivalUnixMilliseconds - (long)options.MaxWaiting.TotalMilliseconds);
        return tally;
    }

    private void EndWaitingForSystemInit(long arrivalUnixMilliseconds, bool isEnd, ref SetTally tally)
    {
        // All sessions first, then each exporter once. A clock that went back ends the patience too.
        var exporters = new HashSet<Exporter>();
        foreach (var (session, (exporter, since)) in _awaitingSystemInit)
        {
            if (!isEnd && Math.Abs(arrivalUnixMilliseconds - since) < SystemInitPatience) continue;
            session.HasNoSystemInit = true;
            _awaitingSystemInit.Remove(session);
            exporters.Add(exporter);
        }

        foreach (var exporter in exporters) ReadAllWaiting(exporter, arrivalUnixMilliseconds, ref tally);
    }

    private void GiveUpBefore(long arrivalUnixMilliseconds)
    {
        if (!Waiting.IsEmpty) counters.Reject(Hop.Set, Rejection.MissingTemplate, Waiting.GiveUpBefore(arrivalUnixMilliseconds));
    }

    /// <summary>Reads a Data Set, or lets it wait.</summary>
    private void ReadData(
        in TemplateKey key, ReadOnlySpan<byte> content, in ExportMessage message, Exporter exporter, SessionDomain session, long arrivalUnixMilliseconds, ref SetTally tally)
    {
        var template = FindTemplate(key, exporter);
        var mustWaitForSystemInit = template is not null && MustWaitForSystemInit(template, message, session);
        if (template is null || mustWaitForSystemInit)
        {
            tally.IsIncomplete = true;
            tally.UnreadSets++;
            if (Waiting.TryAdd(new WaitingSet(exporter, session, key, message.Header, content.ToArray(), arrivalUnixMilliseconds)))
            {
                if (mustWaitForSystemInit) _awaitingSystemInit.TryAdd(session, (exporter, arrivalUnixMilliseconds));
                return;
            }

            if (template is null)
            {
                counters.Reject(Hop.Set, Rejection.NoRoomToWait);
                return;
            }

            // No room to wait for the exporter's start: better read without it than not at all.
            session.HasNoSystemInit = true;
        }

        if (!Read(content, template, message, exporter, session, arrivalUnixMilliseconds, ref tally)) tally.UnreadSets++;
        _hasOptionsData |= template.IsOptions;
    }

    /// <returns>True when there were records.</returns>
    private bool Read(
        ReadOnlySpan<byte> content, Template template, in ExportMessage message, Exporter exporter, SessionDomain session, long arrivalUnixMilliseconds, ref SetTally tally)
    {
        var clock = session.ReadClock(message);
        var records = template.IsOptions
            ? _optionsRecords.Read(content, template, session, arrivalUnixMilliseconds)
            : _dataSets.Read(content, template, ref clock, exporter, session, arrivalUnixMilliseconds);
        if (template.IsOptions) tally.OptionsRecords += records;
        else tally.DataRecords += records;
        return records > 0;
    }

    /// <summary>Reads what waited for the Templates that this Message taught, and for the exporter's start when it told that.</summary>
    private void EndWaiting(in ExportMessage message, Exporter exporter, SessionDomain session, long arrivalUnixMilliseconds, ref SetTally tally)
    {
        foreach (var id in _learned) ReadWaiting(new WaitingFor(exporter, message.Version, message.ObservationDomainId, id), arrivalUnixMilliseconds, ref tally);
        if (_hasOptionsData && session.SystemInitUnixMilliseconds != 0 && _awaitingSystemInit.Remove(session)) ReadAllWaiting(exporter, arrivalUnixMilliseconds, ref tally);
    }

    private void ReadAllWaiting(Exporter exporter, long arrivalUnixMilliseconds, ref SetTally tally)
    {
        foreach (var awaited in Waiting.TemplatesAwaitedFrom(exporter)) ReadWaiting(awaited, arrivalUnixMilliseconds, ref tally);
    }

    private void ReadWaiting(in WaitingFor awaited, long arrivalUnixMilliseconds, ref SetTally tally)
    {
        foreach (var set in Waiting.TakeReady(awaited, IsReady))
        {
            // Another thread may have learned a second layout meanwhile.
            if (FindTemplate(set.Key, set.Exporter) is not { } template)
            {
                counters.Reject(Hop.Set, Rejection.MissingTemplate);
                continue;
            }

            counters.Note(Irregularity.DecodedAfterWaiting);
            // Its own header's times; but held from now, for the flows that it belongs with are held from now too.
            var message = ExportMessage.ForWaitingSet(set.Header, set.Content);
            _hasOptionsData |= template.IsOptions;
            if (Read(set.Content, template, message, set.Exporter, set.Session, arrivalUnixMilliseconds, ref tally))
                set.Exporter.Minutes.Count(set.ArrivalUnixMilliseconds, units: 0, sets: 0, unread: -1);
        }
    }

    private bool IsReady(WaitingSet set)
    {
        if (FindTemplate(set.Key, set.Exporter) is not { } template) return false;
        if (!MustWaitForSystemInit(template, ExportMessage.ForWaitingSet(set.Header, default), set.Session)) return true;

        // Its Template has come, and shows that it must go on waiting.
        _awaitingSystemInit.TryAdd(set.Session, (set.Exporter, _nowUnixMilliseconds));
        return false;
    }

    /// <summary>IPFIX times by uptime mean nothing before options data has told when the exporter started.</summary>
    private static bool MustWaitForSystemInit(Template template, in ExportMessage message, SessionDomain session) =>
        !message.HasSysUpTime && template.Plan.NeedsSystemInitTime && session.SystemInitUnixMilliseconds == 0 && !session.HasNoSystemInit;

    private Template? FindTemplate(in TemplateKey key, Exporter exporter)
    {
        if (_template is not null && key == _templateKey && exporter == _templateExporter && exporter.IsCurrent(_templateMap)) return _template;
        if (key == _missingKey && exporter == _missingExporter && exporter.IsCurrent(_missingMap)) return null;
        if (!exporter.TryFind(key, out var template, out var map))
        {
            (_missingKey, _missingExporter, _missingMap) = (key, exporter, map);
            if (!exporter.TryBorrow(key, options, _nowUnixMilliseconds, out template)) return null;
            counters.Note(Irregularity.TemplateFromOtherSession);
        }

        (_template, _templateKey, _templateExporter, _templateMap) = (template, key, exporter, map);
        return template;
    }
}

/// <summary>What the Sets of one Message held.</summary>
internal struct SetTally
{
    public int DataRecords;
    public int OptionsRecords;

    /// <summary>Data Records of the Message itself, without those of Sets that waited.</summary>
    public int DataRecordsOfMessage;

    /// <summary>Options Data Records of the Message itself, without those of Sets that waited.</summary>
    public int OptionsRecordsOfMessage;

    public int Sets;

    /// <summary>Those of its Sets that could not be read, or not yet.</summary>
    public int UnreadSets;

    /// <summary>True when some Set could not be read, so that the number of records in the Message is unknown.</summary>
    public bool IsIncomplete;
}
