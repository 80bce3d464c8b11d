namespace RpcCollector.Names;

/// <summary>What the names file says of an address or of a network.</summary>
/// <param name="IsOfAddress">False for what it says of a network.</param>
internal sealed record FileRow(string? Name, string? Kind, string? Owner, string? Site, IReadOnlyList<string> Tags, bool IsOfAddress)
{
    public static readonly FileRow None = new(null, null, null, null, [], IsOfAddress: false);

    /// <summary>What this does not say, as a larger network has it.</summary>
    public FileRow Completed(FileRow larger) => this with
    {
        Name = Name ?? (IsOfAddress ? null : larger.Name),
        Kind = Kind ?? larger.Kind,
        Owner = Owner ?? larger.Owner,
        Site = Site ?? larger.Site,
        Tags = Tags.Count > 0 ? Tags : larger.Tags,
    };

    public HostName As(string name, NameSource source, long since) =>
        new(name, source, since, Kind, Owner, Site, Tags.Count > 0 ? Tags : null);
}
