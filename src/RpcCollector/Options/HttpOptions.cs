using System.ComponentModel.DataAnnotations;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of the HTTP side: metrics, API and health.</summary>
public sealed class HttpOptions : IValidatableObject
{
    [Setting(
        "Address to serve HTTP on; * for all of IPv4 and IPv6. There is no authentication: anything but loopback belongs behind a proxy " +
        "or into a network of its own.")]
    public string Address { get; set; } = "127.0.0.1";

    [Setting("Port to serve HTTP on.", Unit = "port", Minimum = 1, Maximum = 65_535)]
    public int Port { get; set; } = 8055;

    /// <summary>Where to serve; an invalid address is treated as loopback until validation reports it.</summary>
    internal ListenEndpoint Endpoint =>
        TryReadEndpoint(out var endpoint) ? endpoint : new ListenEndpoint(System.Net.IPAddress.Loopback, Port);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TryReadEndpoint(out _))
            yield return new ValidationResult($"'{Address}' is not an IP address; write one, or * for all", [nameof(Address)]);
    }

    private bool TryReadEndpoint(out ListenEndpoint endpoint) =>
        ListenEndpoint.TryParse($"{Address}:{Port}", out endpoint) || ListenEndpoint.TryParse($"[{Address}]:{Port}", out endpoint);
}
