using System.CommandLine;
using System.Diagnostics;
using System.Net;
using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary><c>send</c>: an exporter for trying the appliance without a router. It sends the export datagrams of a capture.</summary>
internal sealed class SendCommand : Command
{
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "A capture (pcap, pcapng) with NetFlow or IPFIX datagrams, or an IPFIX file.",
    };

    private readonly SendTarget _target = new();

    private readonly Option<double?> _rate = new("--rate") { Description = "Datagrams a second." };

    private readonly Option<bool> _captureTime = new("--capture-time")
    {
        Description = "Keep the pauses of the capture. This is the default.",
    };

    private readonly Option<double?> _speed = new("--speed")
    {
        Description = "Keep the pauses of the capture, but this many times faster.",
    };

    private readonly Option<int> _loop = new("--loop")
    {
        Description =
            "How often to send the file. From the second time on, sequence numbers are rewritten so that they go on where the time " +
            "before ended.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<bool> _now = new("--now")
    {
        Description =
            "Move the times of the export so that its last flow ends now. A running collector judges by its own clock: flows that are " +
            "long past are stored, but lead to no findings.",
    };

    private readonly Option<bool> _tcp = new("--tcp")
    {
        Description = "Send IPFIX over TCP, over one connection for each Transport Session of the capture; NetFlow is left out.",
    };

    private readonly Option<double> _withhold = new("--withhold")
    {
        Description =
            "Withhold this percentage of the datagrams, spread evenly, and print what a collector must count as lost. Sequence numbers " +
            "stay as they are. "
            + "Datagrams with Templates or options, and the first and the last of each sequence, are always sent.",
    };

    public SendCommand()
        : base("send", "Send the export datagrams of a capture to a collector.")
    {
        Add(_file);
        _target.AddTo(this);
        foreach (var option in new Option[] { _rate, _captureTime, _speed, _loop, _now, _tcp, _withhold }) Add(option);
        Validators.Add(result =>
        {
            var paces = new Option[] { _rate, _captureTime, _speed }.Count(option => result.GetResult(option) is not null);
            if (paces > 1) result.AddError("Give one of --rate, --capture-time and --speed.");
        });
        SetAction(Send);
    }

    private int Send(ParseResult parsed) => Send(
        parsed.GetValue(_file)!,
        _target.Read(parsed),
        Pace(parsed.GetValue(_rate), parsed.GetValue(_speed)),
        Positive("--loop", parsed.GetValue(_loop)),
        parsed.GetValue(_now) ? ExportTimes.EndingAt(DateTimeOffset.UtcNow, parsed.GetValue(_file)!) : null,
        parsed.GetValue(_tcp),
        Percent("--withhold", parsed.GetValue(_withhold)));

    private static int Send(
        string file, IPEndPoint target, SendPace pace, int rounds, ExportTimes? times, bool overTcp, double withheldShare)
    {
        using var stopping = new StopSignal();
        using var transport = overTcp ? (IExportTransport)new TcpExport(target) : new UdpExport(target);
        var sender = new ExportSender(transport, pace, stopping.Token, withheldShare, times);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < rounds && !stopping.Token.IsCancellationRequested; i++) sender.Send(file);
        sender.Settle();

        var stopped = stopping.Token.IsCancellationRequested ? " Stopped before the end." : "";
        Console.Out.WriteLine(
            $"Sent {sender.Datagrams:N0} datagrams ({sender.Bytes:N0} bytes) to {target} in " +
            $"{Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s.{stopped}");
        if (sender.NotSent.Losses().Any())
            Console.Out.WriteLine(
                "Not sent: "
                + string.Join(", ", sender.NotSent.Losses().Select(entry => $"{entry.Count:N0} {RejectionMeaning.Of(entry.Loss)}")) + ".");
        if (sender.NotCarried > 0)
            Console.Out.WriteLine($"Not sent: {sender.NotCarried:N0} datagrams that are no IPFIX Messages, and so cannot go over TCP.");
        if (withheldShare > 0) Console.Out.WriteLine(Withheld(sender));
        if (times is { Seconds: null })
            Console.Out.WriteLine("No times were moved: there are no flows of RPC or remote administration in it.");
        else if (times is { SetsNotMoved: > 0 and var unmoved })
            Console.Out.WriteLine(
                $"Sent with the times recorded: {unmoved:N0} Data Sets whose Template is not in the capture, or that are damaged.");
        if (sender.Refused == 0) return 0;
        Console.Error.WriteLine(SendTarget.NobodyListens(target, sender.Refused));
        return 1;
    }

    private static string Withheld(ExportSender sender)
    {
        var units =
            sender.WithheldUnits.Select(
                entry => $"{entry.Value:N0} "
                    + entry.Key switch { 5 => "NetFlow v5 flows", 9 => "NetFlow v9 Messages", _ => "IPFIX Data Records" });
        return $"Withheld {sender.Withheld:N0} datagrams{string.Concat(units.Select(text => $", {text}"))}.";
    }

    private static SendPace Pace(double? rate, double? speed) => rate is { } perSecond
        ? SendPace.AtRate(Positive("--rate", perSecond))
        : SendPace.InCaptureTime(Positive("--speed", speed ?? 1));

    private static T Positive<T>(string option, T value)
        where T : System.Numerics.INumber<T> =>
        value > T.Zero && T.IsFinite(value) ? value : throw new StartupException($"{option}: {value} is not a positive number");

    private static double Percent(string option, double value) =>
        value is >= 0 and < 100 ? value / 100 : throw new StartupException($"{option}: {value} is not a percentage from 0 to below 100");
}
