using System.ComponentModel;
using RpcCollector.Flows;

namespace RpcCollector.Http;

/// <summary>An exporter as the API shows it.</summary>
internal sealed record ExporterJson(
    string Address, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, long Datagrams, long DataRecords, long OptionsRecords, IReadOnlyList<DomainJson> Domains)
{
    public static ExporterJson From(ExporterStatus exporter) => new(
        exporter.Address.ToString(), exporter.FirstSeen, exporter.LastSeen, exporter.Datagrams, exporter.DataRecords, exporter.OptionsRecords,
        [.. exporter.Domains.Select(DomainJson.From)]);
}

/// <summary>An Observation Domain of an exporter in one protocol version.</summary>
internal sealed record DomainJson(
    [property: Description("5 and 9 for NetFlow, 10 for IPFIX.")] int Version,
    uint ObservationDomainId,
    DateTimeOffset LastSeen,
    long Datagrams,
    long DataRecords,
    long OptionsRecords,
    [property: Description("One packet in so many is sampled: 1 is unsampled, 0 not stated.")] uint SamplingInterval,
    int Templates)
{
    public static DomainJson From(DomainStatus domain) => new(
        domain.Version, domain.ObservationDomainId, domain.LastSeen, domain.Datagrams, domain.DataRecords, domain.OptionsRecords, domain.SamplingInterval, domain.NumTemplates);
}

/// <summary>A Template as the API shows it.</summary>
internal sealed record TemplateJson(
    string Exporter, int ExporterPort, int CollectorPort, int Version, uint ObservationDomainId, int TemplateId,
    [property: Description("True for an Options Template.")] bool Options,
    DateTimeOffset FirstReceived, DateTimeOffset LastReceived, long DataRecords, IReadOnlyList<FieldJson> Fields)
{
    public static TemplateJson From(TemplateStatus template) => new(
        template.Exporter.ToString(), template.ExporterPort, template.CollectorPort, template.Version, template.ObservationDomainId, template.TemplateId, template.IsOptions,
        template.FirstReceived, template.LastReceived, template.DataRecords,
        [.. template.Fields.Select(field => new FieldJson(field.Name, field.ElementId, field.EnterpriseNumber, field.Length, field.IsScope))]);
}

/// <summary>A Field Specifier.</summary>
internal sealed record FieldJson(
    [property: Description("Name of the Information Element, as IANA spells it.")] string Name,
    int ElementId,
    [property: Description("0 for IANA's elements.")] uint EnterpriseNumber,
    [property: Description("Octets; 65535 for variable length.")] int Length,
    bool Scope);
