using System.ComponentModel.DataAnnotations;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of the broker, a NATS server with JetStream.</summary>
internal sealed class NatsOptions : IValidatableObject
{
    // As many as sensors that a judge knows; each is a consumer at the hubs, and series of metrics.
    private const int MostLeaves = 512;
    private const int LongestDomain = 32;

    [Setting(
        "The servers of the broker, such as nats://10.0.0.5:4222 or tls://nats.example:4222; one of them that answers is used. " +
        "None by default.", Unit = "list of URLs")]
    public string[] Urls { get; set; } = [];

    [Setting("A file with user:password, read at the start. Shown nowhere.")]
    public string UserFile { get; set; } = "";

    [Setting("A file with an nkey seed (SU…), read at the start. Shown nowhere.")]
    public string SeedFile { get; set; } = "";

    [Setting(
        "A PEM file with the authorities that the broker's certificate must come from; turns TLS on. Those of the machine when empty, " +
        "and TLS with tls:// only.")]
    public string CaFile { get; set; } = "";

    [Setting("A PEM file with the certificate that is shown to the broker. None when empty.")]
    public string CertificateFile { get; set; } = "";

    [Setting("Its private key, unencrypted, in PEM.")]
    public string CertificateKeyFile { get; set; } = "";

    [Setting(
        "Of a sensor whose Urls are those of a leaf, a NATS server beside it that keeps on disk what the hubs have not taken: the leaf's " +
        "JetStream domain. Empty: Urls are the hubs. docs/scale-out.md.")]
    public string LeafDomain { get; set; } = "";

    [Setting(
        "Of a judge: the JetStream domains of the sensors' leaves, from which the broker takes what they hold. The same at all judges; " +
        "what is in one that is taken off the list stays there.", Unit = "list of domains")]
    public string[] Leaves { get; set; } = [];

    [Setting("On how many servers the broker keeps what is written, where the judge makes the streams.", Minimum = 1, Maximum = 5)]
    public int Replicas { get; set; } = 1;

    [Setting(
        "How long the broker keeps flow starts, where the judge makes the stream: for so long a judge may be away. Of a sensor with a " +
        "leaf: how long the leaf keeps them, so for how long the hubs may be away.",
        Unit = "d.hh:mm:ss", Minimum = 60, Maximum = 31_536_000)]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(1);

    [Setting(
        "How much of them the broker keeps at most, or the leaf of a sensor; beyond it the oldest go.", Unit = "bytes",
        Minimum = 1_048_576)]
    public long MaxBytes { get; set; } = 8L << 30;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => ValidateServers().Concat(ValidateLeaves());

    private IEnumerable<ValidationResult> ValidateLeaves()
    {
        if (LeafDomain.Length > 0 && !IsDomain(LeafDomain)) yield return NoDomain(LeafDomain, nameof(LeafDomain));
        for (var i = 0; i < Leaves.Length; i++)
        {
            if (!IsDomain(Leaves[i])) yield return NoDomain(Leaves[i], $"{nameof(Leaves)}:{i}");
            else if (Array.IndexOf(Leaves, Leaves[i]) < i)
                yield return new ValidationResult($"'{Leaves[i]}' is there twice", [$"{nameof(Leaves)}:{i}"]);
        }

        if (Leaves.Length > MostLeaves)
            yield return new ValidationResult($"{Leaves.Length} leaves; there may be {MostLeaves}", [nameof(Leaves)]);
    }

    /// <summary>True where the leaf of a domain speaks for the sensor: it has the domain's name, or that, a hyphen and more.</summary>
    internal static bool IsOfLeaf(string sensor, string domain) =>
        sensor.StartsWith(domain, StringComparison.Ordinal) && (sensor.Length == domain.Length || sensor[domain.Length] == '-');

    internal static bool IsDomain(string name) =>
        name.Length is > 0 and <= LongestDomain && name.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '-' or '_');

    private static ValidationResult NoDomain(string name, string setting) =>
        new($"'{name}' is no domain; write letters, digits, '-' and '_', at most {LongestDomain}", [setting]);

    private IEnumerable<ValidationResult> ValidateServers()
    {
        for (var i = 0; i < Urls.Length; i++)
        {
            if (!Uri.TryCreate(Urls[i], UriKind.Absolute, out var url) || url.Scheme is not ("nats" or "tls") || url.Host.Length == 0)
                yield return new ValidationResult(
                    $"'{Urls[i]}' is no server of NATS; write nats://host:port or tls://host:port", [$"{nameof(Urls)}:{i}"]);
            else if (url.UserInfo.Length > 0)
                yield return new ValidationResult(
                    "it must not name a user: write user:password into a file, and name that in UserFile", [$"{nameof(Urls)}:{i}"]);
        }

        if (UserFile.Length > 0 && SeedFile.Length > 0)
            yield return new ValidationResult("one of them, not both", [nameof(UserFile), nameof(SeedFile)]);
        if (CertificateFile.Length > 0 != CertificateKeyFile.Length > 0)
            yield return new ValidationResult("both of them, or none", [nameof(CertificateFile), nameof(CertificateKeyFile)]);
    }
}
