using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>
/// The named operations, and the pipes that were opened, of the hours that are still open and of the last one before those, by client and
/// server; each once, however often it was logged.
/// </summary>
internal sealed class OpenOperations(JudgementOptions options)
{
    private static readonly Comparer<RpcOperation> Order = Comparer<RpcOperation>.Create(static (left, right) =>
    {
        var order = left.AtUnixMilliseconds.CompareTo(right.AtUnixMilliseconds);
        if (order == 0) order = string.CompareOrdinal(left.Uid, right.Uid);
        if (order == 0) order = string.CompareOrdinal(left.Interface, right.Interface);
        return order != 0 ? order : string.CompareOrdinal(left.Operation, right.Operation);
    });

    private static readonly SortedDictionary<HostIdentity, SortedSet<RpcOperation>> Nothing = [];

    private readonly SortedDictionary<
        int, SortedDictionary<HostIdentity, SortedDictionary<HostIdentity, SortedSet<RpcOperation>>>> _epochs = [];

    // With its texts and its place in four trees an operation takes as much memory as this many facts.
    private const int FactsAnOperation = 4;

    private int _count;

    /// <summary>Operations for which there was no room.</summary>
    public long Refused { get; private set; }

    public void ForgetCounts() => Refused = 0;

    /// <summary>False when it is known already, or there is no room.</summary>
    public bool Add(in RpcOperation operation, HostIdentity client, HostIdentity server, int epoch)
    {
        var operations = Of(epoch, client).GetValueOrDefault(server);
        if (operation.IsPipeOnly && operations is not null && IsKnownPipe(operations, operation)) return false;
        if (_count >= options.MaxOpenFacts / FactsAnOperation || operations?.Count >= options.MaxOperationsPerPair)
        {
            if (operations?.Contains(operation) != true) Refused++;
            return false;
        }

        operations ??= Open(epoch, client, server);
        if (!operations.Add(operation)) return false;
        _count++;
        return true;
    }

    /// <summary>
    /// Of the pipes of one interface that are opened within an hour only the first is kept: which one that is depends on no order, and many
    /// leave room for calls.
    /// </summary>
    /// <returns>False where it is the first by now; what was that before is gone.</returns>
    private bool IsKnownPipe(SortedSet<RpcOperation> operations, in RpcOperation pipe)
    {
        foreach (var other in operations)
        {
            if (!other.IsPipeOnly || !other.Interface.Equals(pipe.Interface, StringComparison.Ordinal)) continue;
            if (Order.Compare(other, pipe) <= 0) return true;
            operations.Remove(other);
            _count--;
            return false;
        }

        return false;
    }

    /// <summary>The earliest hour with operations after one.</summary>
    public int? NextAfter(int epoch)
    {
        foreach (var open in _epochs.Keys)
        {
            if (open > epoch) return open;
        }

        return null;
    }

    public IReadOnlyCollection<int> Epochs => _epochs.Keys;

    /// <summary>The clients that called something in an hour.</summary>
    public IEnumerable<HostIdentity> ClientsOf(int epoch) => _epochs.TryGetValue(epoch, out var clients) ? clients.Keys : [];

    /// <summary>What a client called in an hour, by server; in the order of their times.</summary>
    public IReadOnlyDictionary<HostIdentity, SortedSet<RpcOperation>> Of(int epoch, HostIdentity client) =>
        _epochs.TryGetValue(epoch, out var clients) && clients.TryGetValue(client, out var servers) ? servers : Nothing;

    /// <summary>All of an hour.</summary>
    public IEnumerable<RpcOperation> Of(int epoch) =>
        _epochs.TryGetValue(epoch, out var clients)
            ? clients.Values.SelectMany(servers => servers.Values).SelectMany(operations => operations)
            : [];

    /// <summary>All of them, in their order.</summary>
    public IEnumerable<RpcOperation> All() => _epochs.Keys.SelectMany(Of);

    /// <summary>Takes out what names an address in an hour after one and is somebody else's by now, to be added again.</summary>
    /// <param name="identityOf">Who an address was at a time.</param>
    /// <returns>Each with those whose it was.</returns>
    public List<(int Epoch, RpcOperation Operation, HostIdentity Client, HostIdentity Server)> TakeOut(
        HostAddress host, int afterEpoch, Func<HostAddress, long, HostIdentity> identityOf)
    {
        var taken = new List<(int Epoch, RpcOperation Operation, HostIdentity Client, HostIdentity Server)>();
        foreach (var (epoch, clients) in _epochs.Where(hour => hour.Key > afterEpoch))
        {
            foreach (var (client, servers) in clients.ToList())
            {
                foreach (var (server, operations) in servers.Where(pair => client.Address == host || pair.Key.Address == host).ToList())
                {
                    var misplaced = operations.Where(operation =>
                        identityOf(operation.Client, operation.AtUnixMilliseconds) != client
                        || identityOf(operation.Server, operation.AtUnixMilliseconds) != server).ToList();
                    taken.AddRange(misplaced.Select(operation => (epoch, operation, client, server)));
                    operations.ExceptWith(misplaced);
                    _count -= misplaced.Count;
                    if (operations.Count == 0) servers.Remove(server);
                }

                if (servers.Count == 0) clients.Remove(client);
            }
        }

        return taken;
    }

    public void DropBefore(int epoch)
    {
        while (_epochs.Count > 0 && _epochs.First().Key is var first && first < epoch) Drop(first);
    }

    /// <summary>Lets go of an hour.</summary>
    public void Drop(int epoch)
    {
        if (!_epochs.Remove(epoch, out var clients)) return;
        _count -= clients.Values.Sum(static servers => servers.Values.Sum(static operations => operations.Count));
    }

    private SortedSet<RpcOperation> Open(int epoch, HostIdentity client, HostIdentity server)
    {
        if (!_epochs.TryGetValue(epoch, out var clients)) _epochs.Add(epoch, clients = []);
        if (!clients.TryGetValue(client, out var servers)) clients.Add(client, servers = []);
        var operations = new SortedSet<RpcOperation>(Order);
        servers.Add(server, operations);
        return operations;
    }
}
