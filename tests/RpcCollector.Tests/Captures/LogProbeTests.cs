using System.Text;
using RpcCollector.Captures;

namespace RpcCollector.Tests.Captures;

public sealed class LogProbeTests : IDisposable
{
    private const string Conn =
        """{"ts":1,"id.orig_h":"10.0.1.5","id.orig_p":5,"id.resp_h":"10.0.0.4","id.resp_p":135,"proto":"tcp","conn_state":"SF"}""";

    private const string Columns = "1588316990.1\tC1\t10.0.1.5\t50000\t10.0.0.4\t135\ttcp\tdce_rpc\t1.5\n";
    private const string Header = "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\n";
    private const string Event = """{"timestamp":"2026-03-02T09:16:13.120001+0000","event_type":"flow","src_ip":"10.0.0.1"}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("conn.log", Conn, nameof(LogObstacle.None))]
    [InlineData("any.json", Conn, nameof(LogObstacle.None))]
    [InlineData("any.json", "\uFEFF\r\n  \n" + Conn, nameof(LogObstacle.None))]
    [InlineData("conn.log", Header + Columns, nameof(LogObstacle.None))]
    [InlineData("conn.log", "\uFEFF\n" + Header, nameof(LogObstacle.None))]
    [InlineData("conn.log", "#close\t2026-03-02-10-00-00\n" + Header + Columns, nameof(LogObstacle.None))]
    [InlineData("conn.log", Columns + "#close\t2026-03-02-10-00-00\n" + Header + Columns, nameof(LogObstacle.None))]
    [InlineData("conn.log", Columns, nameof(LogObstacle.NoHeader))]
    [InlineData("any.txt", Columns, nameof(LogObstacle.NotALog))]
    [InlineData("conn.log", "dear diary\n", nameof(LogObstacle.NotALog))]
    [InlineData("conn.log", "", nameof(LogObstacle.NotALog))]
    [InlineData("conn.log", "[" + Conn + "]", nameof(LogObstacle.JsonArray))]
    [InlineData("any.json", " [\n  " + Event + "]", nameof(LogObstacle.JsonArray))]
    [InlineData("any.json", "[1,2]", nameof(LogObstacle.NotALog))]
    [InlineData("any.json", "{\"a\":1}", nameof(LogObstacle.NotALog))]
    [InlineData("any.json", "{\"event_type\":\"flow\"}", nameof(LogObstacle.NotALog))]
    [InlineData("conn.log", "<13>Mar  2 09:15:13 zeek1 conn: " + Conn, nameof(LogObstacle.TextBeforeObject))]
    [InlineData("eve.json", "Mar  2 09:15:13 ids suricata[812]: " + Event, nameof(LogObstacle.TextBeforeObject))]
    [InlineData("conn.log", Conn + Conn, nameof(LogObstacle.SeveralObjects))]
    [InlineData("any.json", Event + ", " + Event, nameof(LogObstacle.SeveralObjects))]
    [InlineData("conn.log", Conn + Conn + "\n" + Conn, nameof(LogObstacle.None))]
    [InlineData("conn-summary.log", Conn, nameof(LogObstacle.OtherLog))]
    [InlineData("conn_long.log", "{\"ts\":1}", nameof(LogObstacle.OtherLog))]
    [InlineData("http.log", "#path\thttp\n#fields\tts\n1\n", nameof(LogObstacle.OtherLog))]
    [InlineData("any.conf", "# a comment\nkey = value\n", nameof(LogObstacle.NotALog))]
    [InlineData("eve.json", Event, nameof(LogObstacle.None))]
    [InlineData("suricata.log.1", Event, nameof(LogObstacle.None))]
    [InlineData("conn.log.xz", "\u00FD7zXZ\0", nameof(LogObstacle.Xz))]
    [InlineData("conn.log.bz2", "BZh91AY&SY", nameof(LogObstacle.Bzip2))]
    [InlineData("conn.log", "\u00FF\u00FE{\0", nameof(LogObstacle.Utf16))]
    public void A_file_is_told_by_how_it_begins(string name, string text, string obstacle)
    {
        var octets = text.Contains('\uFEFF', StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(text) : Encoding.Latin1.GetBytes(text);

        Assert.Equal(obstacle, ZeekRecording.ObstacleIn(_folder.Write(name, octets)).ToString());
    }

    [Theory]
    [InlineData(nameof(LogObstacle.JsonArray), "jq")]
    [InlineData(nameof(LogObstacle.Bzip2), "bunzip2")]
    [InlineData(nameof(LogObstacle.NoHeader), "#")]
    public void What_is_said_says_what_to_do(string obstacle, string what) =>
        Assert.Contains(what, Enum.Parse<LogObstacle>(obstacle).Meaning(), StringComparison.Ordinal);

    [Fact]
    public void Every_obstacle_has_a_meaning_of_its_own()
    {
        var meanings = Enum.GetValues<LogObstacle>().Where(obstacle => obstacle is not (LogObstacle.None or LogObstacle.NotALog))
            .Select(obstacle => obstacle.Meaning()).ToList();

        Assert.Equal(meanings.Count, meanings.Distinct().Count());
        Assert.DoesNotContain(LogObstacle.NotALog.Meaning(), meanings);
    }
}
