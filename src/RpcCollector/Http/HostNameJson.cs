using System.ComponentModel;
using RpcCollector.Names;
using RpcCollector.Naming;

namespace RpcCollector.Http;

/// <summary>What a host was called for some time.</summary>
internal sealed record HostNameJson(
    string Name,
    [property: Description("dhcp, dns, ntlm, kerberos, smb or reverse-dns, the better one first.")] string Source,
    [property: Description("When it was first told.")] DateTimeOffset FirstTold,
    [property: Description("When it was last told.")] DateTimeOffset LastTold)
{
    public static HostNameJson From(NamePeriod period) => new(
        period.Name, KebabCase<NameSource>.Of(period.Source), UtcMilliseconds.From(period.FirstUnixMilliseconds),
        UtcMilliseconds.From(period.LastUnixMilliseconds));
}
