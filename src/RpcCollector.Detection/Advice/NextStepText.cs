namespace RpcCollector.Detection.Advice;

/// <summary>The short form of advice, for alerts: where to look next, for what, and in which minutes.</summary>
public static class NextStepText
{
    public const int MaxLength = 160;

    /// <summary>So that the longest addresses and times fit as well.</summary>
    public const int MaxLook = 48;

    internal static string Of(KindAdvice advice, AdviceSubject subject) =>
        $"On {PlaceOf(advice.NextOn, subject)}, look for {advice.Next} {AdviceWindow.Of(subject)}.";

    private static string PlaceOf(AdviceHost host, AdviceSubject subject) => host switch
    {
        AdviceHost.Client => $"the client {subject.Client}",
        AdviceHost.DomainControllers => "every domain controller",
        _ when subject.Server is { } server => $"the server {server}",
        _ => subject.NumServers > 1 ? $"the {subject.NumServers} servers" : "the servers",
    };
}
