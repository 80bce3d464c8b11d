using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Adversary;

namespace RpcCollector.Lab.Tests.Evaluation;

public class StandingFindingsTests
{
    private const long Hour = 3_600_000;

    private readonly StandingFindings _findings = new();

    [Fact]
    public void Finding_that_is_withdrawn_after_hours_is_lost()
    {
        Publish(0, ActivityChangeKind.Added, FindingSeverity.High);
        Publish(4 * Hour, ActivityChangeKind.Withdrawn, FindingSeverity.High);

        Assert.Empty(_findings.Standing);
        Assert.Equal(FindingSeverity.High, Assert.Single(_findings.Lost).Severity);
    }

    [Fact]
    public void Finding_that_becomes_low_after_hours_is_lost_though_it_stands()
    {
        Publish(0, ActivityChangeKind.Added, FindingSeverity.Medium);
        Publish(4 * Hour, ActivityChangeKind.Revised, FindingSeverity.Low);

        Assert.Single(_findings.Standing);
        Assert.Single(_findings.Lost);
    }

    [Fact]
    public void Finding_that_is_withdrawn_while_its_hour_is_judged_is_no_loss()
    {
        Publish(0, ActivityChangeKind.Added, FindingSeverity.High);
        Publish(Hour, ActivityChangeKind.Withdrawn, FindingSeverity.High);

        Assert.Empty(_findings.Lost);
    }

    [Fact]
    public void Finding_that_comes_back_is_not_lost()
    {
        Publish(0, ActivityChangeKind.Added, FindingSeverity.High);
        Publish(4 * Hour, ActivityChangeKind.Withdrawn, FindingSeverity.High);
        Publish(5 * Hour, ActivityChangeKind.Added, FindingSeverity.Medium);

        Assert.Single(_findings.Standing);
        Assert.Empty(_findings.Lost);
    }

    private void Publish(long at, ActivityChangeKind kind, FindingSeverity severity)
    {
        _findings.ClockUnixMilliseconds = at;
        _findings.Publish(new FindingChange(kind, new Finding
        {
            Id = 1,
            Kind = FindingKind.PeerToPeerRpc,
            Severity = severity,
            Confidence = FindingConfidence.High,
            Client = HostAddress.Parse("192.0.2.1"),
            Server = HostAddress.Parse("192.0.2.2"),
            Count = 1,
            FirstSeenUnixMilliseconds = 0,
            LastSeenUnixMilliseconds = 0,
            Techniques = [],
            Analytics = [],
            Reason = "",
            Flows = [],
        }));
    }
}
