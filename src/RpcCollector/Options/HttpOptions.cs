using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of the HTTP side: metrics, API and health.</summary>
public sealed class HttpOptions
{
    [Setting("Address to serve HTTP on. There is no authentication: anything but loopback belongs behind a proxy or into a network of its own.")]
    public string Address { get; set; } = "127.0.0.1";

    [Setting("Port to serve HTTP on.", Unit = "port", Minimum = 1, Maximum = 65_535)]
    public int Port { get; set; } = 8055;
}
