using System.Buffers.Binary;
using System.Runtime.InteropServices;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Decoding;

/// <summary>Adds the Templates of a Template Set to those of the exporter.</summary>
/// <remarks>
/// What is known costs a comparison of octets. What is new or changed costs more, and of that a sender may cause only so much
/// (<see cref="TemplateWork"/>): beyond it the rest of the Set is not read.
/// </remarks>
internal sealed class TemplateLearner(FlowOptions options, HopCounters counters)
{
    // The Templates learned from the current Set, and the records that they were learned from.
    private readonly List<Template> _templates = [];
    private readonly List<ParsedRecord> _records = [];

    /// <summary>Template Records that had to be parsed so far, because nobody had sent the same.</summary>
    public long ParsedRecords { get; private set; }

    /// <summary>
    /// Layouts that the current Message states, by id, while others are stated under the same; whoever reads Messages clears it.
    /// </summary>
    public Dictionary<ushort, Template> Contested { get; } = [];

    /// <summary>
    /// Ids that the current Message redefined by records that cannot be used, and by none that can since; whoever reads Messages clears it.
    /// </summary>
    public HashSet<ushort> Unusable { get; } = [];

    /// <summary>Reads one Template Set or Options Template Set.</summary>
    /// <param name="learned">Receives the ids of the Templates that are new, changed, or no longer in doubt.</param>
    public void Read(
        ReadOnlySpan<byte> content, bool isOptions, SessionDomain session, long arrivalUnixMilliseconds, HashSet<ushort> learned)
    {
        // 1. Nearly always the Set only repeats an earlier one.
        if (session.TemplateSets.Find(content, isOptions) is { } repeated)
        {
            repeated.Refresh(arrivalUnixMilliseconds, Contested);
            foreach (var template in repeated.Templates)
            {
                if (Unusable.Count != 0) Unusable.Remove(template.Id);
                if (template.IsInQuestion && StandingOf(template) is { Doubt: not null } doubted)
                    EndDoubt(template.Id, doubted, session, learned);
            }

            counters.Receive(Hop.TemplateRecord, repeated.NumTemplates);
            counters.Use(Hop.TemplateRecord, repeated.NumTemplates);
            return;
        }

        // 2. Otherwise record by record; they are parsed already if another exporter sent the same Set.
        _templates.Clear();
        _records.Clear();
        var reading = new Reading(session, isOptions, arrivalUnixMilliseconds, learned);
        var set = session.Exporter.ParsedSets.Find(content, session.Key.Version, isOptions);
        var isRepeatable = set is not null ? ReadKnown(set, reading) : ReadEach(content, reading);

        // 3. The next time it is known as a whole.
        if (isRepeatable && content.Length <= ParsedSets.LongestSet)
        {
            set ??= session.Exporter.ParsedSets.Add(content, session.Key.Version, isOptions, CollectionsMarshal.AsSpan(_records));
            session.TemplateSets.Add(set.Content, isOptions, CollectionsMarshal.AsSpan(_templates));
        }

        _templates.Clear();
        _records.Clear();
    }

    /// <returns>True when every record became a Template.</returns>
    private bool ReadKnown(ParsedSet set, in Reading reading)
    {
        var isRepeatable = true;
        foreach (var record in set.Records)
        {
            var fault = LearnOrDoubt(record.TemplateId, record.Layout, [], reading);
            isRepeatable &= Count(fault);
            if (fault == Rejection.TemplatesTooFast) return false;
        }

        return isRepeatable;
    }

    /// <returns>True when every record became a Template.</returns>
    private bool ReadEach(ReadOnlySpan<byte> content, in Reading reading)
    {
        var isRepeatable = true;
        var version = reading.Session.Key.Version;
        while (TemplateOutline.Of(content, version, reading.IsOptions) is { Kind: not TemplateRecordKind.End } outline)
        {
            var id = BinaryPrimitives.ReadUInt16BigEndian(content);
            var octets = content[sizeof(ushort)..outline.Length];
            var fault = outline.Kind switch
            {
                TemplateRecordKind.Withdrawal => Withdraw(reading.Session.TemplateKey(id), reading),
                TemplateRecordKind.Sound when id < SetId.FirstData => Rejection.MalformedTemplate,
                TemplateRecordKind.Sound when outline.NumFields > options.MaxFieldsPerTemplate =>
                    Doubt(id, Rejection.TooManyFields, octets.Length, reading),
                TemplateRecordKind.Sound => LearnOrDoubt(id, null, octets, reading),
                _ => Doubt(id, Rejection.MalformedTemplate, octets.Length, reading),
            };
            isRepeatable &= Count(fault) && outline.Kind == TemplateRecordKind.Sound;
            if (fault == Rejection.TemplatesTooFast) return false;
            content = content[outline.Length..];
        }

        return isRepeatable;
    }

    /// <returns>True when it was used.</returns>
    private bool Count(Rejection fault)
    {
        counters.Receive(Hop.TemplateRecord);
        if (fault == Rejection.None) counters.Use(Hop.TemplateRecord);
        else counters.Reject(Hop.TemplateRecord, fault);
        return fault == Rejection.None;
    }

    private Rejection LearnOrDoubt(ushort id, RecordLayout? layout, ReadOnlySpan<byte> octets, in Reading reading)
    {
        var fault = Learn(id, layout, octets, reading);
        switch (fault)
        {
            case Rejection.None:
                if (Unusable.Count != 0) Unusable.Remove(id);
                return fault;
            // Not learned for its cost alone: over UDP whoever forges a flood could put the Templates of others in doubt. What stands does
            // not read the data of the same datagram all the same.
            case Rejection.TemplatesTooFast when !reading.Session.Key.IsOverTcp:
                if (reading.Session.Exporter.TryFind(reading.Session.TemplateKey(id), out _, out _)) Unusable.Add(id);
                return fault;
            case Rejection.TooManyTemplates:
                return fault;
            default:
                return Doubt(id, fault, octets.Length, reading);
        }
    }

    /// <summary>A record that cannot be used: what was known under its id does not read the Data Sets that follow.</summary>
    private Rejection Doubt(ushort id, Rejection fault, int octets, in Reading reading)
    {
        if (id < SetId.FirstData) return fault;
        Unusable.Add(id);
        var (session, key) = (reading.Session, reading.Session.TemplateKey(id));
        var exporter = session.Exporter;
        if (exporter.TryFind(key, out var known, out _) && known.Doubt is not null) return fault;
        if (!key.IsOverTcp && !exporter.MayLearn(TemplateWork.CostOf(octets), isUnknown: false, reading.ArrivalUnixMilliseconds))
            return fault;
        if (exporter.Doubt(key, options, reading.ArrivalUnixMilliseconds)) counters.Note(Irregularity.TemplateInDoubt);
        return fault;
    }

    private static void EndDoubt(ushort id, Template template, SessionDomain session, HashSet<ushort> learned)
    {
        session.Exporter.EndDoubt(session.TemplateKey(id), template);
        learned.Add(id);
    }

    /// <param name="layout">Null when only the octets are there.</param>
    /// <param name="octets">Those of the record behind its Template ID; none when the layout is there.</param>
    private Rejection Learn(ushort id, RecordLayout? layout, ReadOnlySpan<byte> octets, in Reading reading)
    {
        // 1. The exporter repeats what it said.
        var session = reading.Session;
        var (exporter, key, version) = (session.Exporter, session.TemplateKey(id), session.Key.Version);
        if (exporter.TryFind(key, out var known, out _)
            && Repeated(known, layout, octets, version, reading.IsOptions) is { Layout: { } last } repeated)
        {
            repeated.Refresh(reading.ArrivalUnixMilliseconds);
            if (known.Doubt is not null) EndDoubt(id, known, session, reading.Learned);
            return Keep(repeated, last);
        }

        // 2. It is new or changed: of that there may be so much.
        if (known is null && !exporter.MayAdd(options, reading.ArrivalUnixMilliseconds)) return Rejection.TooManyTemplates;
        layout ??= exporter.ParsedRecords.Find(octets, version, reading.IsOptions);
        var cost = TemplateWork.CostOf(layout?.Length ?? octets.Length);
        if (!exporter.MayLearn(cost, isUnknown: layout is null, reading.ArrivalUnixMilliseconds)) return Rejection.TemplatesTooFast;
        if (layout is null)
        {
            ParsedRecords++;
            if (TemplateReader.Read(id, octets, version, reading.IsOptions) is not { Length: > 0 } fields)
                return Rejection.MalformedTemplate;
            layout = exporter.ParsedRecords.Add(octets, version, reading.IsOptions, fields);
        }

        // 3. Into the exporter's.
        var plan = layout.Plan;
        if (plan.Fields.Length > options.MaxFieldsPerTemplate) return Rejection.TooManyFields;
        if (plan.MinimumLength == 0) return Rejection.ZeroLengthRecord;
        if (plan.MinimumLength > SetReader.LongestContent) return Rejection.MalformedTemplate;
        var wasInDoubt = known?.Doubt is not null;
        var template = new Template(id, reading.IsOptions, plan, reading.ArrivalUnixMilliseconds) { EndsWithSession = key.IsOverTcp };
        var learned = exporter.Learn(key, template, options, reading.ArrivalUnixMilliseconds, out var kept);
        if (learned == TemplateLearned.RefusedAsTooMany) return Rejection.TooManyTemplates;
        kept.Layout = layout;
        if (learned is TemplateLearned.Changed or TemplateLearned.Contested) counters.Note(Irregularity.TemplateChanged);
        if (learned == TemplateLearned.Contested) counters.Note(Irregularity.TemplateContested);
        if (wasInDoubt || learned is TemplateLearned.New or TemplateLearned.Changed) reading.Learned.Add(id);
        return Keep(kept, layout);
    }

    /// <summary>The Template that stands under the id of one that may be held beside it.</summary>
    private static Template StandingOf(Template template) => template.Contest?.Standing ?? template;

    /// <summary>The Template that a record repeats: the one that stands, or one of the few that are held beside it.</summary>
    private static Template? Repeated(
        Template standing, RecordLayout? layout, ReadOnlySpan<byte> octets, int version, bool isOptions)
    {
        if (IsSame(standing.Layout, layout, octets, version, isOptions)) return standing;
        if (standing.Contest is not { } contest) return null;
        foreach (var rival in contest.Rivals)
        {
            if (IsSame(rival.Template.Layout, layout, octets, version, isOptions)) return rival.Template;
        }

        return null;
    }

    private static bool IsSame(RecordLayout? last, RecordLayout? layout, ReadOnlySpan<byte> octets, int version, bool isOptions) =>
        last is not null && (layout is null ? last.Is(octets, version, isOptions) : last.IsSameAs(layout));

    private Rejection Keep(Template template, RecordLayout layout)
    {
        _templates.Add(template);
        _records.Add(new ParsedRecord(template.Id, layout));
        if (template.Contest is not null) Contested[template.Id] = template;
        return Rejection.None;
    }

    private Rejection Withdraw(in TemplateKey key, in Reading reading)
    {
        // Over UDP a withdrawal is ignored (RFC 7011, 8.4): datagrams reorder, and obeying a late one would blind us until the next
        // refresh.
        if (!key.IsOverTcp)
        {
            counters.Note(Irregularity.WithdrawalIgnored);
            return Rejection.None;
        }

        var exporter = reading.Session.Exporter;
        var isOfAll = key.TemplateId < SetId.FirstData;
        var cost = isOfAll ? TemplateWork.CostOfWithdrawingAll(exporter.NumTemplates) : TemplateWork.CostOf(0);
        if (!exporter.MayLearn(cost, isUnknown: false, reading.ArrivalUnixMilliseconds)) return Rejection.TemplatesTooFast;
        if (isOfAll) exporter.ForgetAll(key, reading.IsOptions);
        else exporter.Forget(key);
        return Rejection.None;
    }

    /// <summary>What all records of a Set share.</summary>
    private readonly record struct Reading(
        SessionDomain Session, bool IsOptions, long ArrivalUnixMilliseconds, HashSet<ushort> Learned);
}
