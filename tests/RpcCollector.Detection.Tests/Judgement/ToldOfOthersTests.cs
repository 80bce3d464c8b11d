using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>Who was told for several servers within two weeks is no further question at the next that others use.</summary>
public sealed class ToldOfOthersTests
{
    private const int Learned = 16;
    private const double Evening = (24 * Learned) + 18;
    private const int Administrator = 11;

    [Fact]
    public void Who_begins_to_administer_is_told_of_three_servers_and_low_at_the_fourth()
    {
        var court = Lived();
        for (var server = 0; server < 5; server++) Manage(court, server, hours: 4 * server);
        court.Complete();

        for (var server = 0; server < 3; server++) Assert.True(IsTold(court, server), $"server {server}");
        for (var server = 3; server < 5; server++)
        {
            Assert.False(IsTold(court, server));
            Assert.Contains(
                "this client did such things to 3 other servers", Of(court, server)!.Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Those_of_the_same_hours_do_not_count()
    {
        var court = Lived();
        for (var server = 0; server < 5; server++) Manage(court, server, hours: 0.3 * server);
        court.Complete();

        for (var server = 0; server < 5; server++) Assert.True(IsTold(court, server), $"server {server}");
    }

    [Fact]
    public void Those_of_more_than_two_weeks_ago_do_not_count()
    {
        var court = Lived();
        for (var server = 0; server < 3; server++) Manage(court, server, hours: 4 * server);
        for (var day = Learned + 1; day < Learned + 16; day++) court.SimulateDay(day, atHour: Serve(court));
        Manage(court, 3, hours: 15.5 * 24);
        court.Complete();

        Assert.True(IsTold(court, 3));
    }

    [Fact]
    public void Once_a_person_calls_one_of_them_malicious_the_next_is_told()
    {
        var court = Lived();
        for (var server = 0; server < 3; server++) Manage(court, server, hours: 4 * server);
        court.AdvanceTo(Evening + 12);
        var first = Of(court, 0)!;
        court.Judge.Apply(
            new Verdict(first.Kind, first.Client, first.Server, VerdictMeaning.Malicious, "Ada", "owned", Court.At(Evening + 12), null));
        Manage(court, 3, hours: 14);
        court.Complete();

        Assert.True(IsTold(court, 3));
    }

    [Fact]
    public void Workstation_that_nobody_uses_and_controller_are_told_however_many_servers_were()
    {
        var court = Lived();
        for (var server = 0; server < 3; server++) Manage(court, server, hours: 4 * server);
        court.Take(Court.Contact(Evening + 14, Court.ClientAt(Administrator), Court.Controller, 5985));
        court.Take(Court.Rpc(Evening + 14.1, Court.ClientAt(Administrator), Court.ClientAt(2))).Complete();

        Assert.Equal(
            FindingSeverity.Medium,
            court.Find(FindingKind.FirstAdministration, Court.ClientAt(Administrator), Court.Controller)!.Severity);
        Assert.Equal(
            FindingSeverity.High, court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(Administrator), Court.ClientAt(2))!.Severity);
    }

    [Fact]
    public void Who_drove_a_workstation_besides_is_told_at_the_next_server()
    {
        var court = Lived();
        for (var server = 0; server < 3; server++) Manage(court, server, hours: 4 * server);
        court.Take(Court.Rpc(Evening + 10, Court.ClientAt(Administrator), Court.ClientAt(2)));
        Manage(court, 3, hours: 14);
        court.Complete();

        Assert.True(IsTold(court, 3));
    }

    [Fact]
    public void Workstations_that_hardly_anybody_uses_do_not_count_as_servers()
    {
        var court = Lived();
        for (var i = 0; i < 5; i++)
            court.Take(Court.Contact(Evening + (4 * i), Court.ClientAt(Administrator), Court.ClientAt(i), 445));
        Manage(court, 0, hours: 22);
        court.Complete();

        Assert.True(IsTold(court, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_the_same_for_another_order_of_arrival_and_after_restarts(bool isRestarted)
    {
        var hours = new[] { 0, 2.2, 4.4, 7.1, 7.4 };
        var expected = Lived();
        for (var server = 0; server < 5; server++) Manage(expected, server, hours[server]);
        expected.Complete();
        var court = Lived();
        foreach (var server in new[] { 0, 1, 2, 4, 3 })
        {
            Manage(court, server, hours[server]);
            court.Judge.JudgeChanged();
            if (isRestarted) court.Restart();
        }

        court.Complete();
        Assert.False(IsTold(court, 4));
        for (var server = 0; server < 5; server++)
        {
            var (one, other) = (Of(expected, server)!, Of(court, server)!);
            Assert.Equal((one.Severity, one.Confidence, one.Reason), (other.Severity, other.Confidence, other.Reason));
        }
    }

    /// <summary>Days on which every client uses every server by SMB.</summary>
    private static Court Lived()
    {
        var court = new Court();
        for (var day = 0; day <= Learned; day++) court.SimulateDay(day, atHour: day == Learned ? null : Serve(court));
        return court;
    }

    private static Action<double> Serve(Court court) => hours =>
    {
        for (var client = 0; client < 8; client++)
            for (var server = 0; server < 5; server++)
                court.Take(Court.Contact(hours + (0.01 * server) + (0.001 * client), Court.ClientAt(client), ServerAt(server), 445));
    };

    private static string ServerAt(int index) => $"10.0.8.{10 + index}";

    private static void Manage(Court court, int server, double hours) =>
        court.Take(Court.Contact(Evening + hours, Court.ClientAt(Administrator), ServerAt(server), 5985));

    private static Finding? Of(Court court, int server) =>
        court.Find(FindingKind.FirstAdministration, Court.ClientAt(Administrator), ServerAt(server));

    private static bool IsTold(Court court, int server) => Of(court, server)!.Severity.IsAtLeast(FindingSeverity.Medium);
}
