namespace RpcCollector.Flows;

/// <summary>Settings of the way from datagram to flow start.</summary>
public sealed class FlowOptions
{
    [Setting("How many exporters are known at once; datagrams of further ones are rejected as too_many_exporters.", Minimum = 1, Maximum = 1_000_000)]
    public int MaxExporters { get; set; } = 16_384;

    [Setting("How many Templates one exporter may have; further ones are rejected as too_many_templates.", Minimum = 1, Maximum = 65_536)]
    public int MaxTemplatesPerExporter { get; set; } = 1_024;

    [Setting("How many Observation Domains one exporter may have; datagrams of further ones are rejected as too_many_domains.", Minimum = 1, Maximum = 65_536)]
    public int MaxDomainsPerExporter { get; set; } = 256;

    [Setting("How many fields a Template may have; larger ones are rejected as too_many_fields.", Minimum = 1, Maximum = 16_384)]
    public int MaxFieldsPerTemplate { get; set; } = 512;

    /// <summary>The lowest port of an endpoint flow: the join's setting, known here so that other flows end early.</summary>
    public int LowestEndpointPort { get; set; } = 1_024;
}
