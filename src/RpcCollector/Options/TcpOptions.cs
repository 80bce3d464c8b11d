using System.ComponentModel.DataAnnotations;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of IPFIX over TCP (RFC 7011, 10.4) and TLS.</summary>
internal sealed class TcpOptions : IValidatableObject
{
    [Setting(
        "Endpoints to receive IPFIX over TCP on, such as *:4739, written as for Udp:Listen; over TLS when Tcp:CertificatePath is given. " +
        "None by default.", Unit = "endpoints")]
    public List<string> Listen { get; set; } = [];

    [Setting(
        "How many connections may be open at once, each with a buffer of 64 KiB; further ones are closed at once and counted.",
        Unit = "connections", Minimum = 1, Maximum = 65_536)]
    public int MaxConnections { get; set; } = 256;

    [Setting(
        "How long a connection may go without a complete Message before it is closed; the exporter connects again when it has something " +
        "to send.",
        Unit = "hh:mm:ss", Minimum = 1, Maximum = 604_800)]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(30);

    [Setting("How long the TLS handshake may take.", Unit = "hh:mm:ss", Minimum = 1, Maximum = 300)]
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    [Setting(
        "PEM file with the certificate that exporters are shown, followed by any intermediate certificates; turns TLS (1.2 or later) on " +
        "for all endpoints of Tcp:Listen. No TLS when empty.")]
    public string CertificatePath { get; set; } = "";

    [Setting("PEM file with the certificate's private key, not encrypted; when empty it is in the certificate's file.")]
    public string CertificateKeyPath { get; set; } = "";

    [Setting(
        "PEM file with the root certificates of the exporters' authorities; when given, an exporter without a client certificate signed " +
        "by one of them is refused. Revocation is not looked up.")]
    public string ClientCaPath { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var problem in ListenEndpoint.Validate(Listen, nameof(Listen))) yield return problem;
        if (CertificatePath.Length > 0) yield break;
        foreach (var (name, value) in new[] { (nameof(CertificateKeyPath), CertificateKeyPath), (nameof(ClientCaPath), ClientCaPath) })
        {
            if (value.Length > 0)
                yield return new ValidationResult($"has no effect without {nameof(CertificatePath)}, which turns TLS on", [name]);
        }
    }
}
