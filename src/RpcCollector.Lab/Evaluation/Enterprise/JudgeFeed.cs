using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>Hands what arrives to the judge as a replay does, and counts it.</summary>
/// <param name="hourly">Told of each hour of arrivals, when its first has come.</param>
internal sealed class JudgeFeed(Judge judge, EventDigest digest, Action<long>? hourly = null) : IArrivalSink
{
    private const long Step = 1_000;

    private const long Hour = 3_600_000;

    private long _clock = long.MinValue;
    private long _hour;

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

    public void Take(in AddressLease lease, long arrivalUnixMilliseconds)
    {
        Advance(arrivalUnixMilliseconds);
        digest.Take(lease, arrivalUnixMilliseconds);
        judge.Take(lease, arrivalUnixMilliseconds);
    }

    private void Advance(long arrival)
    {
        if (arrival / Hour != _hour)
        {
            _hour = arrival / Hour;
            hourly?.Invoke(arrival);
        }

        if (arrival - Step < _clock) return;
        judge.AdvanceTo(arrival);
        _clock = arrival;
    }
}
