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
