namespace RpcCollector.Detection.Incidents;

/// <summary>
/// Hosts, each once, in the order in which they came: few, as nearly all stories have, are looked through, and many are looked up.
/// </summary>
internal struct DistinctHosts
{
    private const int Few = 16;

    private List<IncidentHost>? _hosts;
    private HashSet<IncidentHost>? _known;

    public readonly int Count => _hosts?.Count ?? 0;

    public void Add(IncidentHost host)
    {
        _hosts ??= new List<IncidentHost>(1);
        if (_hosts.Count == Few) _known ??= [.. _hosts];
        if (_known is not null ? !_known.Add(host) : _hosts.Contains(host)) return;
        _hosts.Add(host);
    }

    /// <summary>The first so many, or all where there are fewer.</summary>
    public readonly IReadOnlyList<IncidentHost> First(int most) =>
        _hosts is null ? [] : _hosts.Count <= most ? _hosts : _hosts.GetRange(0, most);
}
