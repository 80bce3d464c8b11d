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
        "The name by which the log and the metrics know this process; each sensor needs its own. The name of the machine when empty.")]
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

    public NatsOptions Nats { get; } = new();

    /// <summary>The name that it has.</summary>
    internal string KnownAs => Name.Length > 0 ? Name : Environment.MachineName;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Name.Length > MaxName || !Name.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_' or '.'))
            yield return new ValidationResult(
                $"'{Name}' is no name; write letters, digits, '-', '_' and '.', at most {MaxName}", [nameof(Name)]);
        if (Role != ScaleRole.All && Name.Length == 0 && KnownAs.Length > MaxName)
            yield return new ValidationResult(
                $"the name of the machine has more than {MaxName} characters; give this process a shorter one", [nameof(Name)]);
        if (Role != ScaleRole.All && Nats.Urls.Length == 0)
            yield return new ValidationResult(
                $"the role {Role.ToString().ToLowerInvariant()} needs a broker, such as nats://127.0.0.1:4222",
                [$"{nameof(Nats)}:{nameof(NatsOptions.Urls)}"]);
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
