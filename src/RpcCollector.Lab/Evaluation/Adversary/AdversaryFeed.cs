using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Enterprise;

namespace RpcCollector.Lab.Evaluation.Adversary;

/// <summary>Hands what arrives to the judge, and the time of it to whoever reads its findings.</summary>
internal sealed class AdversaryFeed(JudgeFeed feed, StandingFindings findings, Person person) : IArrivalSink
{
    public void Take(in ActivityChange change, long arrivalUnixMilliseconds)
    {
        AdvanceTo(arrivalUnixMilliseconds);
        feed.Take(change, arrivalUnixMilliseconds);
    }

    public void Take(in ContactChange change, long arrivalUnixMilliseconds)
    {
        AdvanceTo(arrivalUnixMilliseconds);
        feed.Take(change, arrivalUnixMilliseconds);
    }

    public void Take(in AddressLease lease, long arrivalUnixMilliseconds)
    {
        AdvanceTo(arrivalUnixMilliseconds);
        feed.Take(lease, arrivalUnixMilliseconds);
    }

    private void AdvanceTo(long arrival)
    {
        findings.ClockUnixMilliseconds = arrival;
        person.LookAt(arrival);
    }
}
