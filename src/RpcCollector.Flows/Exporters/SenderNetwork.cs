namespace RpcCollector.Flows.Exporters;

/// <summary>
/// The network that exporters send from, 256 addresses of IPv4 or a subnet of IPv6: whoever can forge one of its addresses can forge all,
/// so they share what those may take that have earned nothing yet.
/// </summary>
internal sealed class SenderNetwork(HostAddress prefix)
{
    private int _numExporters;
    private int _numTemplates;
    private int _numRivals;
    private int _numSessions;

    public HostAddress Prefix { get; } = prefix;

    public int NumExporters => Volatile.Read(ref _numExporters);

    public int NumTemplates => Volatile.Read(ref _numTemplates);

    /// <summary>Layouts that are held beside those that stand.</summary>
    public int NumRivals => Volatile.Read(ref _numRivals);

    public int NumSessions => Volatile.Read(ref _numSessions);

    /// <summary>What its exporters that are not settled may cause.</summary>
    public WorkBudget Learning { get; } = TemplateWork.OfSender();

    public void CountExporters(int change) => Interlocked.Add(ref _numExporters, change);

    public void CountTemplates(int change) => Interlocked.Add(ref _numTemplates, change);

    public void CountRivals(int change) => Interlocked.Add(ref _numRivals, change);

    public void CountSessions(int change) => Interlocked.Add(ref _numSessions, change);

    /// <summary>The /24 of an IPv4 address, the /64 of an IPv6 address.</summary>
    public static HostAddress PrefixOf(in HostAddress address) =>
        address.IsIPv4 ? new HostAddress(address.High, address.Low & ~0xFFul) : new HostAddress(address.High, 0);

    /// <summary>
    /// How much of a bound one network may take: a quarter, though always what four of its exporters may have, and never more than there
    /// is.
    /// </summary>
    public static long ShareOf(long all, long perExporter) => Math.Min(all, Math.Max(all / 4, 4 * perExporter));
}
