using RpcCollector.Flows;

namespace RpcCollector.Detection.Advice;

/// <summary>A host on which to look, in words and, where it is one host, by its address.</summary>
/// <param name="InWords">Such as "the server 10.1.2.3".</param>
/// <param name="Address">Null where it is several hosts, or not known which.</param>
/// <param name="Name">Null where none is known that can be written anywhere.</param>
public sealed record AdvicePlace(AdviceHost Host, string InWords, HostAddress? Address, string? Name)
{
    public static AdvicePlace Of(AdviceHost host, AdviceSubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return host switch
        {
            AdviceHost.Client => new(host, $"the client {subject.Client}", subject.Client, HostLabel.OrNull(subject.ClientName)),
            AdviceHost.DomainControllers => new(host, "every domain controller", null, null),
            AdviceHost.CertificateAuthorities => new(host, "every certificate authority", null, null),
            _ when subject.Server is { } server => new(host, $"the server {server}", server, HostLabel.OrNull(subject.ServerName)),
            _ => new(host, subject.NumServers > 1 ? $"the {subject.NumServers} servers" : "the servers", null, null),
        };
    }
}
