using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>
/// The network in numbers: what it takes to say how rare an edge is, and where its hosts lie. Read from the judge in slices, so that it
/// waits for none longer than a moment; what comes and goes meanwhile may be missing.
/// </summary>
public sealed class NetworkSurvey
{
    private static readonly int NumRoles = Enum.GetValues<HostRole>().Length;

    private readonly Dictionary<(HostAddress Server, EdgeService Service), int> _clients = [];
    private readonly long[] _byRoles = new long[NumRoles * NumRoles * EdgeServiceName.Count];
    private readonly long[] _byClientRole = new long[NumRoles];
    private readonly int[] _hostsByRole = new int[NumRoles];
    private readonly Dictionary<AddressPrefix, SeenPrefix> _prefixes = [];

    /// <summary>Where the next slice begins among the hosts, then among the edges.</summary>
    internal int NextHost { get; set; }

    internal int NextEdge { get; set; }

    public int Hosts { get; private set; }

    /// <summary>Hosts that were client of something.</summary>
    public int Clients { get; private set; }

    public int Edges { get; private set; }

    /// <summary>Those that count as normal.</summary>
    public int LearnedEdges { get; private set; }

    /// <summary>Pairs of client and server, whatever the services.</summary>
    public int Pairs { get; private set; }

    /// <summary>For how many days the network has been watched, the present one included.</summary>
    public int Days { get; internal set; } = 1;

    /// <summary>Networks of the usual size that hosts lie in, in no order.</summary>
    public IReadOnlyCollection<SeenPrefix> Prefixes => _prefixes.Values;

    public int HostsOf(HostRole role) => _hostsByRole[(int)role];

    internal void CountHost(HostAddress address, HostRole role, bool isClient)
    {
        Hosts++;
        _hostsByRole[(int)role]++;
        if (isClient) Clients++;
        PrefixOf(address).Hosts++;
    }

    internal void CountEdge(EdgeProfile edge)
    {
        Edges++;
        var server = (edge.Server, edge.Service);
        if (edge.IsAnswered) _clients[server] = _clients.GetValueOrDefault(server) + 1;
        if (!edge.IsLearned) return;
        LearnedEdges++;
        _byRoles[Place(edge.ClientRole, edge.ServerRole, edge.Service)]++;
        _byClientRole[(int)edge.ClientRole]++;
    }

    internal void CountPair(HostAddress client, HostAddress server, long lastUnixMilliseconds)
    {
        Pairs++;
        foreach (var host in (ReadOnlySpan<HostAddress>)[client, server])
        {
            var prefix = PrefixOf(host);
            prefix.LastUnixMilliseconds = Math.Max(prefix.LastUnixMilliseconds, lastUnixMilliseconds);
        }
    }

    internal void NoteExporter(HostAddress host, HostAddress exporter) => PrefixOf(host).NoteExporter(exporter);

    /// <summary>How rare an edge is among those that were counted.</summary>
    public double RarityOf(EdgeProfile edge)
    {
        ArgumentNullException.ThrowIfNull(edge);
        var (self, learned) = (edge.IsAnswered ? 1 : 0, edge.IsLearned ? 1 : 0);
        return Rarity.Of(
            _clients.GetValueOrDefault((edge.Server, edge.Service)) - self, Clients - 1,
            _byRoles[Place(edge.ClientRole, edge.ServerRole, edge.Service)] - learned, _byClientRole[(int)edge.ClientRole] - learned,
            edge.Days - 1, Days - 1);
    }

    private static int Place(HostRole client, HostRole server, EdgeService service) =>
        (((int)client * NumRoles) + (int)server) * EdgeServiceName.Count + (int)service;

    private SeenPrefix PrefixOf(HostAddress address)
    {
        var prefix = AddressPrefix.Usual(address);
        if (!_prefixes.TryGetValue(prefix, out var seen)) _prefixes.Add(prefix, seen = new SeenPrefix(prefix));
        return seen;
    }
}

/// <summary>What is known of the hosts of one network.</summary>
public sealed class SeenPrefix(AddressPrefix prefix)
{
    /// <summary>No more exporters are named.</summary>
    public const int MaxExporters = 32;

    private readonly List<HostAddress> _exporters = [];

    public AddressPrefix Prefix => prefix;

    public int Hosts { get; internal set; }

    public long LastUnixMilliseconds { get; internal set; }

    /// <summary>Those that saw flows of its hosts in hours that are open, in no order.</summary>
    public IReadOnlyList<HostAddress> Exporters => _exporters;

    internal void NoteExporter(HostAddress exporter)
    {
        if (_exporters.Count < MaxExporters && !_exporters.Contains(exporter)) _exporters.Add(exporter);
    }
}
