using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>The named operations of the hours that are still open and of the last one before those, by client and server; each once, however many sensors logged it.</summary>
internal sealed class OpenOperations(JudgementOptions options)
{
    private static readonly Comparer<RpcOperation> Order = Comparer<RpcOperation>.Create(static (left, right) =>
    {
        var order = left.AtUnixMilliseconds.CompareTo(right.AtUnixMilliseconds);
        if (order == 0) order = string.CompareOrdinal(left.Uid, right.Uid);
        if (order == 0) order = string.CompareOrdinal(left.Interface, right.Interface);
        return order != 0 ? order : string.CompareOrdinal(left.Operation, right.Operation);
    });

    private readonly SortedDictionary<int, SortedDictionary<(HostAddress Client, HostAddress Server), SortedSet<RpcOperation>>> _epochs = [];

    /// <summary>Operations for which there was no room.</summary>
    public long Refused { get; private set; }

    /// <summary>False when it is known already, or there is no room.</summary>
    public bool Add(in RpcOperation operation, int epoch)
    {
        if (!_epochs.TryGetValue(epoch, out var pairs))
            _epochs.Add(epoch, pairs = new SortedDictionary<(HostAddress, HostAddress), SortedSet<RpcOperation>>(PairOrder));
        if (!pairs.TryGetValue((operation.Client, operation.Server), out var operations))
            pairs.Add((operation.Client, operation.Server), operations = new SortedSet<RpcOperation>(Order));
        if (operations.Count >= options.MaxOperationsPerPair && !operations.Contains(operation))
        {
            Refused++;
            return false;
        }

        return operations.Add(operation);
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

    /// <summary>The operations of an hour, by pair in the order of addresses.</summary>
    public IReadOnlyDictionary<(HostAddress Client, HostAddress Server), SortedSet<RpcOperation>> Of(int epoch) =>
        _epochs.TryGetValue(epoch, out var pairs) ? pairs : new SortedDictionary<(HostAddress, HostAddress), SortedSet<RpcOperation>>();

    /// <summary>All of them, in their order.</summary>
    public IEnumerable<RpcOperation> All() => _epochs.Values.SelectMany(pairs => pairs.Values.SelectMany(operations => operations));

    public void DropBefore(int epoch)
    {
        foreach (var old in _epochs.Keys.TakeWhile(open => open < epoch).ToList()) _epochs.Remove(old);
    }

    private static readonly Comparer<(HostAddress Client, HostAddress Server)> PairOrder = Comparer<(HostAddress Client, HostAddress Server)>.Create(static (left, right) =>
    {
        var order = left.Client.CompareTo(right.Client);
        return order != 0 ? order : left.Server.CompareTo(right.Server);
    });
}
