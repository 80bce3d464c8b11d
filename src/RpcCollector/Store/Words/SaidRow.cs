namespace RpcCollector.Store.Words;

/// <summary>A row that people's words changed, as it is after them.</summary>
/// <param name="Table">Of <see cref="SaidTables"/>.</param>
/// <param name="Key">An integer or a text, as the table's key is.</param>
/// <param name="Values">In the order of the table's columns: long, string, byte[] or null. Null for a row that is gone.</param>
internal sealed record SaidRow(string Table, object Key, IReadOnlyList<object?>? Values);
