using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

public sealed class ContinuationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("-v", "10", "-A", "milli")]
    [InlineData("-v", "9")]
    public async Task Exporter_with_an_active_timeout_of_five_seconds_shows_the_same_activities(params string[] versionOptions)
    {
        await using var collector = await LiveCollector.StartAsync(_folder, "--Detection:Join:MapperOnlyAfter=00:00:02");

        await ExportTraffic.ToAsync(collector, _folder, [.. versionOptions, "-t", "maxlife=5"]);

        var expected = ExportTraffic.Expected(hasIPv6: true).ToArray();
        await collector.UntilAsync(
            () => collector.ActivitiesAsync(), found => expected.SequenceEqual(found.Select(activity => activity.Pair).Order()));
    }
}
