using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>Which enumerating operations many clients of this network call day after day: those tell nothing of who calls them.</summary>
/// <remarks>
/// An operation is common once as many clients as a role wants witnesses (half of those that are known, at least
/// <see cref="JudgementOptions.ServerClients"/>, at most <see cref="JudgementOptions.RoleWitnesses"/>) have each called it on
/// <see cref="JudgementOptions.StableDays"/> days. It acts on later hours only, as roles do, and is lost with its witnesses. Bounded:
/// of each operation so many callers are kept; whoever has not called for longest makes room.
/// </remarks>
internal sealed class CommonCalls(JudgementOptions options)
{
    private readonly SortedDictionary<string, Dictionary<HostAddress, Caller>> _callers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _since = new(StringComparer.Ordinal);

    private int MaxCallers => 4 * options.RoleWitnesses;

    /// <summary>True when an operation was common before an hour.</summary>
    /// <param name="knownBefore">As <see cref="Rules.ClientCase.KnownBefore"/>.</param>
    public bool IsCommon(CataloguedOperation operation, int knownBefore) =>
        _since.Count > 0 && _since.TryGetValue(operation.Name, out var since) && since < knownBefore;

    /// <summary>Learns the calls of an hour that is closed.</summary>
    /// <param name="operations">In their order, which decides who is kept.</param>
    /// <param name="isMalicious">Whether a person called something of this address malicious: its calls make nothing common.</param>
    public void Learn(IEnumerable<RpcOperation> operations, int epoch, int numClients, Func<HostAddress, bool> isMalicious)
    {
        foreach (var operation in operations)
        {
            if (OperationCatalog.Find(operation.Interface, operation.Operation) is not { Kind: FindingKind.Enumeration } known
                || isMalicious(operation.Client)) continue;
            if (!_callers.TryGetValue(known.Name, out var callers)) _callers.Add(known.Name, callers = []);
            if (!callers.TryGetValue(operation.Client, out var caller) && callers.Count >= MaxCallers) MakeRoom(callers);
            if (callers.Count > 0 && caller.Days > 0 && caller.LastDay == epoch / Epoch.PerDay) continue;
            callers[operation.Client] = new Caller(epoch / Epoch.PerDay, (ushort)Math.Min(ushort.MaxValue, caller.Days + 1));
        }

        // What was common stays so while its witnesses are remembered.
        var oldest = (epoch - (int)options.Retain.TotalHours) / Epoch.PerDay;
        var wanted = numClients == 0
            ? options.RoleWitnesses
            : Math.Clamp(numClients / 2, options.ServerClients, Math.Max(options.ServerClients, options.RoleWitnesses));
        foreach (var (name, callers) in _callers)
        {
            var witnesses = callers.Values.Count(caller => caller.Days >= options.StableDays && caller.LastDay >= oldest);
            if (witnesses < wanted) _since.Remove(name);
            else _since.TryAdd(name, epoch);
        }
    }

    /// <summary>Nothing counts as learned later than an hour.</summary>
    public void MoveTo(int hour)
    {
        foreach (var callers in _callers.Values)
            foreach (var (host, caller) in callers.ToList())
                callers[host] = caller with { LastDay = Math.Min(caller.LastDay, hour / Epoch.PerDay) };
        foreach (var (name, since) in _since.ToList()) _since[name] = Math.Min(since, hour);
    }

    public void Save(BinaryWriter to)
    {
        to.Write(_callers.Count);
        foreach (var (name, callers) in _callers)
        {
            to.Write(name);
            to.Write(_since.GetValueOrDefault(name, Epoch.None));
            to.Write(callers.Count);
            foreach (var (host, caller) in callers.OrderBy(entry => entry.Key))
            {
                to.Write(host.High);
                to.Write(host.Low);
                to.Write(caller.LastDay);
                to.Write(caller.Days);
            }
        }
    }

    /// <param name="text">Reads a text of bounded length.</param>
    /// <param name="check">Called with what has to be true, and what is wrong when it is not.</param>
    public void Restore(BinaryReader from, Func<string> text, Action<bool, string> check)
    {
        var names = from.ReadInt32();
        check(names is >= 0 and <= 4_096, "the number of common calls");
        for (; names > 0; names--)
        {
            var (name, since, count) = (text(), from.ReadInt32(), from.ReadInt32());
            check(since >= Epoch.None, "an impossible hour");
            check(count is >= 0 and <= 100_000, "the number of callers");
            var callers = new Dictionary<HostAddress, Caller>();
            check(_callers.TryAdd(name, callers), "a common call twice");
            if (since != Epoch.None) _since[name] = since;
            for (; count > 0; count--)
            {
                var (host, caller) =
                    (new HostAddress(from.ReadUInt64(), from.ReadUInt64()), new Caller(from.ReadInt32(), from.ReadUInt16()));
                check(caller.LastDay >= 0 && callers.TryAdd(host, caller), "a caller twice");
            }
        }
    }

    /// <summary>The one that has called least lately, and of those on the fewest days, goes.</summary>
    private static void MakeRoom(Dictionary<HostAddress, Caller> callers) => callers.Remove(
        callers.OrderBy(entry => entry.Value.LastDay).ThenBy(entry => entry.Value.Days).ThenBy(entry => entry.Key).First().Key);

    private readonly record struct Caller(int LastDay, ushort Days);
}
