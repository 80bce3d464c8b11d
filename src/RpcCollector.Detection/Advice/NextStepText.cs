namespace RpcCollector.Detection.Advice;

/// <summary>The short form of advice, for alerts: where to look next, for what, and in which minutes.</summary>
public static class NextStepText
{
    public const int MaxLength = 160;

    /// <summary>So that the longest addresses and times fit as well.</summary>
    public const int MaxLook = 48;

    internal static string Of(KindAdvice advice, AdviceSubject subject) =>
        $"On {AdvicePlace.Of(advice.NextOn, subject).InWords}, look for {advice.Next} {AdviceWindow.Of(subject)}.";
}
