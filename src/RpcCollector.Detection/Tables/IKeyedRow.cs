namespace RpcCollector.Detection.Tables;

/// <summary>A row that a <see cref="HashIndex{TRow}"/> finds; its key is all its own.</summary>
internal interface IKeyedRow : IRow
{
    /// <summary>The hash of the row's key.</summary>
    ulong Hash();
}
