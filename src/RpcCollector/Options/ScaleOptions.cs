using System.ComponentModel.DataAnnotations;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of a collector that is several processes; one alone needs none of them.</summary>
internal sealed class ScaleOptions : IValidatableObject
{
    // What its logs told goes under a longer one, and the broker's messages hold names of 64.
    private const int MaxName = 58;

    [Setting(
        "What this process does: all of it; sensor: receives and decodes, and writes flow starts to the broker; correlator: joins its " +
        "share of what all sensors wrote; judge: judges, stores and serves what was joined. All but the first need a broker " +
        "(Scale:Nats); docs/scale-out.md.")]
    public ScaleRole Role { get; set; }

    [Setting(
        "The name by which the log and the metrics know this process; each sensor needs its own, that of its user at " +
        "the broker: letters, digits, '-' and '_', at most 58. The name of the machine when empty.")]
    public string Name { get; set; } = "";

    [Setting(
        "Into how many parts flow starts are divided, by their clients' addresses: the same for all sensors and the judge, and for good.",
        Unit = "partitions", Minimum = 1, Maximum = ClientShard.MostOwners)]
    public int Partitions { get; set; } = 16;

    [Setting("Of a judge: whether it joins its share of the partitions, too. Without, correlators of their own do.")]
    public bool Correlates { get; set; } = true;

    [Setting(
        "Of a sensor: how much may wait in memory while the broker is away or slow; beyond it the oldest batches go, counted in " +
        "rpc_collector_log_dropped_batches_total, and the judge counts them as lost.", Unit = "bytes", Minimum = 4_194_304,
        Maximum = 1L << 40)]
    public long BufferBytes { get; set; } = 256L << 20;

    [Setting(
        "After how much silence of a correlator others join its partitions, and of the judge that tells people another one does.",
        Unit = "hh:mm:ss", Minimum = 5, Maximum = 600)]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(10);

    [Setting(
        "How often what waits to be joined is kept in the broker, so that whoever takes the place of one that was killed goes on from " +
        "there.",
        Unit = "hh:mm:ss", Minimum = 1, Maximum = 3600)]
    public TimeSpan SnapshotEvery { get; set; } = TimeSpan.FromSeconds(30);

    [Setting(
        "Of a sensor: the site that it stands at, where hosts of other sites have the same private addresses. Hosts are then known as " +
        "10.1.2.3@NAME, and are others than those of any other site: docs/scale-out.md. Up to 16 letters, digits and hyphens; empty " +
        "where addresses are not used twice.")]
    public string Site { get; set; } = "";

    [Setting("Of a sensor with a Site: the IPv4 networks whose addresses are the site's own.", Unit = "list of addresses and prefixes")]
    public string[] SiteNetworks { get; set; } = [.. Flows.SiteNetworks.Usual];

    [Setting(
        "Of a sensor with a Site: what of SiteNetworks is the same host at every site, such as a domain controller that all reach under " +
        "one address. The same at all sites.", Unit = "list of addresses and prefixes")]
    public string[] SharedNetworks { get; set; } = [];

    public NatsOptions Nats { get; } = new();

    /// <summary>The name that it has.</summary>
    internal string KnownAs => Name.Length > 0 ? Name : Environment.MachineName;

    /// <summary>The site that the settings name; null where they name none.</summary>
    /// <remarks>Of valid settings.</remarks>
    internal SiteNetworks? FindSite() =>
        SiteName.TryParse(Site, out var name) && AddressFilter.TryParse(SiteNetworks, out var own, out _)
        && AddressFilter.TryParse(SharedNetworks, out var shared, out _) ? new SiteNetworks(name, own!, shared!) : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        ValidateProcess().Concat(ValidateSite());

    private IEnumerable<ValidationResult> ValidateSite()
    {
        if (Site.Length > 0 && Role != ScaleRole.Sensor)
            yield return new ValidationResult($"the role {Role.ToString().ToLowerInvariant()} has no site; sensors have", [nameof(Site)]);
        if (Site.Length > 0 && !SiteName.TryParse(Site, out _))
            yield return new ValidationResult(
                $"'{Site}' is no name of a site; write letters, digits and '-', which is not the first, at most {SiteName.MostSigns}",
                [nameof(Site)]);
        foreach (var result in Validate(nameof(SiteNetworks), SiteNetworks, Flows.SiteNetworks.Usual)) yield return result;
        foreach (var result in Validate(nameof(SharedNetworks), SharedNetworks, [])) yield return result;
    }

    private IEnumerable<ValidationResult> Validate(string name, string[] networks, IReadOnlyList<string> byDefault)
    {
        if (Array.Find(networks, entry => !IsOfIPv4(entry)) is { } wrong)
            yield return new ValidationResult($"'{wrong}' is neither an IPv4 address nor a prefix such as 10.0.0.0/8", [name]);
        else if (Site.Length == 0 && !networks.SequenceEqual(byDefault, StringComparer.Ordinal))
            yield return new ValidationResult("without a Site no networks are a site's own", [name]);
    }

    // A token of the broker's subjects: a sensor's own have its name (docs/scale-wire.md).
    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaxName && name.All(static sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_');

    private static bool IsOfIPv4(string entry) =>
        AddressPrefix.TryParse(entry, out var prefix) && prefix.Network.IsIPv4 && AddressFilter.TryParse([entry], out _, out _);

    private IEnumerable<ValidationResult> ValidateProcess()
    {
        if (Name.Length > 0 && !IsName(Name))
            yield return new ValidationResult(
                $"'{Name}' is no name; write letters, digits, '-' and '_', at most {MaxName}", [nameof(Name)]);
        if (Role != ScaleRole.All && Name.Length == 0 && !IsName(KnownAs))
            yield return new ValidationResult(
                $"that of the machine, '{KnownAs}', is none; give this process one of letters, digits, '-' and '_', at most {MaxName}",
                [nameof(Name)]);
        if (Role == ScaleRole.Sensor && NatsOptions.IsDomain(Nats.LeafDomain) && !NatsOptions.IsOfLeaf(KnownAs, Nats.LeafDomain))
            yield return new ValidationResult(
                $"'{KnownAs}' is no name of a sensor at the leaf {Nats.LeafDomain}, which speaks for {Nats.LeafDomain} and " +
                $"{Nats.LeafDomain}-… alone",
                [nameof(Name)]);
        if (Role != ScaleRole.All && Nats.Urls.Length == 0)
            yield return new ValidationResult(
                $"the role {Role.ToString().ToLowerInvariant()} needs a broker, such as nats://127.0.0.1:4222",
                [$"{nameof(Nats)}:{nameof(NatsOptions.Urls)}"]);
        if (Role != ScaleRole.Sensor && Nats.LeafDomain.Length > 0)
            yield return new ValidationResult(
                $"the role {Role.ToString().ToLowerInvariant()} has no leaf; sensors have",
                [$"{nameof(Nats)}:{nameof(NatsOptions.LeafDomain)}"]);
        if (Role != ScaleRole.Judge && Nats.Leaves.Length > 0)
            yield return new ValidationResult(
                $"the role {Role.ToString().ToLowerInvariant()} takes from no leaves; a judge has the hubs do so",
                [$"{nameof(Nats)}:{nameof(NatsOptions.Leaves)}"]);
    }
}

/// <summary>What a process does of all that a collector does.</summary>
public enum ScaleRole
{
    All,
    Sensor,
    Correlator,
    Judge,
}
