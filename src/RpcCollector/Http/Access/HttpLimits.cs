using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using RpcCollector.Certificates;

namespace RpcCollector.Http.Access;

/// <summary>What one connection and one request may take, of time and of memory.</summary>
internal static class HttpLimits
{
    // What a person writes is at most 16 KiB; what is somewhat longer is still read, to be told so.
    private const long MaxRequestBytes = 64 * 1024;

    public static void Set(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // Where to listen is our own setting: a section Kestrel of the configuration opens no other door.
        kestrel.ConfigurationLoader = null;

        var limits = kestrel.Limits;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(75);
        limits.MaxRequestBodySize = MaxRequestBytes;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeadersTotalSize = 32 * 1024;
        limits.MaxRequestHeaderCount = 100;
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(10));
    }

    public static void Bound(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        var connections = listen.ApplicationServices.GetRequiredService<HttpConnections>();
        listen.Use(next => connection => connections.ServeAsync(connection, next));
    }

    /// <summary>Turns TLS on where the settings say so; what bounds connections stands before it.</summary>
    public static void Secure(ListenOptions listen)
    {
        var certificate = listen.ApplicationServices.GetRequiredService<ReloadedCertificate>();
        if (!certificate.IsOn) return;
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = _ => ValueTask.FromResult(certificate.Handshake()),
            HandshakeTimeout = TimeSpan.FromSeconds(10),
        });
    }
}
