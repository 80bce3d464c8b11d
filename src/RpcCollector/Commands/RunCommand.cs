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
        var appliance = Appliance.Build(EffectiveSettings.Read(_settings));
        using var end = appliance.EndInTime();
        await using (appliance)
        {
            try
            {
                await appliance.StartAsync(stopping);
                using var manager = appliance.TellServiceManager();
                await appliance.WaitForShutdownAsync(stopping);
            }
            catch (OperationCanceledException) when (appliance.IsStopping)
            {
                // Told to stop while it was still starting: nothing has been changed.
            }

            return appliance.ExitCode;
        }
    }
}
