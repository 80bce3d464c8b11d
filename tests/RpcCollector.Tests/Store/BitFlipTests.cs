using System.Globalization;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Flows.Exporters;
using RpcCollector.KnownExporters;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Tests.KnownExporters;
using RpcCollector.Tests.Store.Findings;
using RpcCollector.ZeekLogs;
using static RpcCollector.Tests.Store.Activities;

namespace RpcCollector.Tests.Store;

/// <summary>
/// Flips single bits of both files, as failing disks do. RPC_COLLECTOR_BIT_FLIPS says how many times: 1,000 take about a minute.
/// </summary>
public sealed class BitFlipTests : IDisposable
{
    private const int UsualFlips = 100;

    private readonly TemporaryStore _whole = new();

    private static int Flips =>
        int.TryParse(
            Environment.GetEnvironmentVariable("RPC_COLLECTOR_BIT_FLIPS"), NumberStyles.None, CultureInfo.InvariantCulture, out var flips)
            ? flips
            : UsualFlips;

    public void Dispose() => _whole.Dispose();

    [Fact]
    public void Whatever_bit_of_the_state_flips_the_rest_is_served_as_it_was_and_each_loss_is_said()
    {
        var before = Fill();
        var octets = File.ReadAllBytes(_whole.StatePath);
        var random = new Random(1);
        var (lossy, salvaged, rows) = (0, 0, 0);
        for (var flip = 0; flip < Flips; flip++)
        {
            var bit = random.NextInt64(octets.LongLength * 8);
            using var damaged = Flipped(_whole.StatePath, octets, bit);
            Dictionary<string, string> after;
            using (var state = damaged.OpenState())
            {
                after = ContentOf(state, damaged);
                salvaged += (int)state.SetAside;
            }

            // What is served is what was written; what is not is named by its table at least.
            Assert.All(after, row => Assert.Equal(before[row.Key], row.Value));
            var missing = before.Keys.Except(after.Keys).Where(row => !WentWithItsFinding(row, after)).ToList();
            foreach (var table in missing.Select(row => row.Split(' ')[0]).Distinct())
                Assert.True(
                    damaged.Log.Lines.Any(
                        line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains(table, StringComparison.Ordinal)),
                        $"bit {bit}: {string.Join(", ", missing)} are missing and nobody says so");
            lossy += missing.Count > 0 ? 1 : 0;
            rows += missing.Count;

            // Once it is said, all is well again.
            var said = damaged.Log.Lines.Count;
            damaged.Close();
            using (var again = damaged.OpenState()) Assert.Equal(after, ContentOf(again, damaged));
            Assert.DoesNotContain(damaged.Log.Lines.Skip(said), line => line.StartsWith("Error", StringComparison.Ordinal));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Flips} flips in {octets.Length} bytes: {salvaged} files salvaged, {lossy} lost rows, {rows} rows in all");
    }

    [Fact]
    public void Whatever_bit_of_the_activities_flips_the_store_opens_and_answers()
    {
        using (var store = _whole.Open())
        {
            for (var batch = 0; batch < 10; batch++) store.Write(Many(batch * 100, 100));
        }

        _whole.Close();
        var octets = File.ReadAllBytes(_whole.DatabasePath);
        var random = new Random(2);
        var (setAside, skipped) = (0, 0L);
        for (var flip = 0; flip < Flips; flip++)
        {
            using var damaged = Flipped(_whole.DatabasePath, octets, random.NextInt64(octets.LongLength * 8));
            using var store = damaged.Open();
            ActivityCursor? cursor = null;
            do cursor = store.Read(new ActivityQuery { Limit = 300, After = cursor }).Next;
            while (cursor is not null);
            store.ReadPairs(0, 60_000);
            WriteOrRenew(store);
            Assert.True(store.Read(new ActivityQuery { Limit = 1_000 }).Items.Count >= 99, "what is written afterwards is there");
            setAside += (int)store.SetAside;
            skipped += store.Skipped;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Flips} flips in {octets.Length} bytes: {setAside} files set aside, {skipped} rows skipped");
    }

    private static bool WentWithItsFinding(string row, Dictionary<string, string> after) =>
        row.StartsWith("finding_details ", StringComparison.Ordinal) && !after.ContainsKey("findings " + row.Split(' ')[1]);

    /// <summary>As the writer does: what a file found damaged refuses is tried again, and goes to a new file.</summary>
    private static void WriteOrRenew(ActivityStore store)
    {
        try
        {
            store.Write(Many(50, 100));
        }
        catch (SqliteException damage) when (Database.IsDamage(damage))
        {
            store.Write(Many(50, 100));
        }
    }

    private static TemporaryStore Flipped(string path, byte[] octets, long bit)
    {
        var damaged = new TemporaryStore();
        Directory.CreateDirectory(damaged.Options.Folder);
        var copy = (byte[])octets.Clone();
        copy[bit / 8] ^= (byte)(1 << (int)(bit % 8));
        File.WriteAllBytes(Path.Combine(damaged.Options.Folder, Path.GetFileName(path)), copy);
        return damaged;
    }

    /// <summary>Some of everything, long rows among it.</summary>
    private Dictionary<string, string> Fill()
    {
        var state = _whole.State;
        var findings = new FindingStore(state, _whole.Catalog, _whole.Options, _whole.Clock);
        var verdicts = new VerdictStore(state, _whole.Clock);
        var suppressions = new SuppressionStore(state, _whole.Clock);
        for (var i = 0; i < 60; i++)
        {
            var finding = SampleFindings.Found($"10.0.0.{i}", count: i) with { Reason = new string('r', 40 + (i % 7 == 0 ? 9_000 : i)) };
            findings.Write([SampleFindings.Added(finding)]);
            if (i % 3 == 0)
                verdicts.Give(
                    finding.Id,
                    new GivenVerdict(
                        i % 2 == 0 ? VerdictMeaning.Malicious : VerdictMeaning.Benign, "Ada", "why " + i, Epoch,
                        ExpiresUnixMilliseconds: null));
        }

        for (var i = 0; i < 10; i++)
            suppressions.Add(
                new Suppression(
                    0, FindingKind.RpcSweep, $"10.1.{i}.0/24", Server: null, "Grace", "known", Epoch, ExpiresUnixMilliseconds: null));
        using var exporters = new WatchedExporters();
        for (var i = 0; i < 20; i++) exporters.Send($"192.0.2.{i}", 100);
        new ExporterRows(state).Save(new ChangedExporters(exporters.Catalog), alsoSeen: false);
        new LogPositionRows(state).Save([new LogPosition("/a/conn.log", [1, 2, 3], 7), new LogPosition("/b/conn.log", [], 0)]);
        state.SetValue("clock", "1767225600000");

        // Rows that were deleted and rewritten leave room behind, as in real life.
        for (var i = 50; i < 60; i++) findings.Write([SampleFindings.Withdrawn(SampleFindings.Found($"10.0.0.{i}"))]);
        var content = ContentOf(state, _whole);
        _whole.Close();
        return content;
    }

    /// <summary>Every row that is served, by its table and key.</summary>
    private static Dictionary<string, string> ContentOf(StateStore state, TemporaryStore temporary)
    {
        var content = new Dictionary<string, string>(StringComparer.Ordinal);
        var findings = new FindingStore(state, temporary.Catalog, temporary.Options, temporary.Clock);
        var suppressions = new SuppressionStore(state, temporary.Clock);
        foreach (var finding in findings.Read(new FindingQuery { WithHidden = true, State = FindingState.All, Limit = 1_000 }).Items)
        {
            var row = finding with
            {
                Verdict = null,
                Techniques = [],
                Analytics = [],
                Flows = [],
                Operations = [],
                SuppressedBy = [],
                Notes = [],
                Withdrawal = null,
            };
            content.Add($"findings {finding.Id}", $"{row} {string.Join(' ', finding.Flows)}");
            if (finding.Notes.Count > 0)
                content.Add($"finding_details {finding.Id}", $"{finding.Withdrawal} {string.Join(' ', finding.Notes)}");
        }

        foreach (var verdict in new VerdictStore(state, temporary.Clock).Latest()) content.Add($"verdicts {verdict.Why}", $"{verdict}");
        foreach (var counted in suppressions.Read()) content.Add($"suppressions {counted.Suppression.Id}", $"{counted.Suppression}");
        foreach (var position in new LogPositionRows(state).Load())
            content.Add($"zeek_logs {position.Path}", $"{position with { Head = [] }} {Convert.ToHexString(position.Head)}");
        using var exporters = new WatchedExporters();
        new ExporterRows(state)
            .Load(exporters.Catalog, exporters.Options.Flows, exporters.Clock.UnixMilliseconds, exporters.Clock.AgedUnixMilliseconds);
        foreach (var exporter in exporters.Catalog.Exporters())
            content.Add($"exporters {exporter.Address}", $"{exporter.LastSeen:O} {exporter.Domains.Count}");
        if (state.Value("clock") is { } clock) content.Add("value clock", clock);
        return content;
    }
}
