using System.Text;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Detection.Tests.Operations;

/// <summary>Well-known pipes name their interfaces, however the wire spells them, and nothing else does.</summary>
public sealed class NamedPipeTests
{
    private const string Ends =
        "\"ts\":1588334400.0,\"uid\":\"C1\",\"id.orig_h\":\"10.0.1.5\",\"id.orig_p\":50000,\"id.resp_h\":\"10.0.0.4\",\"id.resp_p\":445";

    [Theory]
    [InlineData("svcctl", "svcctl")]
    [InlineData("SVCCTL", "svcctl")]
    [InlineData("\\svcctl", "svcctl")]
    [InlineData("\\PIPE\\svcctl", "svcctl")]
    [InlineData("\\\\PIPE\\\\svcctl", "svcctl")]
    [InlineData("/pipe/atsvc", "atsvc")]
    [InlineData("pipe\\FssagentRpc\0", "FileServerVssAgent")]
    [InlineData("initshutdown", "InitShutdown")]
    [InlineData("protected_storage", "BackupKey")]
    public void A_pipe_is_known_however_it_is_spelled(string pipe, string onInterface) =>
        Assert.Equal(onInterface, NamedPipe.InterfaceOf(Encoding.UTF8.GetBytes(pipe)));

    [Theory]
    [InlineData("")]
    [InlineData("\\")]
    [InlineData("pipe")]
    [InlineData("\\pipe\\")]
    [InlineData("svcctl.txt")]
    [InlineData("folder\\svcctl")]
    [InlineData("pipe\\pipe\\svcctl")]
    [InlineData("svc\0ctl")]
    [InlineData("ſvcctl")]
    [InlineData("\"><script>svcctl")]
    public void Any_other_name_is_no_pipe(string pipe) => Assert.Null(NamedPipe.InterfaceOf(Encoding.UTF8.GetBytes(pipe)));

    [Fact]
    public void No_name_however_long_is_looked_at_for_long()
    {
        Assert.Null(NamedPipe.InterfaceOf(Encoding.UTF8.GetBytes("svcctl" + new string('x', 1 << 20))));
        Assert.Null(NamedPipe.InterfaceOfPath(Encoding.UTF8.GetBytes(new string('x', 1 << 20) + "\\IPC$\\svcctl")));
    }

    [Theory]
    [InlineData("\\\\10.0.0.4\\IPC$\\svcctl", "svcctl")]
    [InlineData("\\\\host.example\\pipe\\winreg", "winreg")]
    [InlineData("\\\\host\\ipc$", null)]
    [InlineData("\\\\host\\share\\svcctl", null)]
    [InlineData("\\\\host\\IPC$\\folder\\svcctl", null)]
    public void A_path_leads_to_a_pipe_only_through_the_share_of_pipes(string path, string? onInterface) =>
        Assert.Equal(onInterface, NamedPipe.InterfaceOfPath(Encoding.UTF8.GetBytes(path)));

    [Theory]
    [InlineData("\\\\10.0.0.4\\IPC$", "svcctl", "SMB::FILE_OPEN", "svcctl")]
    [InlineData("IPC$", "\\samr", "SMB::FILE_OPEN", "samr")]
    [InlineData(null, "\\PIPE\\atsvc", "SMB::PIPE_OPEN", "atsvc")]
    [InlineData(null, "svcctl", "SMB::FILE_OPEN", null)]
    [InlineData("\\\\10.0.0.4\\data", "svcctl", "SMB::FILE_OPEN", null)]
    [InlineData("\\\\10.0.0.4\\IPC$", "report.docx", "SMB::FILE_OPEN", null)]
    public void A_line_of_smb_files_that_opens_a_pipe_names_an_interface_and_no_call(
        string? path, string name, string action, string? onInterface)
    {
        var counters = new HopCounters();
        var log = new ZeekLog(ZeekLogKind.Unknown, counters);
        var line = $"{{{Ends},\"action\":\"{action}\",\"name\":\"{Escaped(name)}\""
            + (path is null ? "}" : $",\"path\":\"{Escaped(path)}\"}}");

        Assert.Equal(ZeekLogKind.SmbFiles, log.Read(Encoding.UTF8.GetBytes(line)));
        var isRead = new OperationReader(counters).TryReadPipe(log.Line, out var operation);

        Assert.Equal(onInterface is not null, isRead);
        Assert.Equal(1, counters.Used(Hop.ZeekLine) + counters.Rejected(Hop.ZeekLine, Rejection.OtherLog));
        if (isRead) Assert.Equal((onInterface, true, 445), (operation.Interface, operation.IsPipeOnly, operation.ServerPort));
    }

    [Theory]
    [InlineData("svcctl", "svcctl")]
    [InlineData("\\\\pipe\\\\winreg", "winreg")]
    public void A_line_of_dce_rpc_without_a_call_is_about_the_interface_of_its_pipe(string pipe, string onInterface)
    {
        var counters = new HopCounters();
        var log = new ZeekLog(ZeekLogKind.DceRpc, counters);

        Assert.Equal(ZeekLogKind.DceRpc, log.Read(Encoding.UTF8.GetBytes($"{{{Ends},\"named_pipe\":\"{pipe}\"}}")));
        Assert.True(new OperationReader(counters).TryRead(log.Line, out var operation));

        Assert.Equal((onInterface, true), (operation.Interface, operation.IsPipeOnly));
    }

    [Theory]
    [InlineData("svcctl", "unknown-64", "OpenSCManager2")]
    [InlineData("svcctl", "unknown-64000", "unknown-64000")]
    [InlineData("svcctl", "unknown-", "unknown-")]
    [InlineData("nobody", "unknown-64", "unknown-64")]
    public void A_number_that_Zeek_does_not_know_is_named_where_its_interface_is_known(
        string onInterface, string operation, string named) =>
        Assert.Equal(named, DceRpc.Read(DceRpc.Line(onInterface, operation)).Operation);

    [Fact]
    public void Suricatas_events_name_a_pipe_once_its_share_was_seen()
    {
        var eve = new Eve().Read(
            Smb("""..."command":"SMB2_COMMAND_CREATE","tree_id":5,"filename":"svcctl" """),
            Smb("""..."command":"SMB2_COMMAND_TREE_CONNECT","tree_id":5,"named_pipe":"\\\\srv\\IPC$","share_type":"PIPE" """),
            Smb("""..."command":"SMB2_COMMAND_CREATE","tree_id":6,"filename":"atsvc" """),
            Smb("""..."command":"SMB2_COMMAND_CREATE","tree_id":5,"status_code":"0xc0000034","filename":"winreg" """),
            Smb("""..."command":"SMB2_COMMAND_CREATE","tree_id":5,"status_code":"0x0","filename":"svcctl" """));

        Assert.Equal(["svcctl::"], eve.Names);
        Assert.Equal(("10.20.1.15", "10.20.0.10"), (eve.Only.Client.ToString(), eve.Only.Server.ToString()));
    }

    [Fact]
    public void Shares_of_pipes_are_remembered_in_bounded_space()
    {
        var eve = new Eve();
        for (var tree = 0; tree < 3; tree++)
            eve.Read(Smb($$"""..."tree_id":{{tree}},"share":"\\\\srv\\IPC$" """), Smb($$"""..."tree_id":{{tree}},"filename":"\\samr" """));

        Assert.Equal(["samr::", "samr::", "samr::"], eve.Names);
    }

    private static string Smb(string content) =>
        Eve.Event("smb", "", $"\"smb\":{{{content.Replace("...", "", StringComparison.Ordinal)}}}");

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal);
}
