using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Judging;

/// <summary>The known endpoints as the judge last showed them: one object that the shards keep, whatever the judge learns.</summary>
internal sealed class CurrentEndpoints : IKnownEndpoints
{
    private volatile IKnownEndpoints _latest = Nothing.Known;

    public IKnownEndpoints Latest
    {
        get => _latest;
        set => _latest = value;
    }

    public IReadOnlyList<LearnedEndpoint> All => _latest.All;

    public bool TryFind(HostAddress server, ushort port, long atUnixMilliseconds, out RpcInterfaces interfaces) =>
        _latest.TryFind(server, port, atUnixMilliseconds, out interfaces);

    public bool MayKnow(ushort port) => _latest.MayKnow(port);

    public IReadOnlyList<(HostAddress Server, ushort Port)> Carrying(RpcInterfaces interfaces) => _latest.Carrying(interfaces);

    // Before the judge has shown anything.
    private sealed class Nothing : IKnownEndpoints
    {
        public static readonly Nothing Known = new();

        public bool TryFind(HostAddress server, ushort port, long atUnixMilliseconds, out RpcInterfaces interfaces)
        {
            interfaces = RpcInterfaces.None;
            return false;
        }

        public bool MayKnow(ushort port) => false;

        public IReadOnlyList<(HostAddress Server, ushort Port)> Carrying(RpcInterfaces interfaces) => [];
    }
}
