using System.CommandLine;
using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary><c>run</c>: receives exports, finds RPC activity, keeps it and serves it, until told to stop.</summary>
internal sealed class RunCommand : Command
{
    private readonly IReadOnlyList<string> _settings;

    public RunCommand(IReadOnlyList<string> settings)
        : base("run", "Receive exports over UDP, find RPC activity, keep it and serve it over HTTP, until stopped. This is the default.")
    {
        _settings = settings;
        SetAction(RunAsync);
    }

    public async Task<int> RunAsync(ParseResult parsed, CancellationToken stopping)
    {
        await using var appliance = Appliance.Build(EffectiveSettings.Read(_settings));
        await appliance.StartAsync(stopping);
        await appliance.WaitForShutdownAsync(stopping);
        return 0;
    }
}
