using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace RpcCollector.Detection.Tables;

/// <summary>
/// A client and a server between which flows are held, and the roots of their trees of starts, or the heads of their chains: who searches
/// one asks for <see cref="FlowTable.RootOf"/>.
/// </summary>
internal struct PairRow : IKeyedRow
{
    /// <summary>How many flows of one kind a pair can count.</summary>
    public const int MaxFlows = short.MaxValue;

    private const ushort SeveralClocks = MaxFlows + 1;
    private const ushort Mirrors = MaxFlows + 1;

    public uint Client;
    public uint Server;
    private int _mapperRoot;
    private int _endpointRoot;

    // The counts take fifteen bits. The highest bit of the one says that several clocks timed the pair's flows; that of the other, that one
    // of its endpoint flows or contacts may stand for its mirror.
    private ushort _numMappers;
    private ushort _numEndpoints;

    public int NextFree
    {
        readonly get => _mapperRoot;
        set => _mapperRoot = value;
    }

    public readonly int MapperRoot => _mapperRoot;

    public readonly int EndpointRoot => _endpointRoot;

    public readonly bool IsEmpty => _mapperRoot == FlowRow.None && _endpointRoot == FlowRow.None;

    [UnscopedRef]
    public ref int Root(FlowKind kind)
    {
        if (kind == FlowKind.Mapper) return ref _mapperRoot;
        return ref _endpointRoot;
    }

    /// <summary>True once more than one clock has timed flows of this pair.</summary>
    public bool HasSeveralClocks
    {
        readonly get => (_numMappers & SeveralClocks) != 0;
        set => _numMappers = (ushort)(value ? _numMappers | SeveralClocks : _numMappers & ~SeveralClocks);
    }

    /// <summary>True when one of its flows may stand for its mirror (<see cref="FlowRow.StandsForMirror"/>).</summary>
    public bool HasMirrors
    {
        readonly get => (_numEndpoints & Mirrors) != 0;
        set => _numEndpoints = (ushort)(value ? _numEndpoints | Mirrors : _numEndpoints & ~Mirrors);
    }

    /// <summary>Writes a pair that has no flows yet.</summary>
    public void Open(uint client, uint server)
    {
        (Client, Server, _mapperRoot, _endpointRoot) = (client, server, FlowRow.None, FlowRow.None);
        (_numMappers, _numEndpoints) = (0, 0);
    }

    public readonly int NumberOf(FlowKind kind) => kind == FlowKind.Mapper ? _numMappers & ~SeveralClocks : _numEndpoints & ~Mirrors;

    public void Count(FlowKind kind, int more)
    {
        if (kind == FlowKind.Mapper) _numMappers = (ushort)(_numMappers + more);
        else _numEndpoints = (ushort)(_numEndpoints + more);
    }

    public readonly ulong Hash() => HashOf(Client, Server);

    // The same for both directions: both pairs lie in one bucket, and a lookup of the opposite direction finds it in the cache. Arithmetic
    // picks the smaller number, because the processor could not predict a branch.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong HashOf(uint client, uint server)
    {
        var less = (long)client - server;
        less &= less >> 63;
        return TableHash.Of((ulong)(client - less) << 32 | (ulong)(server + less));
    }

    /// <summary>Names a pair by the numbers of its hosts.</summary>
    public readonly struct Key(uint client, uint server) : IRowKey<PairRow>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public ulong Hash() => HashOf(client, server);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Is(int index, in PairRow row) => row.Client == client && row.Server == server;
    }
}
