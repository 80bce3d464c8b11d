using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Enterprise;

namespace RpcCollector.Lab.Evaluation.Adversary;

/// <summary>Hands what arrives to the judge, and the time of it to those who read its findings.</summary>
internal sealed class AdversaryFeed(JudgeFeed feed, StandingFindings findings) : IArrivalSink
{
    public void Take(in ActivityChange change, long arrivalUnixMilliseconds)
    {
        findings.ClockUnixMilliseconds = arrivalUnixMilliseconds;
        feed.Take(change, arrivalUnixMilliseconds);
    }

    public void Take(in ContactChange change, long arrivalUnixMilliseconds)
    {
        findings.ClockUnixMilliseconds = arrivalUnixMilliseconds;
        feed.Take(change, arrivalUnixMilliseconds);
    }
}
