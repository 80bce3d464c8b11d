namespace RpcCollector.Detection.Judgement;

/// <summary>How far learning has come.</summary>
/// <param name="LearnedSinceUnixMilliseconds">Start of the first hour that was learned from; null before.</param>
/// <param name="ClosedUntilUnixMilliseconds">End of the last hour that is closed; null before.</param>
/// <param name="DoubtedMilliseconds">How far the clock leapt ahead that is not believed yet.</param>
public sealed record JudgeProgress(
    long? LearnedSinceUnixMilliseconds, long? ClosedUntilUnixMilliseconds, bool IsLearning, long DoubtedMilliseconds)
{
    /// <inheritdoc cref="JudgeCounts.WaitingFindings"/>
    public int WaitingFindings { get; init; }
}
