namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>A row of a <see cref="RowTable{TRow}"/>; implemented by structs only, so that every call is direct.</summary>
internal interface ITableRow
{
    /// <summary>The next row of the same bucket while the row is in use, of the free list otherwise; -1 at the end.</summary>
    int Next { get; set; }

    /// <summary>The hash of the row's key.</summary>
    ulong Hash();
}
