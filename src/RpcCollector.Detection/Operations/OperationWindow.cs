namespace RpcCollector.Detection.Operations;

/// <summary>
/// The catalogued calls of one client on one server within the open hours, in the order of their time; the same for the same calls in
/// any order.
/// </summary>
public sealed class OperationWindow
{
    // Two sensors that see one connection are milliseconds apart; ports are not reused that soon.
    private const long SameConnectionMilliseconds = 5_000;

    private readonly ILookup<FindingKind, NamedCall> _byKind;

    private readonly Func<CataloguedOperation, bool>? _isCommon;

    /// <param name="isCommon">Which operations many clients of this network call: as good as ordinary. Null for none.</param>
    public OperationWindow(
        HostRole client, HostRole server, IEnumerable<RpcOperation> operations, Func<CataloguedOperation, bool>? isCommon = null)
    {
        (Client, Server, _isCommon) = (client, server, isCommon);
        _byKind = SeenOnce(Named(operations)).OrderBy(call => call.At).ThenBy(call => call.Call.ClientPort)
            .ThenBy(call => call.Call.Uid, StringComparer.Ordinal)
            .ThenBy(call => call.Meaning.Interface, StringComparer.Ordinal).ThenBy(call => call.Meaning.Operation, StringComparer.Ordinal)
                .ToLookup(call => call.Meaning.Kind);
    }

    public HostRole Client { get; }

    /// <summary>True for an operation that Windows calls by itself, or that many clients of this network call.</summary>
    internal bool IsOrdinary(CataloguedOperation operation) => operation.IsOrdinary || _isCommon?.Invoke(operation) == true;

    public HostRole Server { get; }

    /// <summary>The calls that findings of a kind are about.</summary>
    internal IReadOnlyList<NamedCall> Of(FindingKind kind) => [.. _byKind[kind]];

    private static IEnumerable<NamedCall> Named(IEnumerable<RpcOperation> operations)
    {
        foreach (var operation in operations)
        {
            if (OperationCatalog.Find(operation.Interface, operation.Operation) is { } meaning)
                yield return new NamedCall(operation, meaning);
        }
    }

    /// <summary>
    /// Leaves out what a second sensor logged of the same connection under its own uid: the sensor that logged most counts.
    /// </summary>
    private static IEnumerable<NamedCall> SeenOnce(IEnumerable<NamedCall> calls)
    {
        foreach (var ports in calls.GroupBy(call => (call.Call.ClientPort, call.Call.ServerPort)))
        {
            var sightings = ports.GroupBy(call => call.Call.Uid, StringComparer.Ordinal).Select(Sighting.Of)
                .OrderByDescending(sighting => sighting.Calls.Count).ThenBy(sighting => sighting.First)
                    .ThenBy(sighting => sighting.Uid, StringComparer.Ordinal).ToList();
            var taken = new List<Sighting>();
            foreach (var sighting in sightings)
            {
                if (sighting.Uid.Length == 0 || !taken.Exists(sighting.IsOfSameConnection)) taken.Add(sighting);
            }

            foreach (var call in taken.SelectMany(sighting => sighting.Calls)) yield return call;
        }
    }

    private sealed record Sighting(string Uid, List<NamedCall> Calls, long First, long Last)
    {
        public static Sighting Of(IGrouping<string, NamedCall> calls) =>
            new(calls.Key, [.. calls], calls.Min(call => call.At), calls.Max(call => call.At));

        public bool IsOfSameConnection(Sighting other) =>
            other.Uid.Length > 0 && First <= other.Last + SameConnectionMilliseconds && other.First <= Last + SameConnectionMilliseconds;
    }
}
