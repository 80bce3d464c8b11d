using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>All hosts and the edges between them.</summary>
internal sealed class Edges(ToldRoles told)
{
    public const int None = -1;

    private const int Freed = int.MinValue;

    private readonly RowTable<HostState> _hosts = new();
    private readonly RowTable<EdgeState> _edges = new();

    /// <summary>The roles that were told.</summary>
    public ToldRoles Told => told;

    public int NumHosts => _hosts.Count;

    public int NumEdges => _edges.Count;

    /// <summary>Rows above this index have never been used.</summary>
    public int HostEnd => _hosts.End;

    public int EdgeEnd => _edges.End;

    public long Bytes => _hosts.Bytes + _edges.Bytes;

    public ref HostState Host(int index) => ref _hosts[index];

    public ref EdgeState this[int index] => ref _edges[index];

    /// <summary>False for a row that was freed.</summary>
    public bool IsHost(int index) => _hosts[index].FirstAsClient != Freed;

    public bool IsEdge(int index) => _edges[index].Client != Freed;

    /// <summary>The row of an address whose period is 0.</summary>
    public int FindHost(HostAddress address) => FindHost(new HostIdentity(address));

    public int FindHost(HostIdentity host) => Find(host, HostState.HashOf(host));

    /// <summary>The row of an address whose period is 0, for who knows the hash.</summary>
    public int FindHost(HostAddress address, ulong hash) => Find(new HostIdentity(address), hash);

    /// <summary>Prefetches the bucket of a host's hash, and then the row.</summary>
    public void FetchHostBucket(ulong hash) => _hosts.FetchBucket(hash);

    public void FetchHost(ulong hash) => _hosts.FetchFirst(hash);

    /// <summary>Prefetches the bucket of an edge's hash, and then the row.</summary>
    public void FetchBucket(ulong hash) => _edges.FetchBucket(hash);

    public void Fetch(ulong hash) => _edges.FetchFirst(hash);

    /// <summary>The row of whoever had the address; the address's own comes with it.</summary>
    public int FindOrAddHost(HostIdentity host)
    {
        var index = FindHost(host);
        if (index >= 0) return index;
        var first = host.Period == 0 ? None : FindOrAddHost(new HostIdentity(host.Address));
        var address = host.Address;
        index = _hosts.Add(new HostState
        {
            High = address.High,
            Low = address.Low,
            FirstAsClient = None,
            FirstAsServer = None,
            FirstEpoch = Epoch.None,
            LastEpoch = Epoch.None,
            HabitEpoch = Epoch.None,
            WorkstationSince = Epoch.None,
            Told = told.Of(address),
            IsToldByPerson = told.ByPerson(address) is not null,
            Period = host.Period,
            NextOfAddress = None,
        });
        _hosts[index].Base = first < 0 ? index : first;
        if (first >= 0) (_hosts[index].NextOfAddress, _hosts[first].NextOfAddress) = (_hosts[first].NextOfAddress, index);
        return index;
    }

    /// <summary>People told something else of these hosts.</summary>
    public void TellAgain(AddressPrefix hosts)
    {
        if (hosts.IsSingle)
        {
            for (var row = FindHost(hosts.Network); row >= 0; row = _hosts[row].NextOfAddress) TellAgain(ref _hosts[row]);
            return;
        }

        for (var i = 0; i < HostEnd; i++) if (IsHost(i) && hosts.Contains(_hosts[i].Address)) TellAgain(ref _hosts[i]);
    }

    public int Find(int client, int server, EdgeService service)
    {
        var index = _edges.First(EdgeState.HashOf(client, server, service));
        while (index >= 0)
        {
            ref var edge = ref _edges[index];
            if (edge.Client == client && edge.Server == server && edge.Service == service) break;
            index = edge.Next;
        }

        return index;
    }

    public int Add(int client, int server, EdgeService service)
    {
        ref var from = ref _hosts[client];
        ref var to = ref _hosts[server];
        var index = _edges.Add(new EdgeState
        {
            Client = client,
            Server = server,
            Service = service,
            NextOfClient = from.FirstAsClient,
            PreviousOfClient = None,
            NextOfServer = to.FirstAsServer,
            PreviousOfServer = None,
            Open = None,
            FirstEpoch = Epoch.None,
            LastEpoch = Epoch.None,
            SeenEpoch = Epoch.None,
            UsedEpoch = Epoch.None,
            TrainedEpoch = Epoch.None,
            WitnessedSince = Epoch.None,
            DrivenSince = Epoch.None,
            RareEpoch = Epoch.None,
        });
        if (from.FirstAsClient >= 0) _edges[from.FirstAsClient].PreviousOfClient = index;
        if (to.FirstAsServer >= 0) _edges[to.FirstAsServer].PreviousOfServer = index;
        from.FirstAsClient = index;
        to.FirstAsServer = index;
        return index;
    }

    /// <summary>Forgets an edge, and its hosts when that was their last.</summary>
    public void Remove(int index)
    {
        var edge = _edges[index];
        if (edge.NextOfClient >= 0) _edges[edge.NextOfClient].PreviousOfClient = edge.PreviousOfClient;
        if (edge.PreviousOfClient >= 0) _edges[edge.PreviousOfClient].NextOfClient = edge.NextOfClient;
        else _hosts[edge.Client].FirstAsClient = edge.NextOfClient;
        if (edge.NextOfServer >= 0) _edges[edge.NextOfServer].PreviousOfServer = edge.PreviousOfServer;
        if (edge.PreviousOfServer >= 0) _edges[edge.PreviousOfServer].NextOfServer = edge.NextOfServer;
        else _hosts[edge.Server].FirstAsServer = edge.NextOfServer;
        _edges.Remove(index);
        _edges[index].Client = Freed;
        RemoveHostWithoutEdges(edge.Client);
        if (edge.Server != edge.Client) RemoveHostWithoutEdges(edge.Server);
    }

    /// <summary>Forgets a host that has no edges.</summary>
    public void RemoveHostWithoutEdges(int index)
    {
        ref var host = ref _hosts[index];
        if (host.FirstAsClient == Freed || host.FirstAsClient >= 0 || host.FirstAsServer >= 0 || host.IsDirty
            || (host.IsBase && host.NextOfAddress >= 0)) return;
        var first = host.Base;
        if (first != index)
        {
            var before = first;
            while (_hosts[before].NextOfAddress != index) before = _hosts[before].NextOfAddress;
            _hosts[before].NextOfAddress = host.NextOfAddress;
        }

        _hosts.Remove(index);
        host.FirstAsClient = Freed;
        if (first != index) RemoveHostWithoutEdges(first);
    }

    private int Find(in HostIdentity host, ulong hash)
    {
        var index = _hosts.First(hash);
        while (index >= 0 && !(_hosts[index].Low == host.Address.Low && _hosts[index].High == host.Address.High
            && _hosts[index].Period == host.Period)) index = _hosts[index].Next;
        return index;
    }

    private void TellAgain(ref HostState host) =>
        (host.Told, host.IsToldByPerson) = (told.Of(host.Address), told.ByPerson(host.Address) is not null);
}
