using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>
/// The first of the hosts that were asked for, in order of address. Read from the judge in slices, so that it waits for none longer than
/// a moment; what comes and goes meanwhile may be missing.
/// </summary>
/// <param name="wants">Which; asked on the judge's thread.</param>
/// <param name="role">Null for any.</param>
/// <param name="most">Beyond so many the last in order are left out.</param>
public sealed class HostSelection(Predicate<HostAddress> wants, HostRole? role, int most)
{
    private readonly FirstInOrder<HostAddress> _kept = new(static (left, right) => left.CompareTo(right), most);

    /// <summary>Their addresses, in order.</summary>
    public IReadOnlyList<HostAddress> Hosts => _kept.Read();

    internal HostRole? Role => role;

    /// <summary>The row with which the next slice begins.</summary>
    internal int Next { get; set; }

    /// <summary>False for a host whose role need not be read.</summary>
    internal bool MayKeep(HostAddress host) => _kept.HasRoomFor(host) && wants(host);

    internal void Add(HostAddress host) => _kept.Add(host);
}
