namespace RpcCollector.Flows;

/// <summary>
/// A site and the networks whose addresses are its own: whoever has one of them is another host than who has the same at another site.
/// </summary>
/// <param name="own">IPv4 addresses that other sites may use for other hosts.</param>
/// <param name="shared">Those among them that are the same host at every site.</param>
/// <remarks>IPv6 addresses are left as they are: those that are private are drawn by chance (RFC 4193, 3.2.2).</remarks>
public sealed class SiteNetworks(SiteName name, AddressFilter own, AddressFilter shared)
{
    /// <summary>RFC 1918 and RFC 6598: own unless told otherwise.</summary>
    public static IReadOnlyList<string> Usual { get; } = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

    public SiteName Name => name;

    /// <summary>True for an address that somebody else may have at another site.</summary>
    public bool IsOwn(HostAddress address) => address.IsIPv4 && own.Contains(address) && !shared.Contains(address);

    /// <summary>The address by which the host is known among those of all sites.</summary>
    public HostAddress Place(HostAddress address) => IsOwn(address) ? HostAddress.OfSite(name, (uint)address.Low) : address;

    /// <summary>Says of a flow start's ends at which site they are, and of its clock where its exporter is.</summary>
    /// <param name="exporter">The address of its exporter, as it is here.</param>
    public void Place(ref FlowStart start, HostAddress exporter)
    {
        (start.Client, start.Server) = (Place(start.Client), Place(start.Server));

        // Exporters of two sites that have one address may have the same ports, too: their clocks are two.
        if (IsOwn(exporter)) start.ClockKey ^= HostAddress.OfSite(name, 0).Hash();
        if (!start.IsTranslation) return;
        var (source, destination) = (start.Connection.Source, start.Connection.Destination);
        start.Connection = start.Connection with { Source = Place(source), Destination = Place(destination) };
    }
}
