using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Transport;

namespace RpcCollector.KnownExporters;

/// <summary>Says when senders crowd a table or ask for more work than they may: one line when it begins, for each bound.</summary>
internal sealed class CrowdWatch(ExporterCatalog catalog, CollectorGauges collector, ILogger logger)
{
    // After an hour without, the next crowd is a new one.
    private const long QuietMilliseconds = 3_600_000;

    private readonly Crowd[] _crowds =
    [
        Displaced(
            Displacement.Exporter, "exporters", "those that sent nothing decodable, or only briefly, make room for new ones",
            "Flows:MaxExporters"),
        Displaced(
            Displacement.Domain, "Observation Domains", "those of little use make room for new ones", "Flows:MaxDomainsPerExporter"),
        Displaced(
            Displacement.Session, "Transport Sessions", "those of little use make room for new ones", "Flows:MaxSessionsPerExporter"),
        Displaced(
            Displacement.Template, "Templates", "those that were never used make room for new ones", "Flows:MaxTemplatesPerExporter"),
        Displaced(
            Displacement.Selector, "sampling selectors of one session", "those left behind or not believed make room for new ones",
            "Flows:AllowedExporters"),
        Displaced(
            Displacement.WaitingSet, "Data Sets without a Template", "those of whoever holds most make room for others",
            "Flows:MaxWaitingBytes"),
        Rejected(Hop.Datagram, Rejection.TooManyExporters, "exporters", "new ones are refused", "Flows:MaxExporters"),
        Rejected(Hop.Datagram, Rejection.TooManyDomains, "Observation Domains", "new ones are refused", "Flows:MaxDomainsPerExporter"),
        Rejected(Hop.TemplateRecord, Rejection.TooManyTemplates, "Templates", "new ones are refused", "Flows:MaxTemplatesPerExporter"),
        Rejected(
            Hop.TemplateRecord, Rejection.TemplatesTooFast, "new Templates at once",
            "their networks must wait, and what is known goes on", "Flows:AllowedExporters"),
        Rejected(
            Hop.Set, Rejection.NoRoomToWait, "Data Sets without a Template", "further ones are lost", "Flows:MaxWaitingBytes"),
    ];

    /// <summary>Looks once.</summary>
    public void Look(long nowUnixMilliseconds)
    {
        foreach (var crowd in _crowds)
        {
            var count = crowd.Count(catalog, collector);
            var more = count - crowd.Seen;
            crowd.Seen = count;
            if (more <= 0) continue;
            var isNew = crowd.LastUnixMilliseconds == 0 || nowUnixMilliseconds - crowd.LastUnixMilliseconds >= QuietMilliseconds;
            crowd.LastUnixMilliseconds = nowUnixMilliseconds;
            if (isNew) ExporterLog.Crowded(logger, crowd.What, crowd.Consequence, more, crowd.Setting);
        }
    }

    private static Crowd Displaced(Displacement kind, string what, string consequence, string setting) =>
        new((catalog, _) => catalog.Displaced(kind), what, consequence, setting);

    private static Crowd Rejected(Hop hop, Rejection reason, string what, string consequence, string setting) =>
        new((_, collector) => collector.Counters.Sum(counters => counters.Rejected(hop, reason)), what, consequence, setting);

    /// <summary>One bound.</summary>
    private sealed record Crowd(
        Func<ExporterCatalog, CollectorGauges, long> Count, string What, string Consequence, string Setting)
    {
        public long Seen { get; set; }

        public long LastUnixMilliseconds { get; set; }
    }
}
