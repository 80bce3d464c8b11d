using RpcCollector.Detection.Advice;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Advice;

public sealed class NextStepTests
{
    private static readonly long At = new DateTimeOffset(2026, 11, 26, 8, 2, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public static TheoryData<FindingKind> Kinds => [.. Enum.GetValues<FindingKind>()];

    [Fact]
    public void The_next_step_names_the_host_the_events_and_the_minutes()
    {
        var step = KindAdvice.NextStep(Subject(FindingKind.RemoteService));

        Assert.Equal("On the server 10.1.2.3, look for events 7045 and 4697 (a new service) between 2026-11-26 08:00 and 08:07 UTC.", step);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_next_step_of_every_kind_fits_an_alert_with_the_longest_addresses_and_times(FindingKind kind)
    {
        var longest = HostAddress.Parse("2001:db81:1111:2222:3333:4444:5555:6666");
        var subject = Subject(kind) with { Client = longest, Server = longest, LastSeenUnixMilliseconds = At + (86_400_000L * 30) };

        Assert.InRange(KindAdvice.NextStep(subject).Length, 60, NextStepText.MaxLength);
        Assert.InRange(KindAdvice.NextStep(subject with { Server = null, NumServers = int.MaxValue }).Length, 60, NextStepText.MaxLength);
        Assert.InRange(KindAdvice.Of(kind).Next.Length, 1, NextStepText.MaxLook);
    }

    [Theory]
    [InlineData(long.MinValue, long.MaxValue)]
    [InlineData(long.MaxValue, long.MinValue)]
    [InlineData(0, 0)]
    public void No_time_is_so_odd_that_there_is_no_next_step(long first, long last)
    {
        var subject = Subject(FindingKind.Pivot) with { FirstSeenUnixMilliseconds = first, LastSeenUnixMilliseconds = last };

        Assert.EndsWith(" UTC.", KindAdvice.NextStep(subject), StringComparison.Ordinal);
        Assert.True(AdviceWindow.Of(subject).From < AdviceWindow.Of(subject).Until);
    }

    [Theory]
    [InlineData("created a service on", "svcctl::OpenSCManagerW", "svcctl::StartServiceW", "svcctl::CreateServiceW")]
    [InlineData("started a service on", "svcctl::StartServiceW")]
    [InlineData("opened the service control manager of", "svcctl::OpenSCManagerW")]
    [InlineData("created or started a service on")]
    [InlineData("created or started a service on", "evil::NotCreateServiceW", "CreateServiceW")]
    public void The_named_operations_tell_exactly_what_happened(string deed, params string[] operations) =>
        Assert.Equal(deed, KindAdvice.Of(FindingKind.RemoteService).DeedOf(operations));

    private static AdviceSubject Subject(FindingKind kind) => new()
    {
        Kind = kind,
        Client = HostAddress.Parse("10.20.1.15"),
        Server = HostAddress.Parse("10.1.2.3"),
        FirstSeenUnixMilliseconds = At,
        LastSeenUnixMilliseconds = At,
    };
}
