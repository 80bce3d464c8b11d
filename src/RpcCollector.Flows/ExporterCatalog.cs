using RpcCollector.Flows.Elements;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Flows;

/// <summary>Knows what every exporter sends: shared by all decoding threads, read by the API.</summary>
public sealed class ExporterCatalog(ExporterDirectory directory)
{
    private readonly Exporter?[] _exporters = new Exporter?[directory.Capacity];

    public ExporterDirectory Directory { get; } = directory;

    public int NumTemplates
    {
        get
        {
            var sum = 0;
            for (var id = 0; id < Directory.Count; id++) sum += Volatile.Read(ref _exporters[id])?.Templates.Count ?? 0;
            return sum;
        }
    }

    /// <summary>A snapshot, ordered by address.</summary>
    public IReadOnlyList<ExporterStatus> Exporters() => [.. Known().Select(Describe).OrderBy(exporter => exporter.Address)];

    /// <summary>A snapshot, ordered by exporter, version, domain and Template ID.</summary>
    public IReadOnlyList<TemplateStatus> Templates() =>
    [
        .. Known().SelectMany(DescribeTemplates).OrderBy(template => template.Exporter).ThenBy(template => template.Version)
            .ThenBy(template => template.ObservationDomainId).ThenBy(template => template.TemplateId).ThenBy(template => template.ExporterPort),
    ];

    /// <summary>The exporter with an address, new or known; null when there are as many as there may be.</summary>
    internal Exporter? Find(HostAddress address, long arrivalUnixMilliseconds)
    {
        if (!Directory.TryGetId(address, out var id)) return null;
        if (Volatile.Read(ref _exporters[id]) is { } known) return known;
        var fresh = new Exporter(id, address, arrivalUnixMilliseconds);
        return Interlocked.CompareExchange(ref _exporters[id], fresh, null) ?? fresh;
    }

    private IEnumerable<Exporter> Known()
    {
        for (var id = 0; id < Directory.Count; id++)
        {
            if (Volatile.Read(ref _exporters[id]) is { } exporter) yield return exporter;
        }
    }

    private static ExporterStatus Describe(Exporter exporter)
    {
        var templates = exporter.Templates;
        var domains = exporter.Domains
            .Select(domain => new DomainStatus(
                domain.Version, domain.Id, At(domain.LastSeenUnixMilliseconds), domain.Datagrams, domain.DataRecords, domain.OptionsRecords, domain.SamplingInterval,
                templates.Keys.Count(key => key.Version == domain.Version && key.ObservationDomainId == domain.Id)))
            .OrderBy(domain => domain.Version).ThenBy(domain => domain.ObservationDomainId).ToList();
        var lastSeen = domains.Count == 0 ? At(exporter.FirstSeenUnixMilliseconds) : domains.Max(domain => domain.LastSeen);
        return new ExporterStatus(
            exporter.Address, At(exporter.FirstSeenUnixMilliseconds), lastSeen, domains.Sum(domain => domain.Datagrams),
            domains.Sum(domain => domain.DataRecords), domains.Sum(domain => domain.OptionsRecords), domains);
    }

    private static IEnumerable<TemplateStatus> DescribeTemplates(Exporter exporter)
    {
        foreach (var (key, template) in exporter.Templates)
        {
            var fields = new List<FieldStatus>(template.Fields.Length);
            foreach (var field in template.Fields) fields.Add(new FieldStatus(ElementNames.Of(field, key.Version), field.ElementId, field.EnterpriseNumber, field.Length, field.IsScope));
            yield return new TemplateStatus(
                exporter.Address, key.ExporterPort, key.CollectorPort, key.Version, key.ObservationDomainId, key.TemplateId, template.IsOptions,
                At(template.FirstReceivedUnixMilliseconds), At(template.LastReceivedUnixMilliseconds), template.DataRecords, fields);
        }
    }

    private static DateTimeOffset At(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);
}
