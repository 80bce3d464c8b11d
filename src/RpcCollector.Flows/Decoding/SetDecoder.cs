using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Interpretation;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Decoding;

/// <summary>
/// Reads the Sets of Message after Message: learns Templates, reads Data Records, and holds back Sets that must wait. For one thread
/// only.
/// </summary>
internal sealed class SetDecoder(FlowOptions options, ExporterCatalog catalog, HopCounters counters, IFlowStartSink sink)
{
    private readonly TemplateLearner _templates = new(options, counters);
    private readonly DataSetReader _dataSets = new(options, catalog, counters, sink);
    private readonly OptionsReader _optionsRecords = new(counters);

    // Options data is repeated regularly: an exporter that has not stated its start after this many milliseconds of arrival never will.
    private const long SystemInitPatience = 10_000;

    // How many waiting Sets one step of housekeeping looks at, or gives up: about 2 ms.
    private const int MostAtOnce = 8_192;

    // Sessions whose records wait for the time of the exporter's start, and since when.
    private readonly Dictionary<SessionDomain, long> _awaitingSystemInit = [];

    // Template ids learned from the current Message, and whether it held options data: the two things that Sets wait for.
    private readonly HashSet<ushort> _learned = [];
    private bool _hasOptionsData;
    private long _nowUnixMilliseconds;
    private long _numMessages;

    // The Template last borrowed from another session without room to keep it.
    private Template? _borrowed;
    private TemplateKey _borrowedKey;
    private Exporter? _borrowedExporter;
    private long _borrowedVersion;

    // The Template that was last looked up without success: Sets that wait for the same one ask for it again and again.
    private TemplateKey _missingKey;
    private Exporter? _missingExporter;
    private long _missingVersion;

    // Templates that an exporter changed since its waiting Sets were last looked at: another thread may have learned them.
    private readonly HashSet<AwaitedTemplate> _changed = [];
    private readonly Queue<ExporterWaiting> _withChanges = new();

    public WaitingSets Waiting { get; } = new(options);

    /// <summary>Template Records that had to be parsed so far, because nobody had sent the same.</summary>
    public long ParsedTemplateRecords => _templates.ParsedRecords;

    /// <summary>How often it was asked so far whether Sets that wait can be read.</summary>
    public long WaitingLooks { get; private set; }

    /// <summary>Reads all Sets of a v9 or IPFIX Message.</summary>
    public SetTally Read(in ExportMessage message, ref MessageClock clock, SessionDomain session, long arrivalUnixMilliseconds)
    {
        var tally = default(SetTally);
        _nowUnixMilliseconds = arrivalUnixMilliseconds;
        _learned.Clear();
        _templates.Contested.Clear();
        _templates.Unusable.Clear();
        _numMessages++;
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
                    ReadData(setId, content, message, ref clock, session, arrivalUnixMilliseconds, ref tally);
                    break;
                case SetKind.Reserved:
                    counters.Reject(Hop.Set, Rejection.ReservedSetId);
                    tally.UnreadSets++;
                    break;
                case var kind:
                    counters.Use(Hop.Set);
                    _templates.Read(content, kind == SetKind.OptionsTemplates, session, arrivalUnixMilliseconds, _learned);
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

        // The sequence number of this Message counts only its own records, not those of Sets that waited.
        (tally.DataRecordsOfMessage, tally.OptionsRecordsOfMessage) = (tally.DataRecords, tally.OptionsRecords);

        // Sets wait for the whole Message to be read: its options data may hold what their records need beside the Template.
        if (Waiting.Of(session.Exporter) is { } waiting) EndWaiting(message, session, waiting, arrivalUnixMilliseconds, ref tally);
        return tally;
    }

    /// <summary>Reads the records of a v5 Message, which have one layout and need no Template.</summary>
    public SetTally ReadNetFlowV5(in ExportMessage message, ref MessageClock clock, SessionDomain session, long arrivalUnixMilliseconds)
    {
        counters.Receive(Hop.Set);
        var held = message.Body.Length / NetFlowV5Layout.RecordLength;
        if (message.StatedRecordCount != held) counters.Note(Irregularity.RecordCountWrong);
        if (session.StateSampling(message.SamplingInterval, arrivalUnixMilliseconds, isInEveryMessage: true))
            counters.Note(Irregularity.OptionsContested);
        var content = message.Body[..(Math.Min(held, message.StatedRecordCount) * NetFlowV5Layout.RecordLength)];
        var records = _dataSets.Read(content, NetFlowV5Layout.Template, ref clock, session, arrivalUnixMilliseconds);
        return new SetTally { DataRecords = records, DataRecordsOfMessage = records, Sets = 1, UnreadSets = records == 0 ? 1 : 0 };
    }

    /// <summary>
    /// Advances the clock of arrivals. Sets that waited long enough for an exporter's start are read without it, Sets that waited too
    /// long for a Template are given up, and Sets whose Template another thread has learned are read.
    /// </summary>
    public SetTally AdvanceTo(long arrivalUnixMilliseconds, bool isEnd)
    {
        var tally = default(SetTally);
        _nowUnixMilliseconds = arrivalUnixMilliseconds;
        if (!Waiting.IsEmpty) ReadLearnedElsewhere(arrivalUnixMilliseconds, ref tally);
        if (_awaitingSystemInit.Count != 0) EndWaitingForSystemInit(arrivalUnixMilliseconds, isEnd, ref tally);
        if (isEnd) GiveUpBefore(long.MaxValue, int.MaxValue);
        else GiveUpBefore(arrivalUnixMilliseconds - (long)options.MaxWaiting.TotalMilliseconds, MostAtOnce);
        return tally;
    }

    /// <summary>The clock was set: what waits goes on waiting as if nothing had happened.</summary>
    public void MoveArrivals(long milliseconds)
    {
        Waiting.MoveArrivals(milliseconds);
        foreach (var session in _awaitingSystemInit.Keys) _awaitingSystemInit[session] += milliseconds;
    }

    private void ReadLearnedElsewhere(long arrivalUnixMilliseconds, ref SetTally tally)
    {
        counters.Reject(Hop.Set, Rejection.MissingTemplate, Waiting.GiveUpForgotten(MostAtOnce));
        foreach (var waiting in Waiting.Exporters)
        {
            if (waiting.IsQueued || waiting.Exporter.IsCurrent(waiting.TemplatesVersion)) continue;
            waiting.IsQueued = true;
            _withChanges.Enqueue(waiting);
        }

        // What is left has its turn the next time: no Message pays for all that a flood has changed.
        var end = WaitingLooks + MostAtOnce;
        while (WaitingLooks < end && _withChanges.TryDequeue(out var waiting))
        {
            waiting.IsQueued = false;
            var version = waiting.Exporter.TemplatesVersion;
            var areTold = waiting.Exporter.TryTellChanged(waiting.TemplatesVersion, _changed);
            waiting.TemplatesVersion = version;
            if (!areTold) Read(waiting.TakeReady(IsReady), arrivalUnixMilliseconds, ref tally);
            foreach (var changed in _changed) Read(waiting.TakeReady(changed, IsReady), arrivalUnixMilliseconds, ref tally);
        }
    }

    private void EndWaitingForSystemInit(long arrivalUnixMilliseconds, bool isEnd, ref SetTally tally)
    {
        // If the clock went back, the wait ends as well.
        var end = WaitingLooks + (isEnd ? long.MaxValue / 2 : MostAtOnce);
        foreach (var (session, since) in _awaitingSystemInit)
        {
            if (WaitingLooks >= end) return;
            if (session.SystemInitUnixMilliseconds == 0)
            {
                if (!isEnd && Math.Abs(arrivalUnixMilliseconds - since) < SystemInitPatience) continue;
                session.HasNoSystemInit = true;
            }

            _awaitingSystemInit.Remove(session);
            if (Waiting.Of(session.Exporter) is not { } waiting) continue;
            Read(waiting.TakeReady(session, IsReady), arrivalUnixMilliseconds, ref tally);
        }
    }

    private void GiveUpBefore(long arrivalUnixMilliseconds, int most)
    {
        if (Waiting.IsEmpty) return;
        var (missing, inDoubt) = Waiting.GiveUpBefore(arrivalUnixMilliseconds, most);
        counters.Reject(Hop.Set, Rejection.MissingTemplate, missing);
        counters.Reject(Hop.Set, Rejection.UnusableTemplate, inDoubt);
    }

    /// <summary>Reads a Data Set, or holds it back until its Template, or the exporter's start, is known.</summary>
    private void ReadData(
        ushort setId, ReadOnlySpan<byte> content, in ExportMessage message, ref MessageClock clock, SessionDomain session,
        long arrivalUnixMilliseconds, ref SetTally tally)
    {
        var template = session.RecentTemplate(setId);
        var version = 0L;
        if (template is null)
        {
            // Read before the lookup, so that a Template that arrives right after it is not missed.
            version = session.Exporter.TemplatesVersion;
            template = FindTemplate(session.TemplateKey(setId), session);
        }

        var isBesideUnusable = _templates.Unusable.Count != 0 && _templates.Unusable.Contains(setId);
        var (isInDoubt, fits) = (isBesideUnusable, false);
        if (template is { IsInQuestion: true } || isBesideUnusable)
        {
            if (template?.Doubt is { } doubt)
                isInDoubt = isBesideUnusable || IsHeldBack(doubt, template, content, message.Header, session, out fits);
            if (!isInDoubt && template!.Contest is not null)
                template = StatedInMessage(template) ?? Choose(template, content, message.Header, session);
        }

        var mustWaitForSystemInit = !isInDoubt && template is not null && MustWaitForSystemInit(template, message.Version, session);
        if (template is null || isInDoubt || mustWaitForSystemInit)
        {
            tally.IsIncomplete = true;
            tally.UnreadSets++;

            // Nothing would hold it back: too many are put in doubt just now.
            if (template is { Doubt: null } && isInDoubt)
            {
                counters.Reject(Hop.Set, Rejection.UnusableTemplate);
                return;
            }

            var set = new WaitingSet(session, session.TemplateKey(setId), message.Header, content, arrivalUnixMilliseconds)
            {
                IsInDoubt = isInDoubt && template is not null,
                NeedsDefinition = isInDoubt && !fits,
            };
            var waits = Waiting.TryAdd(set, version, out var displaced);
            if (displaced > 0)
            {
                counters.Reject(Hop.Set, Rejection.NoRoomToWait, displaced);
                catalog.CountDisplaced(Displacement.WaitingSet, displaced);
            }

            if (waits)
            {
                if (mustWaitForSystemInit) _awaitingSystemInit.TryAdd(session, arrivalUnixMilliseconds);
                return;
            }

            if (template is null || isInDoubt)
            {
                counters.Reject(Hop.Set, Rejection.NoRoomToWait);
                return;
            }

            // No room to wait for the exporter's start: better read without it than not at all.
            session.HasNoSystemInit = true;
        }

        if (!Read(content, template, ref clock, session, arrivalUnixMilliseconds, ref tally)) tally.UnreadSets++;
        _hasOptionsData |= template.IsOptions;
    }

    /// <summary>True when a Data Set must wait, because its Template was redefined by a record that cannot be used.</summary>
    /// <param name="fits">True when nothing in it speaks against what stood.</param>
    private bool IsHeldBack(
        TemplateDoubt doubt, Template template, ReadOnlySpan<byte> content, in MessageHeader header, SessionDomain session, out bool fits)
    {
        fits = false;
        if (doubt.IsProven) return true;
        var weight = LayoutFit.Weigh(content, template.Plan, header, _nowUnixMilliseconds);
        if (!weight.IsSound && template.Contest is { } contest) weight = contest.Heaviest(weight, content, header, _nowUnixMilliseconds);
        fits = weight.Weight >= 0;
        if (doubt.IsRefuted) return !fits;
        if (!weight.IsSound) return true;

        // Those that waited go first, so this one waits with them for the end of its Message.
        if (session.Exporter.WeakenDoubt(session.TemplateKey(template.Id), template, _numMessages, _nowUnixMilliseconds))
            _learned.Add(template.Id);
        return true;
    }

    /// <summary>What came in one datagram with its Template was written by it, whoever sent it.</summary>
    private Template? StatedInMessage(Template template) =>
        _templates.Contested.TryGetValue(template.Id, out var stated) && stated.Contest == template.Contest ? stated : null;

    /// <summary>The Template by which a Set was written, while several layouts are stated for its id.</summary>
    private Template Choose(Template template, ReadOnlySpan<byte> content, in MessageHeader header, SessionDomain session)
    {
        var chosen = session.Exporter.Choose(session.TemplateKey(template.Id), template, content, header, _nowUnixMilliseconds);
        if (chosen != template) counters.Note(Irregularity.ReadByContestedTemplate);
        return chosen;
    }

    /// <returns>True when there were records.</returns>
    private bool Read(
        ReadOnlySpan<byte> content, Template template, ref MessageClock clock, SessionDomain session, long arrivalUnixMilliseconds,
        ref SetTally tally)
    {
        var records = template.IsOptions
            ? _optionsRecords.Read(content, template, session, arrivalUnixMilliseconds)
            : _dataSets.Read(content, template, ref clock, session, arrivalUnixMilliseconds);
        if (template.IsOptions) tally.OptionsRecords += records;
        else tally.DataRecords += records;
        return records > 0;
    }

    /// <summary>Reads the Sets that waited for Templates learned from this Message, or for the exporter's start if it was stated.</summary>
    private void EndWaiting(
        in ExportMessage message, SessionDomain session, ExporterWaiting waiting, long arrivalUnixMilliseconds, ref SetTally tally)
    {
        foreach (var id in _learned)
        {
            var awaited = new AwaitedTemplate(message.Version, message.ObservationDomainId, id);
            Read(waiting.TakeReady(awaited, IsReady), arrivalUnixMilliseconds, ref tally);
        }

        if (_hasOptionsData && session.SystemInitUnixMilliseconds != 0 && _awaitingSystemInit.Remove(session))
            Read(waiting.TakeReady(session, IsReady), arrivalUnixMilliseconds, ref tally);
    }

    private void Read(List<WaitingSet> ready, long arrivalUnixMilliseconds, ref SetTally tally)
    {
        Waiting.Release(ready);
        foreach (var set in ready)
        {
            // Another thread may have learned a second layout meanwhile.
            if (FindTemplate(set.Key, set.Session) is not { } template)
            {
                counters.Reject(Hop.Set, Rejection.MissingTemplate);
                continue;
            }

            counters.Note(Irregularity.DecodedAfterWaiting);
            // Flow times go by the Set's own header, but its arrival is now: the flows that it belongs with are held from now on, too.
            var message = ExportMessage.ForWaitingSet(set.Header, set.Content);
            if (template.Contest is not null) template = Choose(template, set.Content, set.Header, set.Session);
            _hasOptionsData |= template.IsOptions;
            var clock = set.Session.ReadClock(message, set.ArrivalUnixMilliseconds);
            if (Read(set.Content, template, ref clock, set.Session, arrivalUnixMilliseconds, ref tally))
                set.Exporter.Minutes.Count(set.ArrivalUnixMilliseconds, units: 0, sets: 0, unread: -1);
        }
    }

    private bool IsReady(WaitingGroup group)
    {
        WaitingLooks++;
        if (FindTemplate(group.Key, group.Session) is not { } template) return false;
        if (template.Doubt is { } doubt && (group.NeedsDefinition || !doubt.IsRefuted)) return false;
        if (!MustWaitForSystemInit(template, group.Key.Version, group.Session)) return true;

        // Its Template has arrived, but shows that the exporter's start is needed too: the Sets go on waiting.
        _awaitingSystemInit.TryAdd(group.Session, _nowUnixMilliseconds);
        return false;
    }

    /// <summary>IPFIX times that are uptimes mean nothing until options data says when the exporter started.</summary>
    private static bool MustWaitForSystemInit(Template template, int version, SessionDomain session) =>
        version == ExportMessage.Ipfix && template.Plan.NeedsSystemInitTime && session.SystemInitUnixMilliseconds == 0
            && !session.HasNoSystemInit;

    private Template? FindTemplate(in TemplateKey key, SessionDomain session)
    {
        var exporter = session.Exporter;
        if (session.RecentTemplate(key.TemplateId) is { } recent) return recent;
        if (key == _missingKey && exporter == _missingExporter && exporter.IsCurrent(_missingVersion)) return null;
        if (key == _borrowedKey && exporter == _borrowedExporter && exporter.IsCurrent(_borrowedVersion)) return _borrowed;
        if (exporter.TryFind(key, out var template, out var version))
        {
            session.Remember(template);
            return template;
        }

        if (!exporter.TryBorrow(key, options, _nowUnixMilliseconds, out template, out var isKept))
        {
            (_missingKey, _missingExporter, _missingVersion) = (key, exporter, version);
            return null;
        }

        counters.Note(Irregularity.TemplateFromOtherSession);
        if (isKept) session.Remember(template);
        else (_borrowed, _borrowedKey, _borrowedExporter, _borrowedVersion) = (template, key, exporter, version);
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
