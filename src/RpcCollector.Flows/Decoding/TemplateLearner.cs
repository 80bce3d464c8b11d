using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Decoding;

/// <summary>Adds the Templates of a Template Set to those of the exporter.</summary>
internal sealed class TemplateLearner(FlowOptions options, HopCounters counters)
{
    // The Templates learned from the current Set.
    private readonly List<Template> _templates = [];

    /// <summary>
    /// Layouts that the current Message states while others are stated under the same ids; whoever reads Messages clears it.
    /// </summary>
    public List<Template> Contested { get; } = [];

    /// <summary>Reads one Template Set or Options Template Set.</summary>
    /// <param name="learned">Receives the ids of the Templates that are new or changed.</param>
    public void Read(
        ReadOnlySpan<byte> content, bool isOptions, SessionDomain session, long arrivalUnixMilliseconds, HashSet<ushort> learned)
    {
        // 1. Nearly always the Set only repeats an earlier one.
        if (session.TemplateSets.Find(content, isOptions) is { } repeated)
        {
            repeated.Refresh(arrivalUnixMilliseconds, Contested);
            counters.Receive(Hop.TemplateRecord, repeated.NumTemplates);
            counters.Use(Hop.TemplateRecord, repeated.NumTemplates);
            return;
        }

        // 2. Otherwise record by record; they are parsed already if another exporter sent the same Set.
        _templates.Clear();
        if (content.Length <= ParsedSets.LongestSet)
        {
            var set = session.Exporter.ParsedSets.Read(content, session.Key.Version, isOptions);
            var isRepeatable = true;
            foreach (var record in set.Records) isRepeatable &= Take(record, isOptions, session, arrivalUnixMilliseconds, learned);
            if (isRepeatable)
                session.TemplateSets.Add(set.Content, isOptions, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_templates));
        }
        else
        {
            var reader = new TemplateReader(session.Key.Version, isOptions, content.ToArray());
            while (reader.TryRead(out var record))
                Take(new ParsedRecord(record, session.Exporter.Plans), isOptions, session, arrivalUnixMilliseconds, learned);
        }

        _templates.Clear();
    }

    /// <returns>True when it became a Template.</returns>
    private bool Take(ParsedRecord parsed, bool isOptions, SessionDomain session, long arrivalUnixMilliseconds, HashSet<ushort> learned)
    {
        counters.Receive(Hop.TemplateRecord);
        var isWithdrawal = parsed.Record.IsWithdrawal;
        var fault = isWithdrawal
            ? Withdraw(session.TemplateKey(parsed.Record.TemplateId), isOptions, session.Exporter)
            : Learn(parsed, isOptions, session, arrivalUnixMilliseconds, learned);
        if (fault == Rejection.None) counters.Use(Hop.TemplateRecord);
        else counters.Reject(Hop.TemplateRecord, fault);
        return fault == Rejection.None && !isWithdrawal;
    }

    private Rejection Learn(
        ParsedRecord parsed, bool isOptions, SessionDomain session, long arrivalUnixMilliseconds, HashSet<ushort> learnedIds)
    {
        var record = parsed.Record;
        if (record.Fields is not { Length: > 0 } fields || record.TemplateId < SetId.FirstData) return Rejection.MalformedTemplate;
        if (fields.Length > options.MaxFieldsPerTemplate) return Rejection.TooManyFields;
        var plan = parsed.Plan;
        if (plan.MinimumLength == 0) return Rejection.ZeroLengthRecord;

        var key = session.TemplateKey(record.TemplateId);
        var template = new Template(record.TemplateId, isOptions, plan, arrivalUnixMilliseconds) { EndsWithSession = key.IsOverTcp };
        var learned = session.Exporter.Learn(key, template, options, arrivalUnixMilliseconds, out var kept);
        if (learned == TemplateLearned.RefusedAsTooMany) return Rejection.TooManyTemplates;
        _templates.Add(kept);
        if (learned is TemplateLearned.Changed or TemplateLearned.Contested) counters.Note(Irregularity.TemplateChanged);
        if (learned == TemplateLearned.Contested) counters.Note(Irregularity.TemplateContested);
        if (kept.Contest is not null) Contested.Add(kept);
        if (learned is TemplateLearned.New or TemplateLearned.Changed) learnedIds.Add(record.TemplateId);
        return Rejection.None;
    }

    private Rejection Withdraw(in TemplateKey key, bool isOptions, Exporter exporter)
    {
        // Over UDP a withdrawal is ignored (RFC 7011, 8.4): datagrams reorder, and obeying a late one would blind us until the next
        // refresh.
        if (!key.IsOverTcp) counters.Note(Irregularity.WithdrawalIgnored);
        else if (key.TemplateId < SetId.FirstData) exporter.ForgetAll(key, isOptions);
        else exporter.Forget(key);
        return Rejection.None;
    }
}
