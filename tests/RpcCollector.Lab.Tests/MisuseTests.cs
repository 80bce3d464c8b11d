using RpcCollector.Commands;

namespace RpcCollector.Lab.Tests;

public class MisuseTests
{
    [Theory]
    [InlineData("Required command", "measure")]
    [InlineData("'v10'", "load", "--synthetic", "v10")]
    [InlineData("--rate", "load", "--rate", "-1")]
    [InlineData("--loop", "load", "--loop", "2")]
    [InlineData("--allow-remote", "load", "--to", "192.0.2.1:2055")]
    [InlineData("--templates", "load", "--synthetic", "v5", "--templates", "2")]
    [InlineData("--records", "load", "--synthetic", "ipfix", "--records", "21")]
    [InlineData("--variable-length", "load", "--synthetic", "v9", "--variable-length")]
    [InlineData("RpcCollector:Udp:Nonsense", "evaluate", "scenarios", "nowhere", "--Udp:Nonsense", "1")]
    public async Task Misuse_is_one_line_that_names_it_and_exit_code_2(string named, params string[] arguments)
    {
        var outcome = await LabProgram.RunAsync(arguments);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(named, Assert.Single(outcome.ErrorLines));
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public void The_sensor_does_not_ship_its_simulator()
    {
        var names = typeof(CommandLine).Assembly.GetTypes().Select(type => type.FullName!);

        Assert.DoesNotContain(names, name => name.Contains("Evaluat", StringComparison.Ordinal));
        Assert.DoesNotContain(names, name => name.Contains("Synthetic", StringComparison.Ordinal));
    }
}
