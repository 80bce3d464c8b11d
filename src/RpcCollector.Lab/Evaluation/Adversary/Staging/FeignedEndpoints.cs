using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Lab.Evaluation.Adversary.Staging;

/// <summary>Endpoints that tricks have made known, beside those that the network has taught.</summary>
internal sealed class FeignedEndpoints : IKnownEndpoints
{
    // As the judge has it: what was learned in an hour counts two hours later.
    private const long Settled = 2 * Hour;
    private const long Hour = 3_600_000;

    private readonly Dictionary<(HostAddress, ushort), long> _since = [];

    public IKnownEndpoints Learned { get; set; } = new NoEndpoints();

    public void Add(uint server, ushort port, long at) => _since.TryAdd((HostAddress.FromIPv4(server), port), at - (at % Hour) + Settled);

    public bool TryFind(HostAddress server, ushort port, long atUnixMilliseconds, out RpcInterfaces interfaces) =>
        Learned.TryFind(server, port, atUnixMilliseconds, out interfaces)
            || (_since.TryGetValue((server, port), out var since) && atUnixMilliseconds >= since);

    public IReadOnlyList<(HostAddress Server, ushort Port)> Carrying(RpcInterfaces interfaces) => Learned.Carrying(interfaces);

    private sealed class NoEndpoints : IKnownEndpoints
    {
        public bool TryFind(HostAddress server, ushort port, long atUnixMilliseconds, out RpcInterfaces interfaces)
        {
            interfaces = RpcInterfaces.None;
            return false;
        }

        public IReadOnlyList<(HostAddress Server, ushort Port)> Carrying(RpcInterfaces interfaces) => [];
    }
}
