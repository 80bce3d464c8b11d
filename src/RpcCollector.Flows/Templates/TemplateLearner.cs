using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Messages;

namespace RpcCollector.Flows.Templates;

/// <summary>Takes the Templates of a Template Set into the exporter's.</summary>
internal sealed class TemplateLearner(FlowOptions options, HopCounters counters)
{
    /// <summary>Reads one Template Set or Options Template Set.</summary>
    /// <param name="learned">Takes the ids of the Templates that are new or changed.</param>
    public void Read(ReadOnlySpan<byte> content, bool isOptions, in SessionKey session, Exporter exporter, bool isOverTcp, long arrivalUnixMilliseconds, HashSet<ushort> learned)
    {
        var reader = new TemplateReader(session.Version, isOptions, content.ToArray());
        while (reader.TryRead(out var record))
        {
            counters.Receive(Hop.TemplateRecord);
            var key = new TemplateKey(session.ExporterPort, session.CollectorPort, session.Version, session.ObservationDomainId, record.TemplateId, session.IsOverTcp);
            var fault = record.IsWithdrawal ? Withdraw(key, isOptions, exporter, isOverTcp) : Learn(record, isOptions, key, exporter, isOverTcp, arrivalUnixMilliseconds, learned);
            if (fault == Rejection.None) counters.Use(Hop.TemplateRecord);
            else counters.Reject(Hop.TemplateRecord, fault);
        }
    }

    private Rejection Learn(in TemplateRecord record, bool isOptions, in TemplateKey key, Exporter exporter, bool isOverTcp, long arrivalUnixMilliseconds, HashSet<ushort> learnedIds)
    {
        if (record.Fields is not { Length: > 0 } fields || record.TemplateId < SetId.FirstData) return Rejection.MalformedTemplate;
        if (fields.Length > options.MaxFieldsPerTemplate) return Rejection.TooManyFields;
        var template = new Template(record.TemplateId, isOptions, fields, arrivalUnixMilliseconds) { EndsWithSession = isOverTcp };
        if (template.Plan.MinimumLength == 0) return Rejection.ZeroLengthRecord;

        var learned = exporter.Learn(key, template, options, arrivalUnixMilliseconds);
        if (learned == TemplateLearned.Changed) counters.Note(Irregularity.TemplateChanged);
        if (learned is TemplateLearned.New or TemplateLearned.Changed) learnedIds.Add(record.TemplateId);
        return learned == TemplateLearned.RefusedAsTooMany ? Rejection.TooManyTemplates : Rejection.None;
    }

    private Rejection Withdraw(in TemplateKey key, bool isOptions, Exporter exporter, bool isOverTcp)
    {
        // Over UDP a withdrawal is ignored (RFC 7011, 8.4): datagrams reorder, and obeying a late one would blind us until the next refresh.
        if (!isOverTcp) counters.Note(Irregularity.WithdrawalIgnored);
        else if (key.TemplateId < SetId.FirstData) exporter.ForgetAll(key, isOptions);
        else exporter.Forget(key);
        return Rejection.None;
    }
}
