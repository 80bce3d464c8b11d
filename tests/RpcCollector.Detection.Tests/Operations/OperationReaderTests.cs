using System.Text;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Detection.Tests.Operations;

public class OperationReaderTests
{
    [Fact]
    public void A_call_is_read_with_its_connection_and_both_names()
    {
        var call =
            DceRpc.Read(
                """{"@stream":"dce_rpc","@system":"test-nsm","ts":1588316991.3176439""" +
                ""","uid":"CbPNys3ZC9JXNfgW2","id_orig_h":"10.0.1.5","id_orig_p":61013,"id_resp_h":"10.0.0.4","id_resp_p":49667""" +
                ""","rtt":0.0009,"named_pipe":"49667","endpoint":"IWbemBackupRestore interface","operation":"Backup"}""");

        Assert.Equal(
            new RpcOperation
            {
                AtUnixMilliseconds = 1_588_316_991_317,
                Client = HostAddress.Parse("10.0.1.5"),
                ClientPort = 61_013,
                Server = HostAddress.Parse("10.0.0.4"),
                ServerPort = 49_667,
                Uid = "CbPNys3ZC9JXNfgW2",
                Interface = "IWbemBackupRestore interface",
                Operation = "Backup",
            },
            call);
    }

    [Theory]
    [InlineData(
        """{"dce_rpc":{"ts":1588334400.000000,"id":{"orig_h":"10.0.1.5","orig_p":"50000/tcp","resp_h":"10.0.0.4","resp_p":49667.0}""")]
    [InlineData(
        """{"DCE_RPC":{"ts":"2020-05-01T12:00:00Z","id_orig_h":"10.0.1.5","id_orig_p":5e4,"id.resp_h":"10.0.0.4","id.resp_p":49667""")]
    public void What_a_forwarder_makes_of_a_line_tells_the_same(string beginning) =>
        Assert.Equal(
            DceRpc.Read(DceRpc.Line("samr", "SamrConnect5")),
            DceRpc.Read(beginning + ""","uid":"CHhAvVGS1DHFjwGM9","endpoint":"samr","operation":"SamrConnect5"}}"""));

    [Fact]
    public void Columns_tell_the_same_as_json()
    {
        var (counters, line) = (new HopCounters(), DceRpc.Line("samr", "SamrConnect5"));
        var log = new ZeekLog(ZeekLogKind.Unknown, counters);
        foreach (var header in (string[])[
            "#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", "#path\tdce_rpc",
            "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\trtt\tnamed_pipe\tendpoint\toperation"])
            Assert.Equal(ZeekLogKind.Unknown, log.Read(Encoding.UTF8.GetBytes(header)));
        Assert.Equal(
            ZeekLogKind.DceRpc,
            log.Read("1588334400.000000\tCHhAvVGS1DHFjwGM9\t10.0.1.5\t50000\t10.0.0.4\t49667\t-\tx\tsamr\tSamrConnect5"u8));

        Assert.True(new OperationReader(counters).TryRead(log.Line, out var call));
        Assert.Equal(DceRpc.Read(line), call);
    }

    [Theory]
    [InlineData("\"10.0.1.5\"", "\"noone\"", Rejection.NotATransportFlow)]
    [InlineData("\"ts\":1588334400.000000", "\"ts\":null", Rejection.NoStartTime)]
    [InlineData("\"samr\"", "null", Rejection.NoOperation)]
    [InlineData("\"SamrConnect5\"", "\"\"", Rejection.NoOperation)]
    public void A_line_that_names_no_call_is_counted_by_its_reason(string known, string instead, Rejection reason)
    {
        var counters = new HopCounters();
        var log = new ZeekLog(ZeekLogKind.DceRpc, counters);
        var line = DceRpc.Line("samr", "SamrConnect5");

        Assert.Equal(ZeekLogKind.DceRpc, log.Read(Encoding.UTF8.GetBytes(line.Replace(known, instead, StringComparison.Ordinal))));
        Assert.False(new OperationReader(counters).TryRead(log.Line, out _));

        Assert.Equal((1, 0, 1), (counters.Received(Hop.ZeekLine), counters.Used(Hop.ZeekLine), counters.Rejected(Hop.ZeekLine, reason)));
    }
}
