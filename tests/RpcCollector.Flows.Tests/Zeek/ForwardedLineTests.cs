using System.Globalization;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Flows.Tests.Zeek;

/// <summary>A line is used however a forwarder wrote it, as long as it can mean one thing alone.</summary>
public class ForwardedLineTests
{
    private const string Ends = "\"id.orig_h\":\"10.0.1.4\",\"id.orig_p\":50000,\"id.resp_h\":\"10.0.0.4\",\"id.resp_p\":135";
    private const string Rest = "\"ts\":1588316990.4,\"proto\":\"tcp\",\"conn_state\":\"SF\"";

    [Theory]
    [InlineData("{" + Ends + "," + Rest + "}")]
    [InlineData("""{"id":{"orig_h":"10.0.1.4","orig_p":50000,"resp_h":"10.0.0.4","resp_p":135},""" + Rest + "}")]
    [InlineData("""{"id":{"orig_h":"10.0.1.4","other":{"a":[1]},"orig_p":50000,"resp_h":"10.0.0.4","resp_p":135},""" + Rest + "}")]
    [InlineData("""{"i\u0064":{"orig_\u0068":"10.0.1.4","orig_p":50000,"resp_h":"10.0.0.4","resp_p":135},""" + Rest + "}")]
    [InlineData("""{"id":"a7","id_orig_h":"10.0.1.4","id_orig_p":50000,"id.resp_h":"10.0.0.4","id.resp_p":135,""" + Rest + "}")]
    [InlineData("{\"conn\":{" + Ends + "," + Rest + "}}")]
    [InlineData("{\"host\":\"a\",\"conn_red\":{" + Ends + "," + Rest + "},\"tags\":[]}")]
    [InlineData("""{"conn":{"id":{"orig_h":"10.0.1.4","orig_p":50000,"resp_h":"10.0.0.4","resp_p":135},""" + Rest + "}}")]
    [InlineData("{\"_path\":\"conn\",\"@path\":\"conn\"," + Ends + "," + Rest + "}")]
    [InlineData("{" + Ends + "," + Ends + "," + Rest + "}")]
    [InlineData("{\"ts\":null," + Ends + "," + Rest + "}")]
    [InlineData("\uFEFF{" + Ends + "," + Rest + "}")]
    [InlineData("""{"ID.ORIG_H":"10.0.1.4","ID.orig_p":50000,"ID":{"RESP_H":"10.0.0.4","resp_p":135},"Conn_State":"SF",""" + Rest + "}")]
    [InlineData("{\"CONN\":{" + Ends + "," + Rest + "}}")]
    [InlineData(" \t {" + Ends + "," + Rest + "} \r")]
    public void One_meaning_is_taken(string line)
    {
        var flow = new ZeekLines().Read(line).Only;

        Assert.Equal(
            ("10.0.1.4", 50_000, "10.0.0.4", 135), (flow.Client.ToString(), flow.ClientPort, flow.Server.ToString(), flow.ServerPort));
        Assert.Equal(1_588_316_990_400, flow.StartUnixMilliseconds);
    }

    [Theory]
    [InlineData("{" + Ends + ",\"id\":{\"orig_h\":\"10.0.1.5\"}," + Rest + "}")]
    [InlineData("{" + Ends + ",\"id_orig_p\":50001," + Rest + "}")]
    [InlineData("{" + Ends + ",\"ts\":1588316990.5," + Rest + "}")]
    [InlineData("{\"_path\":\"conn\",\"@stream\":\"dce_rpc\"," + Ends + "," + Rest + "}")]
    [InlineData("{\"_path\":\"dns\",\"conn\":{" + Ends + "," + Rest + "}}")]
    [InlineData("{\"conn\":{" + Ends + "," + Rest + "},\"dce_rpc\":{" + Ends + "}}")]
    [InlineData("{" + Ends + "," + Rest + "}{" + Ends + "," + Rest + "}")]
    [InlineData("{" + Ends + ",\"duration\":NaN," + Rest + "}")]
    [InlineData("{" + Ends + ",\"duration\":Infinity," + Rest + "}")]
    public void A_line_that_contradicts_itself_or_is_no_json_is_rejected(string line) =>
        new ZeekLines().Read(line).AssertRejected(Hop.ZeekLine, Rejection.MalformedLine);

    [Fact]
    public void Objects_deeper_than_any_that_a_forwarder_writes_are_rejected() =>
        new ZeekLines().Read("{\"a\":" + string.Concat(Enumerable.Repeat("{\"id\":", 100_000)))
            .AssertRejected(Hop.ZeekLine, Rejection.MalformedLine);

    [Theory]
    [InlineData("135")]
    [InlineData("135.0")]
    [InlineData("1.35e2")]
    [InlineData("\"135\"")]
    [InlineData("\"135.000\"")]
    [InlineData("\"135/tcp\"")]
    [InlineData("\"135/TCP\"")]
    public void A_port_is_a_number_however_it_is_written(string port) =>
        Assert.Equal(135, new ZeekLines().Read("{" + Ends.Replace(":135", ":" + port, StringComparison.Ordinal) + "," + Rest + "}")
            .Only.ServerPort);

    [Theory]
    [InlineData("135.5")]
    [InlineData("-135")]
    [InlineData("65536.0")]
    [InlineData("1e9")]
    [InlineData("\"135/\"")]
    [InlineData("\"135/tcp/135\"")]
    [InlineData("\"epmap\"")]
    [InlineData("\"\"")]
    [InlineData("true")]
    [InlineData("[135]")]
    public void What_is_no_port_is_none(string port) =>
        new ZeekLines(ZeekLogKind.Conn).Read("{" + Ends.Replace(":135", ":" + port, StringComparison.Ordinal) + "," + Rest + "}")
            .AssertRejected(Hop.ZeekLine, Rejection.NotATransportFlow);

    [Fact]
    public void Every_port_is_read_in_each_of_its_forms()
    {
        for (var port = 0; port <= ushort.MaxValue; port += 7)
        {
            foreach (var form in (string[])[
                $"{port}", $"{port}.0", $"{port}/tcp", port.ToString("0.0####e+00", CultureInfo.InvariantCulture)])
            {
                Assert.True(ZeekValue.TryReadPort(System.Text.Encoding.ASCII.GetBytes(form), out var read), form);
                Assert.Equal(port, read);
            }
        }
    }

    [Theory]
    [InlineData("TCP")]
    [InlineData("Tcp")]
    [InlineData("6")]
    [InlineData("006")]
    public void A_protocol_may_be_written_in_capitals_or_as_a_number(string protocol) =>
        Assert.Single(new ZeekLines().Read("{" + Ends + "," + Rest.Replace("tcp", protocol, StringComparison.Ordinal) + "}")
            .Collected.FlowStarts);

    [Theory]
    [InlineData("\t", "#fields")]
    [InlineData(",", "#fields")]
    [InlineData("|", "#path|conn\n#fields")]
    [InlineData(" ", "#unset_field -\n#fields")]
    public void Where_no_line_states_what_separates_columns_the_header_shows_it(string separator, string beginning)
    {
        string[] names = ["ts", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p", "proto", "conn_state"];
        string[] values = ["1588316990.4", "10.0.1.4", "50000", "10.0.0.4", "135", "tcp", "SF"];

        var lines = new ZeekLines()
            .Read($"{beginning}{separator}{string.Join(separator, names)}", string.Join(separator, values), "#close");

        Assert.Equal(135, lines.Only.ServerPort);
    }

    [Fact]
    public void A_column_named_twice_must_say_the_same_twice()
    {
        const string Header = "#fields\tts\tid.orig_h\tid_orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state";

        Assert.Single(
            new ZeekLines().Read(Header, "1588316990.4\t10.0.1.4\t10.0.1.4\t50000\t10.0.0.4\t135\ttcp\tSF").Collected.FlowStarts);
        new ZeekLines().Read(Header, "1588316990.4\t10.0.1.4\t10.0.1.5\t50000\t10.0.0.4\t135\ttcp\tSF")
            .AssertRejected(Hop.ZeekLine, Rejection.MalformedLine);
    }
}
