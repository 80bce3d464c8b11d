using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>Sends recorded exports to a running sensor, as `send --now` does.</summary>
internal static class Exports
{
    /// <summary>The capture that the README sends: one workstation drives another, a server, and more.</summary>
    public const string FirstAttack = "softflowd-ipfix-rpc-activity.pcap";

    /// <param name="capture">One of tests/captures, or a path.</param>
    public static async Task SendNowAsync(LiveCollector sensor, string capture = FirstAttack)
    {
        var file = File.Exists(capture) ? capture : Path.Combine(SharedData.RepositoryRoot(), "tests", "captures", capture);
        var sent = await CollectorProgram.RunAsync("send", "--now", file, "--to", $"127.0.0.1:{sensor.UdpPort}", "--speed", "1000");
        Assert.True(sent.ExitCode == 0, sent.Errors);
    }
}
