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
    [InlineData("conn.log", Conn, true)]
    [InlineData("any.json", Conn, true)]
    [InlineData("any.json", "\uFEFF\r\n  \n" + Conn, true)]
    [InlineData("conn.log", Header + Columns, true)]
    [InlineData("conn.log", "\uFEFF\n" + Header, true)]
    [InlineData("conn.log", "#close\t2026-03-02-10-00-00\n" + Header + Columns, true)]
    [InlineData("conn.log", Columns + "#close\t2026-03-02-10-00-00\n" + Header + Columns, true)]
    [InlineData("conn.log", Columns, false)]
    [InlineData("any.txt", Columns, false)]
    [InlineData("conn.log", "dear diary\n", false)]
    [InlineData("conn.log", "", false)]
    [InlineData("conn.log", "[" + Conn + "]", false)]
    [InlineData("any.json", " [\n  " + Event + "]", false)]
    [InlineData("any.json", "[1,2]", false)]
    [InlineData("any.json", "{\"a\":1}", false)]
    [InlineData("any.json", "{\"event_type\":\"flow\"}", false)]
    [InlineData("conn.log", "<13>Mar  2 09:15:13 zeek1 conn: " + Conn, false)]
    [InlineData("eve.json", "Mar  2 09:15:13 ids suricata[812]: " + Event, false)]
    [InlineData("conn.log", Conn + Conn, false)]
    [InlineData("any.json", Event + ", " + Event, false)]
    [InlineData("conn.log", Conn + Conn + "\n" + Conn, true)]
    [InlineData("conn-summary.log", Conn, false)]
    [InlineData("conn_long.log", "{\"ts\":1}", false)]
    [InlineData("http.log", "#path\thttp\n#fields\tts\n1\n", false)]
    [InlineData("any.conf", "# a comment\nkey = value\n", false)]
    [InlineData("eve.json", Event, true)]
    [InlineData("suricata.log.1", Event, true)]
    public void A_log_is_told_by_how_it_begins(string name, string text, bool isLog)
    {
        var octets = text.Contains('\uFEFF', StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(text) : Encoding.Latin1.GetBytes(text);
        var path = _folder.Write(name, octets);
        using var source = new ByteSource(path);

        Assert.Equal(isLog, LogProbe.IsLog(source, path));
    }
}
