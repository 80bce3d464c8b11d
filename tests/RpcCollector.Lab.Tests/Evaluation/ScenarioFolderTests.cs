using RpcCollector.Lab.Evaluation.Scenarios;
using RpcCollector.Options;

namespace RpcCollector.Lab.Tests.Evaluation;

public class ScenarioFolderTests
{
    [Fact]
    public void Folder_is_read_with_the_exports_of_each_scenario()
    {
        using var folder =
            new Layout(
                "scenario,technique,client,server,note", "move,T1021.003,192.0.2.1,192.0.2.2,x", "sync,T1003.006,192.0.2.1,192.0.2.9,y",
                "list,T1069.002,192.0.2.3,192.0.2.9,z");

        var scenarios = ScenarioFolder.Read(folder.Path);

        Assert.Equal(["move", "sync", "list"], scenarios.Select(scenario => scenario.Name));
        Assert.Equal(["ipfix.pcap", "netflow5.pcap"], scenarios[0].Exports.Select(Path.GetFileName));
        Assert.Equal("192.0.2.2", scenarios[0].Server.ToString());
    }

    [Fact]
    public void Victim_of_replication_is_a_domain_controller_in_every_scenario_and_a_stated_target_counts()
    {
        using var folder = new Layout(
            "scenario,technique,client,server,target", "move,T1021.003,192.0.2.1,192.0.2.2,", "sync,T1003.006,192.0.2.1,192.0.2.9,",
            "list,T1069.002,192.0.2.3,192.0.2.9,", "db,T1021.002,192.0.2.3,192.0.2.7,server");

        Assert.Equal(
            [ScenarioTarget.Workstation, ScenarioTarget.DomainController, ScenarioTarget.DomainController, ScenarioTarget.Server],
            ScenarioFolder.Read(folder.Path).Select(scenario => scenario.Target));
    }

    [Theory]
    [InlineData("scenario,technique,client", "move,T1047,192.0.2.1", "there is no column server")]
    [InlineData("scenario,technique,client,server", "move,T1047,192.0.2.1,nobody", "line 2: 'nobody' is no address")]
    [InlineData("scenario,technique,client,server", "move,T1047,192.0.2.1", "line 2 has 3 columns, not 4")]
    public void What_is_wrong_with_the_table_is_said_with_its_line(string header, string row, string expected)
    {
        using var folder = new Layout(header, row);

        Assert.Contains(
            expected, Assert.Throws<StartupException>(() => ScenarioFolder.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_without_table_or_scenario_without_exports_is_refused()
    {
        using var folder = new Layout("scenario,technique,client,server", "move,T1047,192.0.2.1,192.0.2.2");
        Directory.Delete(Path.Combine(folder.Path, "move"), recursive: true);

        Assert.Contains(
            "no such folder", Assert.Throws<StartupException>(() => ScenarioFolder.Read(folder.Path)).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(folder.Path, "scenarios.csv"));
        Assert.Contains(
            "no scenarios.csv", Assert.Throws<StartupException>(() => ScenarioFolder.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    private sealed class Layout : IDisposable
    {
        public Layout(params string[] lines)
        {
            Directory.CreateDirectory(Path);
            File.WriteAllLines(System.IO.Path.Combine(Path, "scenarios.csv"), lines);
            foreach (var name in lines.Skip(1).Select(line => line.Split(',')[0]))
            {
                var exports = Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;
                File.WriteAllBytes(System.IO.Path.Combine(exports, "netflow5.pcap"), []);
                File.WriteAllBytes(System.IO.Path.Combine(exports, "ipfix.pcap"), []);
            }
        }

        public string Path { get; } = Directory.CreateTempSubdirectory("scenarios-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
