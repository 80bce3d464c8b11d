namespace RpcCollector.Detection.Tables;

/// <summary>What a <see cref="HashIndex{TRow}"/> is asked for; implemented by structs only, so that every call is direct.</summary>
internal interface IRowKey<TRow>
    where TRow : struct, IRow
{
    /// <summary>The hash of every row that is meant.</summary>
    ulong Hash();

    /// <summary>True when a row with that hash is the one that is meant.</summary>
    bool Is(int index, in TRow row);
}
