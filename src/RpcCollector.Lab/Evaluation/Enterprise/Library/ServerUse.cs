using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>Which machines have used which servers on earlier days: attacks between them leave no edge that is new.</summary>
internal sealed class ServerUse(Network network)
{
    private readonly HashSet<(int Client, int Server)> _used = [];
    private readonly HashSet<(int Client, int Server)> _today = [];
    private readonly HashSet<int> _servers = [.. network.Servers.Select(server => server.Number)];

    public void Note(int client, int server)
    {
        if (_servers.Contains(server)) _today.Add((client, server));
    }

    /// <summary>What was noted counts from the next day on.</summary>
    public void EndDay()
    {
        _used.UnionWith(_today);
        _today.Clear();
    }

    public bool IsKnown(Machine client, Machine server) => _used.Contains((client.Number, server.Number));
}
