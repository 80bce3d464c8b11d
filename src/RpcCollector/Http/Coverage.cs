using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>Puts together where hosts were seen and by which exporters.</summary>
internal sealed class Coverage
{
    /// <summary>So many of the latest activities say which exporters see what.</summary>
    public const int Activities = 20_000;

    private const int MaxPrefixes = 2_000;
    private const int MaxNeverSeen = 1_000;

    private readonly Dictionary<AddressPrefix, Row> _rows = [];

    public Coverage(IReadOnlyCollection<SeenPrefix> known)
    {
        foreach (var prefix in known)
        {
            var row = _rows[prefix.Prefix] = new Row { Known = prefix.Hosts, LastUnixMilliseconds = prefix.LastUnixMilliseconds };
            row.Exporters.UnionWith(prefix.Exporters);
        }
    }

    public void Note(ActivitySighting sighting)
    {
        foreach (var host in (ReadOnlySpan<HostAddress>)[sighting.Client, sighting.Server])
        {
            var prefix = AddressPrefix.Usual(host);
            if (!_rows.TryGetValue(prefix, out var row)) _rows.Add(prefix, row = new Row());
            row.Active.Add(host);
            row.LastUnixMilliseconds = Math.Max(row.LastUnixMilliseconds, sighting.StartUnixMilliseconds);
            foreach (var exporter in sighting.Exporters)
                if (row.Exporters.Count < SeenPrefix.MaxExporters) row.Exporters.Add(exporter);
        }
    }

    /// <param name="hosts">All that were seen.</param>
    /// <param name="declared">Networks that somebody named.</param>
    public CoverageJson Answer(IReadOnlyList<HostAddress> hosts, IEnumerable<AddressPrefix> declared)
    {
        HostAddress[] seen = [.. hosts.Concat(_rows.Values.SelectMany(row => row.Active)).Order()];
        var never = declared.Distinct().Where(prefix => !IsSeen(seen, prefix)).Order().ToList();
        return new CoverageJson(
            [.. _rows.OrderByDescending(row => row.Value.Hosts).ThenBy(row => row.Key).Take(MaxPrefixes)
                .Select(row => row.Value.Json(row.Key))],
            _rows.Count, [.. never.Take(MaxNeverSeen).Select(prefix => prefix.ToString())], never.Count);
    }

    private static bool IsSeen(HostAddress[] seen, AddressPrefix prefix)
    {
        var place = Array.BinarySearch(seen, prefix.Network);
        if (place < 0) place = ~place;
        return place < seen.Length && prefix.Contains(seen[place]);
    }

    private sealed class Row
    {
        /// <summary>Hosts that the judge knows.</summary>
        public int Known { get; init; }

        /// <summary>Hosts of the latest activities.</summary>
        public HashSet<HostAddress> Active { get; } = [];

        public HashSet<HostAddress> Exporters { get; } = [];

        public long LastUnixMilliseconds { get; set; }

        public int Hosts => Math.Max(Known, Active.Count);

        public CoveredPrefixJson Json(AddressPrefix prefix) => new(
            prefix.ToString(), Hosts, LastUnixMilliseconds > 0 ? UtcMilliseconds.From(LastUnixMilliseconds) : null,
            [.. Exporters.Order().Select(exporter => exporter.ToString())]);
    }
}
