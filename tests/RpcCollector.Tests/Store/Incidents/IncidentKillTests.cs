using System.Diagnostics;
using RpcCollector.Detection;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Store.Incidents;

/// <summary>Kills a process that writes findings and their incidents, without warning, and looks whether each has the other.</summary>
public sealed class IncidentKillTests : IDisposable
{
    private const string FolderVariable = "RPC_COLLECTOR_TEST_KILLED_INCIDENTS";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly StoredIncidents _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(50)]
    [InlineData(400)]
    public async Task Every_finding_has_its_incident_and_every_incident_its_findings_after_the_kill(int numWritten)
    {
        var folder = Path.Combine(_store.Temporary.Options.Folder, "killed");
        Directory.CreateDirectory(folder);
        var start =
            new ProcessStartInfo(
                Path.ChangeExtension(typeof(IncidentKillTests).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null))
            {
                Environment = { [FolderVariable] = folder },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
        foreach (var argument in (string[])[
            "-method", $"{typeof(IncidentKillTests).FullName}.{nameof(Child_writes_until_it_is_killed)}", "-explicit", "only", "-noLogo"])
            start.ArgumentList.Add(argument);
        using var child = Process.Start(start)!;
        try
        {
            var output = Task.WhenAll(
                child.StandardOutput.ReadToEndAsync(CancellationToken.None), child.StandardError.ReadToEndAsync(CancellationToken.None));
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(Patience);
            var shown = Path.Combine(folder, "shown");
            while (!File.Exists(shown) || new FileInfo(shown).Length < numWritten)
            {
                Assert.False(child.HasExited, child.HasExited ? string.Concat(await output) : "");
                await Task.Delay(5, patience.Token);
            }
        }
        finally
        {
            // SIGKILL.
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }

        using var killed = new StoredIncidents(folder);
        Assert.Equal(0, killed.State.SetAside);
        var (standing, members, torn) = killed.State.Read(connection => (
            Database.Ask(connection, "SELECT COUNT(*) FROM findings WHERE withdrawn_ms IS NULL"),
            Database.Ask(connection, "SELECT COUNT(*) FROM incident_findings"),
            Database.Ask(connection, """
                SELECT COUNT(*) FROM incidents n WHERE n.withdrawn_ms IS NULL AND n.merged_into IS NULL
                    AND n.findings <> (SELECT COUNT(*) FROM incident_findings f WHERE f.incident = n.id)
                """)));
        Assert.True(standing >= numWritten / 2);
        Assert.Equal((standing, 0), (members, torn));

        // Made anew of the findings they are the same: there is nothing to write.
        Assert.Empty(killed.Incidents.Open());
    }

    [Fact(Explicit = true)]
    public void Child_writes_until_it_is_killed()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is not { } folder)
        {
            Assert.Skip("runs only as the child of the test above");
            return;
        }

        using var store = new StoredIncidents(folder);
        using var shown = new FileStream(Path.Combine(folder, "shown"), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        for (var number = 0; ; number += 2)
        {
            // Some begin a story, some go on with one, some make one of two, and some are taken back.
            var one =
                Found($"10.0.{number % 40}.1", $"192.0.{number / 200}.{number % 200}", seen: number * 40 % 900 * StoredIncidents.Hour);
            var other =
                Found($"10.0.{number % 40}.1", $"198.51.{number / 200}.{number % 200}", FindingKind.Pivot,
                    seen: number % 77 * StoredIncidents.Hour);
            store.Write(Added(one), Added(other));
            if (number % 10 == 0) store.Write(Withdrawn(other));
            shown.Write("x"u8);
        }
    }
}
