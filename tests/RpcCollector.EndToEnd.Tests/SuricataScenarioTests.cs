using System.Text.Json;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>What Suricata says of the recorded attacks gives the same activities as what an exporter says of them.</summary>
public sealed class SuricataScenarioTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<TheoryDataRow<string>> Scenarios() => SharedData.IsPresent
        ? Scenario.All.Select(scenario => new TheoryDataRow<string>(scenario.Name))
        : [new TheoryDataRow<string>("absent") { Skip = "The shared test data is absent (RPC_COLLECTOR_SHARED)." }];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Events_of_a_recorded_attack_give_the_activities_of_its_export(string name)
    {
        var exports = Scenario.Named(name).FilesOf("ipfix");
        foreach (var export in exports)
        {
            var rendering = await EveRendering.OfAsync(export);
            Write("flow", export, rendering.AsFlow());
            Write("netflow", export, rendering.AsNetFlow());
        }

        var exported = await ReplayOutput.OfAsync(exports);
        foreach (var kind in (string[])["flow", "netflow"])
        {
            var logged = await ReplayOutput.OfAsync(_folder.PathOf(kind));
            Assert.Equal(Stories(exported), Stories(logged));
            Assert.NotEqual(0, logged.Summary.GetProperty("flow_starts").GetInt32());
            Assert.DoesNotContain(
                logged.Summary.GetProperty("rejected").EnumerateObject(), reason =>
                    reason.Name is "malformed_line" or "not_a_transport_flow");
        }
    }

    /// <summary>Each sensor has a folder of its own; the order in which Suricata's threads write shall not matter.</summary>
    private void Write(string kind, string export, string[] lines)
    {
        new Random(12).Shuffle(lines);
        var folder = Directory.CreateDirectory(Path.Combine(_folder.PathOf(kind), Path.GetFileNameWithoutExtension(export))).FullName;
        File.WriteAllLines(Path.Combine(folder, "eve.json"), lines);
    }

    private static string[] Stories(ReplayOutput replay) =>
        [.. replay.Activities.Select(activity =>
            $"{activity.Basis} {activity.Client} {activity.Server} {Told(activity.Mapper)} {Told(activity.Endpoint)}")
                .Order(StringComparer.Ordinal)];

    /// <summary>The ports and the start; the octets differ, for Suricata counts the link layer's header too.</summary>
    private static string Told(JsonElement? flow) => flow is { } known
        ? string.Join(' ', known.EnumerateObject().Where(part => part.Name is "client_port" or "server_port" or "start")) : "-";
}
