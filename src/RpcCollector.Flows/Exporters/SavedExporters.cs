using System.Text.Json;
using RpcCollector.Flows.Elements;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Exporters;

/// <summary>Turns what was saved of the exporters of a catalog back into them; bounds hold as they do for datagrams.</summary>
internal static class SavedExporters
{
    private const int NumbersPerField = 4;

    /// <exception cref="InvalidDataException">This is not what <see cref="SavedExportersWriter"/> wrote.</exception>
    public static IReadOnlyList<SavedExporter> Read(Stream stream)
    {
        try
        {
            var saved = JsonSerializer.Deserialize(stream, SavedCatalogJson.Default.SavedCatalog) ?? throw new InvalidDataException("it is empty");
            if (saved.Version != SavedCatalog.CurrentVersion) throw new InvalidDataException($"its version is {saved.Version}, this program knows {SavedCatalog.CurrentVersion}");
            var exporters = (saved.Exporters ?? []).ToList();
            if (!exporters.TrueForAll(exporter => exporter is not null && HostAddress.TryParse(exporter.Address, out _) && (exporter.Templates ?? []).All(IsWhole)))
                throw new InvalidDataException("an exporter in it has no address, or a Template no fields");
            return exporters;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    public static long LastSeen(SavedExporter saved) => Math.Max(saved.FirstSeen, (saved.Domains ?? []).Select(domain => domain.LastSeen).DefaultIfEmpty().Max());

    /// <summary>Gives an exporter back what it was known by.</summary>
    public static void Restore(SavedExporter saved, Exporter exporter, FlowOptions options, Func<int> nextClockId, long nowUnixMilliseconds)
    {
        foreach (var known in saved.Domains ?? [])
        {
            if (exporter.Domain(known.Version, known.Id, options.MaxDomainsPerExporter) is { } domain)
                domain.Restore(Math.Min(known.LastSeen, nowUnixMilliseconds), known.SystemInit, known.Sampling);
        }

        // The session seen last speaks for its domain.
        foreach (var known in (saved.Sessions ?? []).OrderBy(session => session.LastSeen))
        {
            var key = new SessionKey(known.ExporterPort, known.CollectorPort, known.Version, known.Domain);
            exporter.Session(key, options, nextClockId)?.Restore(known, nowUnixMilliseconds);
        }

        foreach (var known in saved.Templates ?? [])
        {
            var fields = new FieldSpecifier[known.Fields.Length / NumbersPerField];
            for (var i = 0; i < fields.Length; i++)
            {
                var numbers = known.Fields.AsSpan(i * NumbersPerField, NumbersPerField);
                fields[i] = new FieldSpecifier((ushort)numbers[0], numbers[2], (ushort)numbers[1], numbers[3] != 0);
            }

            if (known.Id < SetId.FirstData || fields.Length == 0 || fields.Length > options.MaxFieldsPerTemplate) continue;
            var template = new Template(
                known.Id, known.IsOptions, exporter.Plans.Of(fields), Math.Min(known.FirstReceived, nowUnixMilliseconds));
            if (template.Plan.MinimumLength == 0) continue;
            template.Refresh(Math.Min(known.LastReceived, nowUnixMilliseconds));
            template.CountRecords((int)Math.Clamp(known.DataRecords, 0, int.MaxValue), Math.Min(known.LastUsed, nowUnixMilliseconds));
            exporter.Learn(new TemplateKey(known.ExporterPort, known.CollectorPort, known.Version, known.Domain, known.Id), template, options, template.FirstReceivedUnixMilliseconds, out _);
        }
    }

    private static bool IsWhole(SavedTemplate template) => template.Fields is { Length: > 0 } fields && fields.Length % NumbersPerField == 0;
}
