namespace RpcCollector.Flows;

/// <summary>Knows what every exporter sends: shared by all decoding threads, read by the API.</summary>
public sealed class ExporterCatalog(ExporterDirectory directory)
{
    public ExporterDirectory Directory { get; } = directory;

    /// <summary>A snapshot, ordered by address.</summary>
    public IReadOnlyList<ExporterStatus> Exporters() => [];

    /// <summary>A snapshot, ordered by exporter, version, domain and Template ID.</summary>
    public IReadOnlyList<TemplateStatus> Templates() => [];

    public int NumTemplates => 0;
}
