using System.Text.Json;
using RpcCollector.Flows.Elements;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Exporters;

/// <summary>Writes down what is known of an exporter, and turns it back into one; bounds hold as they do for datagrams.</summary>
internal static class SavedExporters
{
    private const int NumbersPerField = 4;
    private const int MostLayouts = 1024;

    /// <summary>What is known of an exporter now.</summary>
    /// <param name="layouts">The fields of Templates by their plan: there are far fewer layouts than Templates.</param>
    public static string Write(Exporter exporter, Dictionary<RecordPlan, uint[]> layouts)
    {
        var domains = exporter.Domains;
        var sessions = exporter.Sessions;
        var saved = new SavedExporter(
            exporter.Address.ToString(), exporter.FirstSeenUnixMilliseconds, Array.ConvertAll(domains, Saved),
            Array.ConvertAll(sessions, Saved),
            [.. exporter.Templates.Where(entry => !entry.Value.EndsWithSession).Select(entry => Saved(entry.Key, entry.Value, layouts))],
            exporter.Standing.Save());
        return JsonSerializer.Serialize(saved, SavedExporterJson.Default.SavedExporter);
    }

    /// <exception cref="InvalidDataException">This is not what <see cref="Write"/> wrote.</exception>
    public static SavedExporter Read(string content)
    {
        try
        {
            var saved = JsonSerializer.Deserialize(content, SavedExporterJson.Default.SavedExporter)
                ?? throw new InvalidDataException("it is empty");
            if (!HostAddress.TryParse(saved.Address, out _) || !(saved.Templates ?? []).All(IsWhole))
                throw new InvalidDataException("it has no address, or a Template no fields");
            return saved;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    public static long LastSeen(SavedExporter saved) =>
        Math.Max(saved.FirstSeen, (saved.Domains ?? []).Select(domain => domain.LastSeen).DefaultIfEmpty().Max());

    /// <summary>
    /// What it had earned. What was saved before standings were known says only for how long its Templates have been used.
    /// </summary>
    public static SavedStanding? StandingOf(SavedExporter saved)
    {
        if (saved.Standing is not null) return saved.Standing;
        var used = (saved.Templates ?? []).Where(template => template is { IsOptions: false, DataRecords: > 0 }).ToList();
        if (used.Count == 0) return null;
        var (first, last) = (used.Min(template => template.FirstReceived), used.Max(template => template.LastUsed));
        return new SavedStanding((int)Math.Clamp(1 + ((last - first) / Standing.PeriodMilliseconds), 1, int.MaxValue), first, last);
    }

    /// <summary>Restores the domains, sessions and Templates of one exporter.</summary>
    public static void Restore(SavedExporter saved, Exporter exporter, FlowOptions options, long nowUnixMilliseconds)
    {
        foreach (var known in saved.Domains ?? [])
        {
            var lastSeen = Math.Min(known.LastSeen, nowUnixMilliseconds);
            if (exporter.Domain(known.Version, known.Id, options.MaxDomainsPerExporter, lastSeen) is not { } domain) continue;
            domain.Restore(lastSeen, known.SystemInit, known.Sampling);
            domain.Selectors = SelectorTable.Restored(known.Selectors, nowUnixMilliseconds)?.Believed ?? [];
            domain.Standing.Restore(known.Standing, nowUnixMilliseconds);
            exporter.Standing.Hear(Math.Max(exporter.Standing.LastHeardUnixMilliseconds, lastSeen));
        }

        // The session seen last speaks for its domain.
        foreach (var known in (saved.Sessions ?? []).OrderBy(session => session.LastSeen))
        {
            var key = new SessionKey(known.ExporterPort, known.CollectorPort, known.Version, known.Domain);
            exporter.Session(key, options, Math.Min(known.LastSeen, nowUnixMilliseconds))?.Restore(known, nowUnixMilliseconds);
        }

        foreach (var known in saved.Templates ?? [])
        {
            var fields = FieldsOf(known.Fields);
            if (known.Id < SetId.FirstData || fields.Length == 0 || fields.Length > options.MaxFieldsPerTemplate) continue;
            var template = new Template(
                known.Id, known.IsOptions, exporter.Plans.Of(fields), Math.Min(known.FirstReceived, nowUnixMilliseconds));
            if (template.Plan.MinimumLength == 0) continue;
            template.Restore(Math.Min(known.LastReceived, nowUnixMilliseconds), Math.Max(0, known.Pause));
            template.CountRecords((int)Math.Clamp(known.DataRecords, 0, int.MaxValue), Math.Min(known.LastUsed, nowUnixMilliseconds));
            var key = new TemplateKey(known.ExporterPort, known.CollectorPort, known.Version, known.Domain, known.Id);
            var learned = exporter.Learn(key, template, options, template.FirstReceivedUnixMilliseconds, out _);
            if (learned == TemplateLearned.New && known.Rivals is { } rivals)
                RestoreRivals(known.Id, rivals, template, exporter, options, nowUnixMilliseconds);
            if (learned == TemplateLearned.New && known.IsInDoubt) exporter.Doubt(key, options, nowUnixMilliseconds);
        }
    }

    private static void RestoreRivals(
        ushort id, SavedRival[] rivals, Template standing, Exporter exporter, FlowOptions options, long nowUnixMilliseconds)
    {
        foreach (var known in rivals.Take(TemplateContest.MostRivals))
        {
            if (known.Fields is not { Length: > 0 } numbers || numbers.Length % NumbersPerField != 0) continue;
            var fields = FieldsOf(numbers);
            if (fields.Length > options.MaxFieldsPerTemplate) continue;
            var template = new Template(id, known.IsOptions, exporter.Plans.Of(fields), Math.Min(known.FirstReceived, nowUnixMilliseconds));
            if (template.Plan.MinimumLength == 0 || template.HasSameLayoutAs(standing)) continue;
            var last = Math.Min(known.Last, nowUnixMilliseconds);
            template.Restore(last, longestPauseMilliseconds: 0);
            template.CountRecords((int)Math.Clamp(known.DataRecords, 0, int.MaxValue), last);
            exporter.Hold(standing, template, options, last, Math.Max(0, known.Proofs));
        }
    }

    private static FieldSpecifier[] FieldsOf(uint[] saved)
    {
        var fields = new FieldSpecifier[saved.Length / NumbersPerField];
        for (var i = 0; i < fields.Length; i++)
        {
            var numbers = saved.AsSpan(i * NumbersPerField, NumbersPerField);
            fields[i] = new FieldSpecifier((ushort)numbers[0], numbers[2], (ushort)numbers[1], numbers[3] != 0);
        }

        return fields;
    }

    private static SavedDomain Saved(ObservationDomain domain) =>
        new(domain.Version, domain.Id, domain.LastSeenUnixMilliseconds, domain.SystemInitUnixMilliseconds, domain.SamplingInterval,
            domain.Standing.Save())
        {
            Selectors = domain.Selectors is { Length: > 0 } selectors ? new SelectorTable(selectors).Save() : null,
        };

    private static SavedSession Saved(SessionDomain session)
    {
        var (sampling, systemInit, selectors) = session.SaveStatements();
        var (clock, former) = session.Clock.Save();
        return new SavedSession(
            session.Key.ExporterPort, session.Key.CollectorPort, session.Key.Version, session.Key.ObservationDomainId,
            session.LastSeenUnixMilliseconds,
            session.SystemInitUnixMilliseconds, session.WholeDomainSamplingInterval, session.HasNoSystemInit,
            Saved(clock), session.Standing.Save())
        {
            FormerClock = Saved(former),
            HeaderCorrection = session.HeaderClock.CorrectionMilliseconds,
            SamplingStatements = sampling,
            Selectors = selectors,
            SystemInitStatements = systemInit,
        };
    }

    /// <summary>A clock as it was kept; former versions did not count its headers.</summary>
    public static BootClockState ClockOf(SavedClock saved) => new(saved.Anchor, saved.Estimate, saved.UpTime, Math.Max(1, saved.Headers));

    private static SavedClock? Saved(in BootClockState clock) =>
        clock.Headers > 0 ? new SavedClock(clock.Anchor, clock.Estimate, clock.LastUpTime, clock.Headers) : null;

    private static SavedTemplate Saved(TemplateKey key, Template template, Dictionary<RecordPlan, uint[]> layouts) => new(
        key.ExporterPort, key.CollectorPort, key.Version, key.ObservationDomainId, key.TemplateId, template.IsOptions,
        template.FirstReceivedUnixMilliseconds, template.LastReceivedUnixMilliseconds, template.LastUsedUnixMilliseconds,
        template.DataRecords,
        FieldsOf(template.Plan, layouts))
    {
        Pause = template.LongestPauseMilliseconds,
        IsInDoubt = template.Doubt is not null,
        Rivals = template.Contest is { } contest ? [.. contest.Rivals.Select(rival => Saved(rival, layouts))] : null,
    };

    private static SavedRival Saved(Rival rival, Dictionary<RecordPlan, uint[]> layouts) => new(
        rival.Template.IsOptions, rival.Template.FirstReceivedUnixMilliseconds, rival.LastUnixMilliseconds, rival.Template.DataRecords,
        rival.Proofs, FieldsOf(rival.Template.Plan, layouts));

    private static uint[] FieldsOf(RecordPlan plan, Dictionary<RecordPlan, uint[]> layouts)
    {
        if (layouts.TryGetValue(plan, out var known)) return known;
        var fields = new uint[plan.Fields.Length * NumbersPerField];
        for (var i = 0; i < plan.Fields.Length; i++)
        {
            var (field, at) = (plan.Fields[i], i * NumbersPerField);
            (fields[at], fields[at + 1], fields[at + 2], fields[at + 3]) =
                (field.ElementId, field.Length, field.EnterpriseNumber, field.IsScope ? 1u : 0);
        }

        // Forged layouts can do no more than empty this cache.
        if (layouts.Count >= MostLayouts) layouts.Clear();
        return layouts[plan] = fields;
    }

    private static bool IsWhole(SavedTemplate template) =>
        template.Fields is { Length: > 0 } fields && fields.Length % NumbersPerField == 0;
}
