using RpcCollector.Options;
using RpcCollector.Sinks;
using RpcCollector.Tests.Captures;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Sinks;

public sealed class FileSinkTests : IDisposable
{
    private readonly SinkBench _bench = new();
    private readonly TemporaryFolder _folder = new();

    private string Place => Path.Combine(_folder.Path, "incidents.ndjson");

    public void Dispose()
    {
        _bench.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Each_incident_is_one_line_of_json_and_rotation_loses_none()
    {
        var sink = Sink(maxBytes: 65_536);
        for (var number = 0; number < 200; number++)
        {
            _bench.Write(Added(Found($"10.0.{number / 100}.{number % 100}", $"192.0.2.{number}")));
            if (number % 7 == 0) Assert.Empty(await SinkBench.TellAsync(sink));
        }

        Assert.Empty(await SinkBench.TellAsync(sink));

        var files = Directory.GetFiles(_folder.Path);
        Assert.True(files.Length > 2, $"{files.Length} files");
        Assert.All(files, file => Assert.True(new FileInfo(file).Length <= 65_536));
        var lines = files.SelectMany(File.ReadLines).Select(line => System.Text.Json.JsonElement.Parse(line)).ToList();
        Assert.Equal(200, lines.Select(line => line.GetProperty("event").GetProperty("id").GetString()).Distinct().Count());
        Assert.Equal(200, lines.Count);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(Place) & (UnixFileMode)0x1FF);
    }

    [Fact]
    public async Task Only_so_many_renamed_files_are_kept()
    {
        var sink = Sink(maxBytes: 65_536, keep: 2);
        for (var number = 0; number < 250; number++) _bench.Write(Added(Found($"10.0.{number / 100}.{number % 100}", $"192.0.2.{number}")));

        Assert.Empty(await SinkBench.TellAsync(sink));

        Assert.Equal([Place, Place + ".1", Place + ".2"], Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Half_a_line_that_a_crash_left_is_cut_off_and_told_again()
    {
        Sink();
        _bench.Write(Added(Found("10.0.0.1")), Added(Found("10.0.0.2", "192.0.2.21")));
        await SinkBench.TellAsync(Sink());
        var whole = await File.ReadAllBytesAsync(Place, SinkBench.Stop);
        await File.WriteAllBytesAsync(Place, whole[..^40], SinkBench.Stop);
        _bench.Outbox.Advance("file", 0);
        _bench.Reopen();

        await SinkBench.TellAsync(Sink());

        Assert.Equal(whole, await File.ReadAllBytesAsync(Place, SinkBench.Stop));
    }

    [Fact]
    public async Task What_the_last_lines_tell_already_is_not_told_twice_after_a_crash()
    {
        Sink();
        _bench.Write(Added(Found("10.0.0.1")), Added(Found("10.0.0.2", "192.0.2.21")));
        await SinkBench.TellAsync(Sink());
        _bench.Outbox.Advance("file", 0);
        _bench.Reopen();
        _bench.Write(Added(Found("10.0.0.3", "192.0.2.22")));

        await SinkBench.TellAsync(Sink());

        Assert.Equal(3, (await File.ReadAllLinesAsync(Place, SinkBench.Stop)).Length);
    }

    [Fact]
    public async Task Text_of_others_in_the_file_stays_as_it_is()
    {
        await File.WriteAllTextAsync(Place, "somebody else's text", SinkBench.Stop);
        var sink = Sink();
        _bench.Write(Added(Found("10.0.0.1")));

        await SinkBench.TellAsync(sink);

        Assert.StartsWith("somebody else's text\n{", await File.ReadAllTextAsync(Place, SinkBench.Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_another_program_renames_is_begun_anew()
    {
        var sink = Sink();
        _bench.Write(Added(Found("10.0.0.1")));
        await SinkBench.TellAsync(sink);
        File.Move(Place, Place + ".old");
        _bench.Write(Added(Found("10.0.0.2", "192.0.2.21")));

        await SinkBench.TellAsync(sink);

        Assert.Equal((1, 1), (File.ReadLines(Place).Count(), File.ReadLines(Place + ".old").Count()));
    }

    [Theory]
    [InlineData("fifo", "is not a regular file")]
    [InlineData("folder", "is not a regular file")]
    [InlineData("link", "is a link")]
    [InlineData("missing", "is not there")]
    public void What_is_no_file_is_refused_at_the_start_by_name(string what, string why)
    {
        var path = Place;
        if (what == "fifo") TemporaryFifo.Make(path);
        else if (what == "folder") Directory.CreateDirectory(path);
        else if (what == "link") File.CreateSymbolicLink(path, Path.Combine(_folder.Path, "other"));
        else path = Path.Combine(_folder.Path, "nowhere", "file");

        var refusal = Assert.Throws<StartupException>(() => _bench.Sink(new SinkOptions { Kind = SinkKind.File, File = path }));

        Assert.StartsWith("RpcCollector:Sinks:0:File: ", refusal.Message);
        Assert.Contains(path, what == "missing" ? path : refusal.Message);
        Assert.Contains(why, refusal.Message);
    }

    [Fact]
    public async Task What_becomes_of_the_file_while_it_runs_is_named_and_told_once_it_is_mended()
    {
        var sink = Sink();
        TemporaryFifo.Make(Place);
        _bench.Write(Added(Found("10.0.0.1")));
        Assert.Contains("not a regular file", Assert.Single(await SinkBench.TellAsync(sink, mostFailures: 1)).Reason);

        File.Delete(Place);
        Assert.Empty(await SinkBench.TellAsync(sink));

        Assert.Single(File.ReadLines(Place));
    }

    private SinkRunner Sink(long maxBytes = 1 << 20, int keep = 50) =>
        _bench.Sink(new SinkOptions { Kind = SinkKind.File, File = Place, MaxBytes = maxBytes, Keep = keep });
}
