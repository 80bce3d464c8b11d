using RpcCollector.Flows;

namespace RpcCollector.Detection.Advice;

/// <summary>Between whom the traffic of a finding went: one end at least is an address, and a missing end is any host.</summary>
/// <remarks>As they stand on the network: whoever captures at a site knows of no other.</remarks>
/// <param name="Ports">Destination ports to look at when one end is missing; empty when both are known, as all of it matters then.</param>
internal sealed record TrafficEnds(HostAddress? From, HostAddress? To, IReadOnlyList<ushort> Ports, IReadOnlyList<string> CommunityIds)
{
    public bool IsIPv4 => (From ?? To!.Value).IsIPv4;

    /// <param name="administration">The ports of those who administer.</param>
    public static TrafficEnds Of(KindAdvice advice, AdviceSubject subject, IReadOnlyList<ushort> administration)
    {
        // What the client answers comes to it.
        if (advice.AnswersOn.Count > 0) return new(null, subject.Client.WithoutSite(), advice.AnswersOn, []);
        var ids = subject.Flows.Take(Finding.MaxFlows).Select(flow => flow.CommunityId).Distinct(StringComparer.Ordinal).ToList();
        if (subject.Server is { } server) return new(subject.Client.WithoutSite(), server.WithoutSite(), [], ids);
        var seen = subject.Flows.Take(Finding.MaxFlows).Select(flow => flow.ServerPort);
        return new(subject.Client.WithoutSite(), null, [.. administration.Concat(seen).Distinct().Order()], ids);
    }
}
