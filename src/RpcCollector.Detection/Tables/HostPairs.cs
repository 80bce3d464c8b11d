using RpcCollector.Flows;

namespace RpcCollector.Detection.Tables;

/// <summary>All pairs between which flows are held; a pair is removed with its last flow.</summary>
internal sealed class HostPairs
{
    private const int ServerPlaces = 4_096;

    private readonly HostNumbers _hosts = new();
    private readonly RowStore<PairRow> _rows = new();
    private readonly HashIndex<PairRow> _index;

    // How many pairs the servers of each place have; many servers share one. Small enough to stay in the cache.
    private readonly int[] _numOfServers;

    /// <param name="remembersServers">True where <see cref="MayHaveServer"/> is asked.</param>
    public HostPairs(bool remembersServers = false) =>
        (_index, _numOfServers) = (new HashIndex<PairRow>(_rows), remembersServers ? new int[ServerPlaces] : []);

    /// <summary>Pairs, and the hosts among them that need a row of their own.</summary>
    public int Count => _rows.Count + _hosts.Count;

    public long Bytes => _rows.Bytes + _index.Bytes + _hosts.Bytes + ((long)_numOfServers.Length * sizeof(int));

    public ref PairRow this[int index] => ref _rows[index];

    public HostAddress ClientOf(int index) => _hosts.AddressOf(_rows[index].Client);

    public HostAddress ServerOf(int index) => _hosts.AddressOf(_rows[index].Server);

    /// <summary>Both ends of a flow, the client's first.</summary>
    public FlowEnds EndsOf(in FlowRow flow) => new(ClientOf(flow.Pair), flow.ClientPort, ServerOf(flow.Pair), flow.ServerPort);

    /// <summary>The pair's index; none when negative.</summary>
    public int Find(HostAddress client, HostAddress server) =>
        _hosts.TryFind(client, out var clientNumber) && _hosts.TryFind(server, out var serverNumber)
            ? Find(clientNumber, serverNumber)
            : FlowRow.None;

    /// <summary>
    /// False when no pair has this server, as far as that is known without a look at what is not in the cache. Only of those that remember
    /// their servers.
    /// </summary>
    public bool MayHaveServer(HostAddress server) => _numOfServers[PlaceOf(server)] > 0;

    /// <summary>Prefetches the bucket of a pair and returns the pair's hash; 0 when one of the hosts is in no pair.</summary>
    public ulong Fetch(HostAddress client, HostAddress server)
    {
        if (!_hosts.TryFind(client, out var clientNumber) || !_hosts.TryFind(server, out var serverNumber)) return 0;
        var hash = new PairRow.Key(clientNumber, serverNumber).Hash();
        _index.Fetch(hash);
        return hash;
    }

    /// <summary>Prefetches the bucket of a pair.</summary>
    public void Fetch(in PairRow pair) => _index.Fetch(pair.Hash());

    /// <summary>Prefetches the pairs that may have a hash, in both directions; false when there are none.</summary>
    public bool FetchRows(ulong hash) => _index.FetchRows(hash);

    /// <summary>The pair of the same hosts in which client and server change places; none when negative.</summary>
    public int Turned(int index) => Find(_rows[index].Server, _rows[index].Client);

    public int Add(HostAddress client, HostAddress server)
    {
        _rows.Add(out var index).Open(_hosts.Retain(client), _hosts.Retain(server));
        _index.Add(index);
        if (_numOfServers.Length > 0) _numOfServers[PlaceOf(server)]++;
        return index;
    }

    public void Remove(int index)
    {
        _index.Remove(index);
        if (_numOfServers.Length > 0) _numOfServers[PlaceOf(ServerOf(index))]--;
        _hosts.Release(_rows[index].Client);
        _hosts.Release(_rows[index].Server);
        _rows.Remove(index);
    }

    private static int PlaceOf(HostAddress server) => (int)(server.Low ^ (server.Low >> 12)) & (ServerPlaces - 1);

    private int Find(uint clientNumber, uint serverNumber) => _index.Find(new PairRow.Key(clientNumber, serverNumber));
}
