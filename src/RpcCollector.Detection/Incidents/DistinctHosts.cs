namespace RpcCollector.Detection.Incidents;

/// <summary>
/// Hosts, each once, in the order in which they came: few, as nearly all stories have, are looked through, and many are looked up.
/// </summary>
internal struct DistinctHosts
{
    private const int Few = 16;

    private List<IncidentHost>? _hosts;
    private Dictionary<IncidentHost, int>? _places;

    public readonly int Count => _hosts?.Count ?? 0;

    /// <returns>Its place among them: behind all others when it is new.</returns>
    public int Add(IncidentHost host)
    {
        _hosts ??= new List<IncidentHost>(1);
        var place = _places is null ? _hosts.IndexOf(host) : _places.GetValueOrDefault(host, -1);
        if (place >= 0) return place;
        _hosts.Add(host);
        if (_places is not null) _places.Add(host, _hosts.Count - 1);
        else if (_hosts.Count > Few) _places = Places(_hosts);
        return _hosts.Count - 1;
    }

    /// <summary>The first so many, or all where there are fewer.</summary>
    public readonly IReadOnlyList<IncidentHost> First(int most) =>
        _hosts is null ? [] : _hosts.Count <= most ? _hosts : _hosts.GetRange(0, most);

    private static Dictionary<IncidentHost, int> Places(List<IncidentHost> hosts)
    {
        var places = new Dictionary<IncidentHost, int>(hosts.Count);
        for (var i = 0; i < hosts.Count; i++) places.Add(hosts[i], i);
        return places;
    }
}
