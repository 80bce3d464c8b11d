using System.Runtime.CompilerServices;

namespace RpcCollector.Detection.State;

/// <summary>How a <see cref="HashIndex{TRow,THash}"/> hashes a row that it holds; implemented by structs only, so that every call is direct.</summary>
internal interface IRowHash<TRow>
    where TRow : struct, IRow
{
    /// <summary>The hash of the row's key.</summary>
    ulong Of(in TRow row);

    /// <summary>Asks for what else than the row the hash needs.</summary>
    void Fetch(in TRow row);
}

/// <summary>A row whose key is all its own.</summary>
internal interface IKeyedRow : IRow
{
    /// <summary>The hash of the row's key.</summary>
    ulong Hash();
}

/// <summary>Hashes rows whose key is all their own.</summary>
internal readonly struct OwnHash<TRow> : IRowHash<TRow>
    where TRow : struct, IKeyedRow
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(in TRow row) => row.Hash();

    public void Fetch(in TRow row)
    {
    }
}

/// <summary>Hashes connections by the addresses of their pair and not by its index: so a new pair's connections can be looked for before it has an index.</summary>
internal readonly struct ConnectionHash(HostPairs pairs) : IRowHash<FlowRow>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch(in FlowRow row) => CacheLines.FetchRow(ref pairs[row.Pair]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(in FlowRow row) => Of(pairs[row.Pair].Hash(), row.ClientPort, row.ServerPort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong pairHash, ushort clientPort, ushort serverPort) => TableHash.Of(pairHash ^ ((uint)clientPort << 16 | serverPort));
}
