using System.CommandLine;
using RpcCollector.Captures;
using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary><c>replay</c>: runs recorded exports through the live path, in capture time, and never drops anything for speed.</summary>
internal sealed class ReplayCommand : Command
{
    private readonly IReadOnlyList<string> _settings;

    private readonly Option<string> _format = new("--format")
    {
        Description = "json: one object a line; text: a table and a summary for people.",
        DefaultValueFactory = _ => "text",
    };

    private readonly Argument<string[]> _inputs = new("FILE|DIRECTORY")
    {
        Description =
            "Captures (pcap, pcapng) with NetFlow or IPFIX datagrams, IPFIX files, Zeek's conn.log, dce_rpc.log and smb_files.log, " +
            "those that name hosts (dhcp, dns, ntlm, kerberos, smb_mapping), and Suricata's eve.json, plain, gzip or zstd; recognised " +
                "by their content. For a directory, all of these in and below it; each folder with " +
            "logs is a sensor.",
        Arity = ArgumentArity.OneOrMore,
    };

    public ReplayCommand(IReadOnlyList<string> settings)
        : base("replay",
            "Find RPC activity in recorded exports, read in the order of their time stamps; exit code 2 for a file that cannot be read, " +
                "or " +
            "of which nothing can be used.")
    {
        _settings = settings;
        _format.AcceptOnlyFromAmong("json", "text");
        Add(_format);
        Add(_inputs);
        SetAction(parsed => Run(parsed.GetValue(_inputs)!, isJson: parsed.GetValue(_format) is "json"));
    }

    private int Run(string[] arguments, bool isJson)
    {
        var effective = EffectiveSettings.Read(_settings);
        var tally = new CaptureTally();
        using var captures = new CaptureMerge(CaptureInput.Find(arguments), tally, effective.Options.Flows);
        var replay = new Replay(effective.Options, captures, tally);
        var result = isJson ? replay.Run(progress: null) : ReplayProgress.Run(replay);
        var unused = UnusedInputs.Of(arguments, captures.Uses);

        // Files that are no captures at all are a mistake in the command line: nothing was read that could be summed up.
        var isMistake = captures.Uses.Count > 0 && captures.Uses.All(use => use is { Input.IsNamed: true, IsNoCapture: true });
        if (isJson && !isMistake)
        {
            using var output = Console.OpenStandardOutput();
            ReplayJson.Write(output, result, unused);
        }
        else if (!isMistake)
        {
            ReplayText.Write(TextConsole.Out(), result);
        }

        foreach (var input in unused) Console.Error.WriteLine(input);
        return unused.Count == 0 ? 0 : CommandLine.UsageErrorExitCode;
    }
}
