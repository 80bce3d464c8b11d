using System.Text;
using RpcCollector.Flows;
using RpcCollector.Tests.Captures;
using RpcCollector.ZeekLogs;

namespace RpcCollector.Tests.ZeekLogs;

/// <summary>Following with real files; a flow's client port tells which line it was.</summary>
public sealed class FollowedLogTests : IDisposable
{
    private const long Now = 1_600_000_000_000;

    private readonly TemporaryFolder _folder = new();
    private readonly ZeekCollected _collected = new();
    private FollowedLog _log;

    public FollowedLogTests() => _log = Follow(saved: null);

    private string Conn => Path.Combine(_folder.Path, "conn.log");

    public void Dispose()
    {
        _log.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_log_that_appears_later_is_read_from_its_beginning()
    {
        ReadAll();
        Append(Conn, Line(1), Line(2));
        ReadAll();
        Append(Conn, Line(3));

        Assert.Equal([1, 2, 3], ReadAll());
        Assert.All(_collected.Arrivals, arrival => Assert.Equal(Now, arrival));
    }

    [Fact]
    public void A_log_that_is_there_at_the_first_start_is_followed_from_its_end_with_its_columns()
    {
        File.WriteAllText(Conn, Head(7) + Columns(1) + Columns(2) + Columns(3)[..20]);
        ReadAll();
        File.AppendAllText(Conn, Columns(3)[20..] + Columns(4));

        Assert.Equal([3, 4], ReadAll());
        AssertNothingWasRejected();
    }

    [Fact]
    public void A_byte_order_mark_and_blank_lines_do_not_hide_the_columns_from_whoever_goes_on_in_the_middle()
    {
        File.WriteAllText(Conn, "\uFEFF\n" + Head(7).Replace("#path", "\n#path", StringComparison.Ordinal) + Columns(1));
        ReadAll();
        File.AppendAllText(Conn, Columns(2));

        Assert.Equal([2], ReadAll());
        AssertNothingWasRejected();
    }

    [Fact]
    public void A_log_without_a_single_record_is_noticed_and_one_whose_records_come_late_is_not()
    {
        ReadAll();
        File.AppendAllText(Conn, string.Concat(Enumerable.Repeat("<13>Mar  2 09:15:13 zeek1 conn: {}\n", 63)));
        ReadAll();
        Assert.False(_log.IsUnreadable);
        File.AppendAllText(Conn, "and one more\n");
        ReadAll();
        Assert.True(_log.IsUnreadable);

        // The next file under that name.
        File.Delete(Conn);
        File.AppendAllText(Conn, Head(7) + string.Concat(Enumerable.Repeat("no record\n", 60)) + Columns(1));
        ReadAll();
        File.AppendAllText(Conn, string.Concat(Enumerable.Repeat("no record\n", 60)));
        ReadAll();
        Assert.False(_log.IsUnreadable);
    }

    [Fact]
    public void What_is_no_file_is_refused_and_the_log_that_takes_its_place_is_read()
    {
        ReadAll();
        TemporaryFifo.Make(Conn);

        Assert.Throws<IOException>(() => ReadAll());
        File.Delete(Conn);
        Append(Conn, Line(1));

        Assert.Equal([1], ReadAll());
    }

    [Fact]
    public void A_log_in_whose_place_something_else_comes_is_gone_on_with_when_it_is_back()
    {
        ReadAll();
        File.AppendAllText(Conn, Head(7) + Columns(1));
        ReadAll();
        var renamed = Path.Combine(_folder.Path, "conn.1.log");
        File.Move(Conn, renamed);
        TemporaryFifo.Make(Conn);
        TemporaryFifo.Make(Path.Combine(_folder.Path, "conn.0.log"));
        Assert.Throws<IOException>(() => ReadAll());
        File.AppendAllText(renamed, Columns(2));
        Assert.Throws<IOException>(() => ReadAll());
        File.Delete(Conn);
        File.AppendAllText(Conn, Head(8) + Columns(3));

        Assert.Equal([1, 2, 3], ReadAll());
        AssertNothingWasRejected();
    }

    [Fact]
    public void A_half_line_waits_for_its_other_half()
    {
        ReadAll();
        File.AppendAllText(Conn, Line(1)[..30]);
        Assert.Empty(ReadAll());
        File.AppendAllText(Conn, Line(1)[30..]);
        Assert.Empty(ReadAll());
        File.AppendAllText(Conn, "\n");

        Assert.Equal([1], ReadAll());
        AssertNothingWasRejected();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rotation_by_renaming_loses_and_repeats_nothing(bool isRemoved)
    {
        ReadAll();
        var port = 0;
        for (var hour = 0; hour < 5; hour++)
        {
            File.AppendAllText(Conn, Head(hour));
            for (var line = 0; line < 40; line++)
            {
                File.AppendAllText(Conn, Columns(++port));
                if (line % 7 == 0) ReadAll();
            }

            // Written after the last reading, and the new log is there before the next.
            File.Move(Conn, Path.Combine(_folder.Path, $"conn.{hour}.log"));
            if (hour % 2 == 0) ReadAll();
            if (isRemoved && hour % 2 == 0) File.Delete(Path.Combine(_folder.Path, $"conn.{hour}.log"));
        }

        Assert.Equal(Enumerable.Range(1, port), ReadAll());
        AssertNothingWasRejected();
    }

    [Fact]
    public void What_is_written_to_the_renamed_log_before_the_new_one_has_a_line_is_read()
    {
        ReadAll();
        Append(Conn, Line(1));
        ReadAll();
        var renamed = Path.Combine(_folder.Path, "conn.1.log");
        File.Move(Conn, renamed);
        Append(renamed, Line(2));
        ReadAll();
        File.WriteAllText(Conn, "");
        ReadAll();
        Append(renamed, Line(3));
        Append(Conn, Line(4));

        Assert.Equal([1, 2, 3, 4], ReadAll());
    }

    [Fact]
    public void A_log_that_is_cut_to_nothing_is_read_anew()
    {
        ReadAll();
        Append(Conn, Line(1), Line(2));
        ReadAll();
        File.WriteAllText(Conn, Line(3) + "\n");
        ReadAll();

        // Cut and longer than before at once.
        File.WriteAllText(Conn, string.Join('\n', Line(4), Line(5), Line(6)) + "\n");

        Assert.Equal([1, 2, 3, 4, 5, 6], ReadAll());
    }

    [Fact]
    public void A_restart_goes_on_where_it_stopped()
    {
        ReadAll();
        File.AppendAllText(Conn, Head(7) + Columns(1) + Columns(2) + Columns(3)[..20]);
        ReadAll();
        Restart();
        File.AppendAllText(Conn, Columns(3)[20..] + Columns(4));

        Assert.Equal([1, 2, 3, 4], ReadAll());
        AssertNothingWasRejected();
    }

    [Fact]
    public void What_was_written_and_rotated_during_a_restart_is_read_under_its_new_name()
    {
        ReadAll();
        File.AppendAllText(Conn, Head(7) + Columns(1) + Columns(2));
        ReadAll();
        var position = Stop();
        File.AppendAllText(Conn, Columns(3));
        File.Move(Conn, Path.Combine(_folder.Path, "conn.2020-05-01-07-00-00.log"));
        File.AppendAllText(Conn, Head(8) + Columns(4));
        _log = Follow(position);

        Assert.Equal([1, 2, 3, 4], ReadAll());
        AssertNothingWasRejected();
    }

    [Fact]
    public void A_log_that_appears_during_a_restart_is_read_from_its_beginning()
    {
        ReadAll();
        var position = Stop();
        Append(Conn, Line(1));
        _log = Follow(position);

        Assert.Equal([1], ReadAll());
    }

    [Fact]
    public void Logs_in_the_folder_current_are_followed()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "current"));
        ReadAll();
        Append(Path.Combine(_folder.Path, "current", "conn.log"), Line(1));

        Assert.Equal([1], ReadAll());
    }

    [Fact]
    public void Rotated_logs_that_are_compressed_are_left_alone()
    {
        ReadAll();
        Append(Conn, Line(1));
        ReadAll();
        var position = Stop();
        File.Delete(Conn);
        _folder.Write("conn.1.log.gz", ZeekShared.AsGzip("conn.1.log", Line(1) + "\n" + Line(2) + "\n").Octets);
        Append(Conn, Line(3));
        _log = Follow(position);

        Assert.Equal([1, 3], ReadAll());
    }

    private static string Line(int port) =>
        $$"""{"ts":1588316990.{{port:000000}},"id.orig_h":"10.0.1.5","id.orig_p":{{port}},"id.resp_h":"10.0.0.4","id.resp_p":135""" +
        $$""","proto":"tcp","conn_state":"SF","history":"ShADadFf"}""";

    private static string Head(int hour) => "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
        + $"#open\t2020-05-01-{hour:00}-00-00\n#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\thistory\tconn_state\n";

    private static string Columns(int port) => $"1588316990.{port:000000}\t10.0.1.5\t{port}\t10.0.0.4\t135\ttcp\tShADadFf\tSF\n";

    private static void Append(string path, params string[] lines) =>
        File.AppendAllText(path, string.Concat(lines.Select(line => line + "\n")), new UTF8Encoding(false));

    private FollowedLog Follow(LogPosition? saved) => new(_folder.Path, "conn.log", _collected.Sensor, _collected.Decoder, saved);

    private LogPosition Stop()
    {
        var position = _log.Position!;
        _log.Dispose();
        return position;
    }

    private void Restart() => _log = Follow(Stop());

    private IEnumerable<int> ReadAll()
    {
        while (_log.Read(Now))
        {
        }

        return _collected.ClientPorts;
    }

    private void AssertNothingWasRejected() =>
        Assert.Equal(0, _collected.Counters.Rejected(Hop.ZeekLine) + _collected.Counters.Rejected(Hop.FlowRecord));
}
