using System.Collections;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>A snapshot of known endpoints that a test wrote down.</summary>
internal sealed class EndpointList : IKnownEndpoints, IEnumerable
{
    private readonly Dictionary<(HostAddress, ushort), RpcInterfaces> _endpoints = [];

    public void Add(string server, ushort port, RpcInterfaces interfaces) => _endpoints.Add((HostAddress.Parse(server), port), interfaces);

    public bool TryFind(HostAddress server, ushort port, long atUnixMilliseconds, out RpcInterfaces interfaces) =>
        _endpoints.TryGetValue((server, port), out interfaces);

    public bool MayKnow(ushort port) => _endpoints.Keys.Any(endpoint => endpoint.Item2 == port);

    public IReadOnlyList<(HostAddress Server, ushort Port)> Carrying(RpcInterfaces interfaces) =>
        [.. _endpoints.Where(entry => entry.Value.HasFlag(interfaces)).Select(entry => entry.Key)];

    public IEnumerator GetEnumerator() => _endpoints.GetEnumerator();
}
