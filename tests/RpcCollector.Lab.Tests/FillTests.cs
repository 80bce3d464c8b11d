using Microsoft.Data.Sqlite;

namespace RpcCollector.Lab.Tests;

public sealed class FillTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "rpc-collector-fill-" + Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task Folder_has_what_was_asked_for_and_every_finding_says_that_it_is_made_up()
    {
        var run = await LabProgram.RunAsync(
            "fill", _folder, "--findings", "300", "--incidents", "40", "--activities", "500", "--days", "20");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("300 findings, 40 incidents,", run.Output, StringComparison.Ordinal);
        Assert.Contains(" 500 activities ", run.Output, StringComparison.Ordinal);
        Assert.Contains("made up", run.Output, StringComparison.Ordinal);
        Assert.Equal(300, Ask("state.db", "SELECT COUNT(*) FROM findings WHERE reason LIKE '%made up'"));
        Assert.Equal(40, Ask("state.db", "SELECT COUNT(*) FROM incidents WHERE withdrawn_ms IS NULL AND merged_into IS NULL"));
        Assert.Equal(500, Ask("activities.db", "SELECT COUNT(*) FROM activities"));
        Assert.Contains("made-up.example", File.ReadAllText(Path.Combine(_folder, "names.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_incidents_than_findings_are_refused()
    {
        var run = await LabProgram.RunAsync("fill", _folder, "--findings", "3", "--incidents", "4");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--incidents", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder));
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private long Ask(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder, file)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
