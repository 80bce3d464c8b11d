using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Lab.Evaluation.Enterprise;

namespace RpcCollector.Lab.Evaluation.FirstDay;

/// <summary>Hands the judge what arrives in the day after a sensor was started; what came before or comes after it never saw.</summary>
internal sealed class FirstDayFeed(Judge judge, long from, long until) : IArrivalSink
{
    private const long Step = 1_000;

    private long _clock = long.MinValue;

    public void Take(in ActivityChange change, long arrivalUnixMilliseconds)
    {
        if (!IsSeen(arrivalUnixMilliseconds)) return;
        judge.Take(change, arrivalUnixMilliseconds);
    }

    public void Take(in ContactChange change, long arrivalUnixMilliseconds)
    {
        if (!IsSeen(arrivalUnixMilliseconds)) return;
        judge.Take(change, arrivalUnixMilliseconds);
    }

    public void Take(in AddressLease lease, long arrivalUnixMilliseconds)
    {
        if (!IsSeen(arrivalUnixMilliseconds)) return;
        judge.Take(lease, arrivalUnixMilliseconds);
    }

    private bool IsSeen(long arrival)
    {
        if (arrival < from || arrival >= until) return false;
        if (arrival - Step >= _clock)
        {
            judge.AdvanceTo(arrival);
            _clock = arrival;
        }

        return true;
    }
}
