using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.EndToEnd.Tests.Orientation;

/// <summary>Endpoints that were learned long before, from activities or as a test names them.</summary>
internal sealed class LearnedEndpoints : IKnownEndpoints
{
    private readonly HashSet<(HostAddress, ushort)> _endpoints = [];

    public static LearnedEndpoints Of(params IEnumerable<(string Server, int Port)> endpoints)
    {
        var learned = new LearnedEndpoints();
        foreach (var (server, port) in endpoints) learned._endpoints.Add((HostAddress.Parse(server), (ushort)port));
        return learned;
    }

    /// <summary>Those of joined activities.</summary>
    public static LearnedEndpoints From(IEnumerable<RpcActivity> activities)
    {
        var learned = new LearnedEndpoints();
        foreach (var activity in activities)
            if (activity.Endpoint is { } endpoint) learned._endpoints.Add((activity.Server, endpoint.ServerPort));
        return learned;
    }

    public bool TryFind(HostAddress server, ushort port, long atUnixMilliseconds, out RpcInterfaces interfaces)
    {
        interfaces = RpcInterfaces.None;
        return _endpoints.Contains((server, port));
    }

    public IReadOnlyList<(HostAddress Server, ushort Port)> Carrying(RpcInterfaces interfaces) => [];
}
