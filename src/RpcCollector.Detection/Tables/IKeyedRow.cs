namespace RpcCollector.Detection.Tables;

/// <summary>A row that a <see cref="HashIndex{TRow}"/> finds by its key; no two rows share one.</summary>
internal interface IKeyedRow : IRow
{
    /// <summary>The hash of the row's key.</summary>
    ulong Hash();
}
