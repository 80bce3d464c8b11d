using System.Globalization;
using System.Text.RegularExpressions;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

public sealed partial class LossTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("netflow5", "netflow5")]
    [InlineData("netflow9", "netflow9")]
    [InlineData("ipfix", "ipfix")]
    public async Task What_the_sender_withholds_under_load_is_what_the_collector_says_was_lost(string export, string protocol)
    {
        Assert.SkipUnless(SharedData.IsPresent, "The shared test data is absent (RPC_COLLECTOR_SHARED).");
        await using var collector = await LiveCollector.StartAsync(_folder);

        var sent = await CollectorProgram.RunAsync(
            ["send", Scenario.Named("zerologon-burst")
                .PathOf(export), "--to", $"127.0.0.1:{collector.UdpPort}", "--rate", "2000", "--loop", "1000", "--withhold", "1"]);

        Assert.True(sent.ExitCode == 0, sent.Errors);
        var withheld = double.Parse(Withheld().Match(sent.Output).Groups["units"].Value, NumberStyles.Number, CultureInfo.InvariantCulture);
        Assert.True(withheld > 0, sent.Output);
        var metrics = await collector.UntilAsync(collector.MetricsAsync, now => Lost(now, protocol) >= withheld);
        Assert.Equal(withheld, Lost(metrics, protocol));
        Assert.Equal(0, metrics.Sum("rpc_collector_kernel_drops_total"));
        Assert.Equal(0, metrics.Sum("rpc_collector_sequence_duplicated_total") + metrics.Sum("rpc_collector_sequence_resets_total"));
    }

    private static double Lost(Exposition metrics, string protocol) =>
        metrics.Samples("rpc_collector_sequence_lost_total").Where(sample => sample.Labels["protocol"] == protocol)
            .Sum(sample => sample.Value);

    [GeneratedRegex("""Withheld [0-9,]+ datagrams, (?<units>[0-9,]+) """, RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Withheld();
}
