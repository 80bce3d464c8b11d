namespace RpcCollector.EndToEnd.Tests;

/// <summary>What <c>replay</c> finds in the recorded attacks by flows alone, with nothing learned before.</summary>
public sealed class FindingReplayTests(ITestOutputHelper output)
{
    /// <summary>The domain controller of the recorded network.</summary>
    private const string Controller = "172.18.38.5";

    /// <summary>What rests on the endpoint mapper; where nobody asked it, the attack went over SMB.</summary>
    private static readonly HashSet<string> RpcKinds =
        ["peer-to-peer-rpc", "firewalled-service-control", "mapper-burst", "rpc-sweep", "new-rpc-client", "replication-to-client"];

    private static readonly HashSet<string> SmbKinds = ["first-administration"];

    /// <remarks>
    /// dcsync-covenant is found at severity low only: to the flows it is one more RPC connection of a client to its domain controller,
    /// with a little more coming back than going there. Zeek names the call.
    /// </remarks>
    [Theory]
    [InlineData("netflow5")]
    [InlineData("netflow9")]
    [InlineData("ipfix")]
    [InlineData("ipfix-biflow")]
    public async Task Attacks_are_found_by_the_kind_that_fits_from_client_to_server_and_never_with_the_domain_controller_as_client(
        string format)
    {
        var missing = new List<string>();
        foreach (var scenario in Shared())
        {
            var findings = (await ReplayOutput.OfAsync(scenario.FilesOf(format))).Findings;
            var kinds = scenario.MapperFlows > 0 ? RpcKinds : SmbKinds;
            Assert.DoesNotContain(findings, finding => finding.Client == Controller);
            if (!findings.Exists(
                finding =>
                kinds.Contains(finding.Kind) && (finding.Client, finding.Server) == (scenario.Client, scenario.Server))) missing.Add(
                    scenario.Name);
        }

        output.WriteLine($"Not found: {string.Join(", ", missing)}.");
        Assert.True(missing.Count <= 2, $"Not found: {string.Join(", ", missing)}.");
        Assert.DoesNotContain("dcom-registerxll", missing);
        Assert.DoesNotContain("smbexec", missing);
    }

    [Fact]
    public async Task Another_replay_finds_the_same_and_so_do_the_files_in_another_order()
    {
        // All attacks of two sensors at once: whose flows come first is decided by time alone.
        string[] files =
            [.. Shared().SelectMany(scenario => scenario.FilesOf("ipfix"))
                .Where(file => file.Contains("-sensor-", StringComparison.Ordinal))];

        var first = await ReplayOutput.OfAsync(files);

        Assert.NotEmpty(first.Findings);
        Assert.Equal(first.Text, (await ReplayOutput.OfAsync(files)).Text);
        Assert.Equal(first.Findings, (await ReplayOutput.OfAsync([.. files.Reverse()])).Findings);
    }

    [Fact]
    public async Task Community_ids_are_written_as_others_write_them()
    {
        var replay = await ReplayOutput.OfAsync(Shared().Single(scenario => scenario.Name == "zerologon-burst").FilesOf("ipfix"));

        Assert.Contains(replay.Findings, finding => finding.Line.Contains('+'));
        Assert.DoesNotContain("\\u002B", replay.Text, StringComparison.OrdinalIgnoreCase);
    }

    private static IReadOnlyList<Scenario> Shared()
    {
        Assert.SkipUnless(SharedData.IsPresent, "The shared test data is absent (RPC_COLLECTOR_SHARED).");
        return Scenario.All;
    }
}
