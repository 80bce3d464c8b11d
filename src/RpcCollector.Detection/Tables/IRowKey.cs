namespace RpcCollector.Detection.Tables;

/// <summary>What a <see cref="HashIndex{TRow}"/> looks for; implemented by structs only, so that every call is direct.</summary>
internal interface IRowKey<TRow>
    where TRow : struct, IRow
{
    /// <summary>The hash that every matching row has.</summary>
    ulong Hash();

    /// <summary>True when a row with that hash matches.</summary>
    bool Is(int index, in TRow row);
}

/// <summary>A key that several rows may match, of which one is the first by value.</summary>
internal interface IOrderedRowKey<TRow> : IRowKey<TRow>
    where TRow : struct, IRow
{
    /// <summary>True when the first of two matching rows comes first.</summary>
    bool IsBefore(in TRow row, in TRow than);
}
