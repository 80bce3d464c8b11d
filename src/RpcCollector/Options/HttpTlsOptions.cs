using System.ComponentModel.DataAnnotations;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of HTTP over TLS.</summary>
public sealed class HttpTlsOptions : IValidatableObject
{
    [Setting(
        "PEM file with the certificate that browsers are shown, followed by any intermediate certificates; turns TLS (1.2 or later) on " +
            "for " +
        "the HTTP port. Read again when it changes. No TLS when empty.")]
    public string Certificate { get; set; } = "";

    [Setting("PEM file with the certificate's private key, not encrypted; when empty it is in the certificate's file.")]
    public string Key { get; set; } = "";

    [Setting(
        "true has browsers never ask this host without TLS again for a year (HSTS): every port of the host, so only where nothing else " +
            "on " +
        "it is served without TLS.")]
    public bool Hsts { get; set; }

    internal bool IsOn => Certificate.Length > 0;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (IsOn) yield break;
        if (Key.Length > 0)
            yield return new ValidationResult($"has no effect without {nameof(Certificate)}, which turns TLS on", [nameof(Key)]);
        if (Hsts) yield return new ValidationResult($"has no effect without {nameof(Certificate)}, which turns TLS on", [nameof(Hsts)]);
    }
}
