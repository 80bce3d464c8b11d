using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Scale.Sensors;
using RpcCollector.Transport;

namespace RpcCollector.Http;

/// <summary>/api/v1/exporters and /api/v1/templates.</summary>
internal static class ExporterEndpoints
{
    private const int DefaultLimit = 1_000;
    private const int MaxLimit = 10_000;

    public static Results<Ok<ExportersPage>, ValidationProblem> ReadExporters(
        HttpContext context,
        ExporterCatalog catalog,
        CollectorGauges gauges,
        SensorView sensors,
        [Description("Items on a page, 1 to 10000; 1000 when absent.")] string? limit,
        [Description("Where to continue: 'next' of the page before.")] string? cursor)
    {
        var reader = new QueryReader(context.Request.Query, nameof(limit), nameof(cursor));
        var most = reader.Limit(nameof(limit), DefaultLimit, MaxLimit);
        var after = reader.Text(nameof(cursor)) is { } text ? ExporterPlace.Parse(text) : null;
        if (after is null && context.Request.Query.ContainsKey(nameof(cursor)))
            reader.Refuse(nameof(cursor), "This is not a cursor from 'next'.");
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

        var all = sensors.Reports is { } reports
            ? reports.Sensors.SelectMany(sensor => sensor.Exporters).Where(heard => heard.Status is not null)
                .Select(heard => (Place: new ExporterPlace(heard.Address, heard.Sensor), Status: heard.Status!))
                .OrderBy(entry => entry.Place)
            : catalog.Exporters().Select(exporter => (Place: new ExporterPlace(exporter.Address, null), Status: exporter));
        var rest = all.Where(entry => after is null || entry.Place.CompareTo(after) > 0).Take(most + 1).ToList();
        var skews = gauges.ClockSkews();
        var page = rest.Take(most)
            .Select(entry => ExporterJson.From(entry.Status, StartSkewJson.Of(entry.Place.Address, skews, catalog.Directory)) with
            {
                Sensor = entry.Place.Sensor,
            }).ToList();
        return TypedResults.Ok(new ExportersPage(page, rest.Count > most ? rest[most - 1].Place.ToString() : null)
        {
            NotRead = NotRead(catalog, sensors.Reports) is { Count: > 0 } others ? others : null,
        });
    }

    public static Results<Ok<TemplatesPage>, ValidationProblem> ReadTemplates(
        HttpContext context,
        ExporterCatalog catalog,
        [Description("Address of an exporter: its Templates only.")] string? exporter,
        [Description("Items on a page, 1 to 10000; 1000 when absent.")] string? limit,
        [Description("Where to continue: 'next' of the page before.")] string? cursor)
    {
        var reader = new QueryReader(context.Request.Query, nameof(exporter), nameof(limit), nameof(cursor));
        var most = reader.Limit(nameof(limit), DefaultLimit, MaxLimit);
        var only = reader.Address(nameof(exporter));
        var after = reader.Text(nameof(cursor)) is { } text ? TemplatePlace.Parse(text) : null;
        if (after is null && context.Request.Query.ContainsKey(nameof(cursor)))
            reader.Refuse(nameof(cursor), "This is not a cursor from 'next'.");
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

        var rest = catalog.Templates()
            .Where(template => only is not { } address || template.Exporter == address)
            .Select(template => (Place: TemplatePlace.Of(template), Template: template))
            .Where(entry => after is null || entry.Place.CompareTo(after) > 0)
            .OrderBy(entry => entry.Place)
            .Take(most + 1)
            .ToList();
        var page = rest.Take(most).Select(entry => TemplateJson.From(entry.Template)).ToList();
        return TypedResults.Ok(new TemplatesPage(page, rest.Count > most ? rest[most - 1].Place.ToString() : null));
    }

    private static IReadOnlyList<OtherSenderJson> NotRead(ExporterCatalog catalog, SensorReports? reports) => reports is null
        ? [.. catalog.OtherSenders().Select(OtherSenderJson.From)]
        :
        [
            .. reports.Sensors.OrderBy(sensor => sensor.Name, StringComparer.Ordinal)
                .SelectMany(sensor => (sensor.Said?.NotRead ?? []).Select(sender =>
                    OtherSenderJson.From(sender.Status()) with { Sensor = sensor.Name }))
                .Take(DefaultLimit),
        ];

    /// <summary>Where an exporter stands in the order of all.</summary>
    private sealed record ExporterPlace(HostAddress Address, string? Sensor) : IComparable<ExporterPlace>
    {
        // No address has it, a sensor's name may.
        private const char Between = '_';

        public static ExporterPlace? Parse(string text)
        {
            var end = text.IndexOf(Between, StringComparison.Ordinal);
            return HostAddress.TryParse(end < 0 ? text : text[..end], out var address)
                ? new ExporterPlace(address, end < 0 ? null : text[(end + 1)..])
                : null;
        }

        public int CompareTo(ExporterPlace? other)
        {
            if (other is null) return 1;
            var byAddress = Address.CompareTo(other.Address);
            return byAddress != 0 ? byAddress : string.CompareOrdinal(Sensor, other.Sensor);
        }

        public override string ToString() => Sensor is null ? $"{Address}" : $"{Address}{Between}{Sensor}";
    }

    /// <summary>Where a Template stands in the order of all: what makes it unique.</summary>
    private sealed record TemplatePlace(
        HostAddress Exporter, uint Version, uint Domain, uint TemplateId, uint ExporterPort, uint CollectorPort)
        : IComparable<TemplatePlace>
    {
        public static TemplatePlace Of(TemplateStatus template) => new(
            template.Exporter, (uint)template.Version, template.ObservationDomainId, template.TemplateId, template.ExporterPort,
            template.CollectorPort);

        public static TemplatePlace? Parse(string text)
        {
            var parts = text.Split('_');
            if (parts.Length != 6 || !HostAddress.TryParse(parts[0], out var exporter)) return null;
            var numbers = new uint[5];
            for (var i = 0; i < numbers.Length; i++)
            {
                if (!uint.TryParse(parts[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])) return null;
            }

            return new TemplatePlace(exporter, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
        }

        public int CompareTo(TemplatePlace? other) => other is null ? 1 : Key.CompareTo(other.Key);

        public override string ToString() => $"{Exporter}_{Version}_{Domain}_{TemplateId}_{ExporterPort}_{CollectorPort}";

        private (HostAddress, uint, uint, uint, uint, uint) Key => (Exporter, Version, Domain, TemplateId, ExporterPort, CollectorPort);
    }
}
