using System.CommandLine;
using System.Text.Json;
using RpcCollector.Commands;
using RpcCollector.Lab.Synthetic;

namespace RpcCollector.Lab;

/// <summary><c>load</c>: exporters that send made-up flows, as many as are asked for. Prints what was sent as one line of JSON.</summary>
internal sealed class LoadCommand : Command
{
    private readonly SendTarget _target = new();
    private readonly SyntheticOptions _synthetic = new();

    public LoadCommand()
        : base("load", "Send flows that are made up to a collector, and print how many as one line of JSON.")
    {
        _target.AddTo(this);
        _synthetic.AddTo(this);
        SetAction(Send);
    }

    private int Send(ParseResult parsed)
    {
        var load = _synthetic.Read(parsed, _target.Read(parsed));
        using var stopping = new StopSignal();
        using var sender = new SyntheticSender(load, stopping.Token);
        var result = sender.Run();
        Console.Out.WriteLine(JsonSerializer.Serialize(result, SyntheticJson.Default.SyntheticResult));
        if (result.Refused == 0) return 0;
        Console.Error.WriteLine(SendTarget.NobodyListens(load.Target, result.Refused));
        return 1;
    }
}
