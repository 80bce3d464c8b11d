using System.Net;

namespace RpcCollector.Lab.Sites;

/// <summary>An export datagram on its way from an exporter to the sensor of its site.</summary>
/// <param name="AtUnixMilliseconds">When it is sent; those that are sent at once keep the order in which they were made.</param>
/// <param name="Sensor">From 0 on.</param>
internal sealed record SiteDatagram(long AtUnixMilliseconds, int Sensor, IPEndPoint From, byte[] Octets);
