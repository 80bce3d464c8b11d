namespace RpcCollector.Detection.Tables;

/// <summary>A row of a <see cref="RowStore{TRow}"/>; implemented by structs only, so that every call is direct.</summary>
internal interface IRow
{
    /// <summary>
    /// The next row of the free list, for a row that is not in use; -1 at the end. It may share a field with something that only a row in
    /// use needs.
    /// </summary>
    int NextFree { get; set; }
}
