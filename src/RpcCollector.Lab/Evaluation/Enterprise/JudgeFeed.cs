using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>Hands what arrives to the judge as a replay does, and counts it.</summary>
internal sealed class JudgeFeed(Judge judge, EventDigest digest) : IArrivalSink
{
    private const long Step = 1_000;

    private long _clock = long.MinValue;

    public void Take(in ActivityChange change, long arrivalUnixMilliseconds)
    {
        Advance(arrivalUnixMilliseconds);
        digest.Take(change, arrivalUnixMilliseconds);
        judge.Take(change, arrivalUnixMilliseconds);
    }

    public void Take(in ContactChange change, long arrivalUnixMilliseconds)
    {
        Advance(arrivalUnixMilliseconds);
        digest.Take(change, arrivalUnixMilliseconds);
        judge.Take(change, arrivalUnixMilliseconds);
    }

    private void Advance(long arrival)
    {
        if (arrival - Step < _clock) return;
        judge.AdvanceTo(arrival);
        _clock = arrival;
    }
}
