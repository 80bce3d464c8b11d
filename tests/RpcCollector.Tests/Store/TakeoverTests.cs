using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.KnownExporters;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Takeover;
using RpcCollector.Tests.Commands;
using RpcCollector.Tests.KnownExporters;
using RpcCollector.ZeekLogs;

namespace RpcCollector.Tests.Store;

public sealed class TakeoverTests : IDisposable
{
    private static readonly string Former =
        Path.Combine(CollectorProgram.RepositoryRoot(), "tests", "RpcCollector.Tests", "Store", "former");
    private static readonly string[] Tables = ["findings", "verdicts", "suppressions"];

    private readonly TemporaryStore _temporary = new();
    private int _damaged;

    public TakeoverTests()
    {
        Directory.CreateDirectory(_temporary.Options.Folder);
        foreach (var name in (string[])["activities.db", "exporters.json", "zeek.json"])
            File.Copy(Path.Combine(Former, name), PathOf(name));
    }

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void Nothing_that_the_version_before_kept_is_forgotten()
    {
        var before = Tables.ToDictionary(table => table, table => RowsOf(_temporary.DatabasePath, table));

        TakeOver();
        using var activities = _temporary.Open();

        Assert.All(before, table => Assert.Equal(table.Value, RowsOf(_temporary.StatePath, table.Key)));
        Assert.Equal([11, 4, 2], before.Values.Select(rows => rows.Count));
        Assert.Equal(10, activities.Read(new ActivityQuery()).Items.Count);
        var findings = new FindingStore(_temporary.State, _temporary.Catalog, _temporary.Options, _temporary.Clock);
        Assert.Equal(11, findings.Read(new FindingQuery { WithHidden = true }).Items.Count);
        Assert.Equal(
            [VerdictMeaning.Benign, VerdictMeaning.Malicious], new VerdictStore(_temporary.State, _temporary.Clock).Latest()
                .Select(verdict => verdict.Meaning).Distinct().Order());
        Assert.Equal(
            ["10.20.9.0/24", null], new SuppressionStore(_temporary.State, _temporary.Clock).Read()
                .Select(counted => counted.Suppression.Client));
        using var exporters = new WatchedExporters();
        new ExporterRows(_temporary.State)
            .Load(exporters.Catalog, exporters.Options.Flows, exporters.Clock.UnixMilliseconds, exporters.Clock.AgedUnixMilliseconds);
        Assert.Equal(15, exporters.Catalog.NumTemplates);
        Assert.Equal(
            [("/opt/zeek/logs/conn.log", 1776L), ("/opt/zeek/logs/dce_rpc.log", 0)], new LogPositionRows(_temporary.State).Load()
                .Select(position => (position.Path, position.Octets)).Order());
    }

    [Fact]
    public void What_was_taken_over_lies_where_it_was_no_more()
    {
        TakeOver();
        _temporary.Open().Dispose();

        Assert.All(Tables, table => Assert.Throws<SqliteException>(() => RowsOf(_temporary.DatabasePath, table)));
        Assert.Equal(
            ["activities.db", "exporters.json.taken-over", "lock", "state.db", "zeek.json.taken-over"],
            Directory.GetFiles(_temporary.Options.Folder).Select(Path.GetFileName)
                .Where(name => !name!.Contains("db-", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Start_that_ends_between_copying_and_dropping_is_finished_by_the_next_and_brings_nothing_back()
    {
        TakeOver();

        // The file of activities was never opened. Meanwhile a person takes a suppression away.
        Assert.True(new SuppressionStore(_temporary.State, _temporary.Clock).Delete(1));
        _temporary.Close();
        var said = _temporary.Log.Lines.Count;
        TakeOver();
        _temporary.Open().Dispose();

        Assert.Equal([2L], new SuppressionStore(_temporary.State, _temporary.Clock).Read().Select(counted => counted.Suppression.Id));
        Assert.Equal(11, RowsOf(_temporary.StatePath, "findings").Count);
        Assert.DoesNotContain(_temporary.Log.Lines.Skip(said), line => line.Contains("Taken over", StringComparison.Ordinal));
    }

    [Fact]
    public void Damaged_former_file_gives_what_can_be_read_of_it_and_the_loss_is_said()
    {
        var before = RowsOf(_temporary.DatabasePath, "findings");
        var octets = File.ReadAllBytes(_temporary.DatabasePath);
        ZeroLeafPage(octets, "First RPC from host"u8);
        File.WriteAllBytes(_temporary.DatabasePath, octets);

        TakeOver();
        _temporary.Open().Dispose();

        var after = RowsOf(_temporary.StatePath, "findings");
        Assert.InRange(after.Count, 1, before.Count - 1);
        Assert.Empty(after.Except(before));
        Assert.Equal(2, RowsOf(_temporary.StatePath, "suppressions").Count);
        Assert.Single(
            _temporary.Log.Lines, line =>
            line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("findings is damaged", StringComparison.Ordinal));
        Assert.NotEmpty(Directory.GetFiles(_temporary.Options.Folder, "activities.db.damaged-*"));
    }

    [Theory]
    [InlineData("exporters.json", "{\"version\":1,\"exporters\":[{\"addr")]
    [InlineData("exporters.json", "{\"version\":2,\"exporters\":[]}")]
    [InlineData("exporters.json", "{\"version\":1,\"exporters\":[{}]}")]
    [InlineData("exporters.json", "")]
    [InlineData("zeek.json", "[{")]
    [InlineData("zeek.json", "[{\"path\":\"/a\",\"head\":\"?\",\"octets\":1}]")]
    public void File_that_makes_no_sense_is_renamed_and_told_in_one_line(string name, string content)
    {
        File.WriteAllText(PathOf(name), content);

        TakeOver();

        Assert.Equal(1, _damaged + _temporary.State.SetAside);
        Assert.Equal(content, File.ReadAllText(Assert.Single(Directory.GetFiles(_temporary.Options.Folder, name + ".damaged-*"))));
        Assert.Single(
            _temporary.Log.Lines, line =>
            line.StartsWith("Error", StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("exporters.json")]
    [InlineData("zeek.json")]
    public void File_that_cannot_be_read_is_named_and_stays(string name)
    {
        // A folder in its place: not even root can read that as a file.
        File.Delete(PathOf(name));
        Directory.CreateDirectory(PathOf(name));

        var refusal = Assert.Throws<StartupException>(TakeOver);

        Assert.Contains(PathOf(name), refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.True(Directory.Exists(PathOf(name)));
    }

    private string PathOf(string name) => Path.Combine(_temporary.Options.Folder, name);

    private void TakeOver() =>
        FormerFiles.TakeOver(_temporary.Folder, _temporary.State, () => _damaged++, _temporary.Clock, _temporary.Log.For<StateStore>());

    private static List<string> RowsOf(string path, string table)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        var columns =
            StateTables.All.Single(
                known => known.Name.Equals(table, StringComparison.Ordinal)).Columns.Select(column => $"quote({column.Name})");
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {string.Join(" || ', ' || ", columns)} FROM {table} ORDER BY rowid";
        var rows = new List<string>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) rows.Add(reader.GetString(0));
        return rows;
    }

    /// <summary>Takes away one page with rows that hold a text; others with such rows remain.</summary>
    private static void ZeroLeafPage(byte[] octets, ReadOnlySpan<byte> text)
    {
        const int PageBytes = 4096;
        for (var page = PageBytes; page < octets.Length; page += PageBytes)
        {
            var content = octets.AsSpan(page, PageBytes);
            if (content[0] != 0x0D || content.IndexOf(text) < 0) continue;
            content.Clear();
            return;
        }
    }
}
