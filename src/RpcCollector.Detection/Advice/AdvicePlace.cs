using RpcCollector.Flows;

namespace RpcCollector.Detection.Advice;

/// <summary>Where to look: a host or several, in words and by address.</summary>
/// <param name="InWords">Such as "the server 10.1.2.3".</param>
/// <param name="Addresses">Empty where it is not known which; of many servers those that the finding's flows name.</param>
/// <param name="Name">Null where none is known that can be written anywhere, and for several hosts.</param>
public sealed record AdvicePlace(AdviceHost Host, string InWords, IReadOnlyList<HostAddress> Addresses, string? Name)
{
    public static AdvicePlace Of(AdviceHost host, AdviceSubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return host switch
        {
            AdviceHost.Client => new(host, $"the client {subject.Client}", [subject.Client], HostLabel.OrNull(subject.ClientName)),
            AdviceHost.DomainControllers => new(host, "every domain controller", [], null),
            AdviceHost.CertificateAuthorities => new(host, "every certificate authority", [], null),
            _ when subject.Server is { } server => new(host, $"the server {server}", [server], HostLabel.OrNull(subject.ServerName)),
            _ => new(host, subject.NumServers > 1 ? $"the {subject.NumServers} servers" : "the servers", Sample(subject), null),
        };
    }

    private static List<HostAddress> Sample(AdviceSubject subject) =>
        [.. subject.Flows.Take(Finding.MaxFlows).Select(flow => flow.Server).Where(server => server != subject.Client).Distinct().Order()];
}
