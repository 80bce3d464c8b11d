using RpcCollector.Backtest;
using RpcCollector.Options;

namespace RpcCollector.Tests.Backtest;

public class TriedSettingsTests
{
    [Theory]
    [InlineData("Judgement:SweepServer=3", "did you mean Judgement:SweepServers?")]
    [InlineData("SweepServers=3", "did you mean Judgement:SweepServers?")]
    [InlineData("Store:MaxAge=3.00:00:00", "only settings of Judgement can be tried")]
    [InlineData("Judgement:Nonsense=3", "no such setting")]
    [InlineData("Judgement:SweepServers", "not of the form Judgement:Name=value")]
    [InlineData("Judgement:SweepServers=1", "out of bounds (2 to 10000 servers)")]
    [InlineData("Judgement:SweepServers=three", "Judgement:SweepServers")]
    [InlineData("Judgement:Enabled=false", "there are no findings to compare")]
    [InlineData("Judgement:Roles:0=10.0.0.1=king", "10.0.0.1=king")]
    [InlineData("Judgement:HighNoveltyBits=2", "is below NoveltyBits")]
    [InlineData("Judgement:SweepServers=5", "changes nothing: that is the present value")]
    [InlineData("Judgement:EvaluateEvery=00:00:10", "changes nothing without --exact")]
    [InlineData("Judgement:EvaluateEvery=00:01:00", "changes nothing without --exact")]
    [InlineData("Judgement:Roles=", "names no role to add")]
    [InlineData("Judgement:LeaveOut=", "names no kind to add")]
    [InlineData("Judgement:LeaveOut=pivot,nonsense", "'nonsense' is no kind of finding")]
    [InlineData("Judgement:LeaveOut=pivot,pivot", "changes nothing: pivot is left out already")]
    [InlineData("Judgement:LeaveOut:1=pivot", "there are 0 kinds, so the next place is 0")]
    [InlineData("Judgement:Roles:3=10.0.0.1=scanner", "there are 0 roles, so the next place is 0")]
    public void What_cannot_be_tried_is_one_line_that_names_it(string tried, string why)
    {
        var refusal = Assert.Throws<StartupException>(() => TriedSettings.Read([], [tried]));

        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void Settings_are_tried_in_the_place_of_those_of_the_command_line_lists_too()
    {
        string[] present = ["--RpcCollector:Judgement:SweepServers=7", "--RpcCollector:Judgement:MapperBurst=40"];

        var tried = TriedSettings.Read(
            present, [
                "judgement:sweepservers=3", "RpcCollector:Judgement:Roles:0=10.0.0.1=scanner",
                "Judgement:Operations:EnumerationOperations=9"]);

        Assert.Equal((3, 40), (tried.Judgement.SweepServers, tried.Judgement.MapperBurst));
        Assert.Equal(["10.0.0.1=scanner"], tried.Judgement.Roles);
        Assert.Equal(
            ["Judgement:Roles", "Judgement:SweepServers", "Judgement:Operations:EnumerationOperations"],
            TriedSettings.Differences(EffectiveSettings.Read(present).Options, tried).Select(setting => setting.Name));
    }

    [Fact]
    public void One_of_two_values_for_a_setting_would_not_count_and_is_refused()
    {
        var refusal = Assert.Throws<StartupException>(
            () => TriedSettings.Read([], ["Judgement:SweepServers=3", "judgement:sweepservers=4"]));

        Assert.Equal("--set Judgement:SweepServers: is given more than once, and only one can count", refusal.Message);
    }

    [Theory]
    [InlineData("00:00:10", true)]
    [InlineData("00:02:00", false)]
    public void How_often_is_judged_can_be_tried_where_it_changes_something(string every, bool isExact) => Assert.Equal(
        TimeSpan.Parse(every, System.Globalization.CultureInfo.InvariantCulture),
        TriedSettings.EvaluateEvery(TriedSettings.Read([], [$"Judgement:EvaluateEvery={every}"], isExact), isExact));

    [Theory]
    [InlineData("10.0.0.9=scanner, 10.0.0.1=domain-controller, 10.0.1.0/24=workstation", "Judgement:Roles=10.0.0.9=scanner")]
    [InlineData("10.0.1.7=server, 10.0.0.9=scanner, 10.0.0.1=domain-controller, 10.0.1.0/24=workstation",
        "Judgement:Roles=10.0.1.7=server", "Judgement:Roles=10.0.0.9=scanner")]
    [InlineData("10.0.1.7=server, 10.0.0.1=domain-controller, 10.0.1.0/24=workstation", "Judgement:Roles=10.0.1.7=server")]
    [InlineData("10.0.0.9=scanner, 10.0.1.0/24=workstation", "Judgement:Roles:0=10.0.0.9=scanner")]
    [InlineData("10.0.0.1=domain-controller, 10.0.1.0/24=workstation, 10.0.0.9=scanner", "Judgement:Roles:2=10.0.0.9=scanner")]
    [InlineData("10.0.1.0/24=workstation", "Judgement:Roles:0=")]
    public void A_role_without_a_place_is_added_before_those_that_are_there_and_one_with_a_place_takes_it(
        string roles, params string[] tried)
    {
        string[] present =
            ["--RpcCollector:Judgement:Roles:0=10.0.0.1=domain-controller", "--RpcCollector:Judgement:Roles:1=10.0.1.0/24=workstation"];

        Assert.Equal(roles, string.Join(", ", TriedSettings.Read(present, tried).Judgement.Roles));
    }

    [Theory]
    [InlineData("pivot,rpc-sweep,large-upload", "Judgement:LeaveOut=pivot", "Judgement:LeaveOut=rpc-sweep")]
    [InlineData("pivot", "Judgement:LeaveOut:0=pivot")]
    [InlineData("", "Judgement:LeaveOut:0=")]
    public void Kinds_are_left_out_beside_those_that_are_or_in_the_place_of_one(string kinds, params string[] tried) => Assert.Equal(
        kinds, string.Join(',', TriedSettings.Read(["--RpcCollector:Judgement:LeaveOut:0=large-upload"], tried).Judgement.LeaveOut));

    [Theory]
    [InlineData("Judgement:Roles:2=10.0.1.7=server",
        "10.0.1.0/24=workstation stands before it, and the first counts; --set Judgement:Roles=10.0.1.7=server puts it first")]
    [InlineData("Judgement:Roles:1=10.0.1.0/24=workstation", "it stands there")]
    public void A_role_that_would_not_count_is_refused(string tried, string why)
    {
        string[] present =
            ["--RpcCollector:Judgement:Roles:0=10.0.0.1=domain-controller", "--RpcCollector:Judgement:Roles:1=10.0.1.0/24=workstation"];

        var refusal = Assert.Throws<StartupException>(() => TriedSettings.Read(present, [tried]));

        Assert.Contains($"changes nothing: {why}", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("36h", -36)]
    [InlineData("14d", -336)]
    [InlineData("2w", -336)]
    [InlineData("1.5d", -36)]
    [InlineData("2026-11-01", -240)]
    [InlineData("2026-11-01T12:00", -228)]
    [InlineData("2026-11-01T12:00:00Z", -228)]
    public void A_moment_is_so_long_before_the_end_or_a_date(string text, int hours)
    {
        var end = new DateTimeOffset(2026, 11, 11, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(
            end.AddHours(hours).ToUnixTimeMilliseconds(), BacktestMoment.Parse("--since", text).From(end.ToUnixTimeMilliseconds()));
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("14")]
    [InlineData("d")]
    [InlineData("-3d")]
    [InlineData("0d")]
    [InlineData("2026-13-01")]
    [InlineData("")]
    public void What_is_no_moment_is_refused_with_examples(string text)
    {
        var refusal = Assert.Throws<StartupException>(() => BacktestMoment.Parse("--since", text));

        Assert.Contains("14d", refusal.Message, StringComparison.Ordinal);
    }
}
