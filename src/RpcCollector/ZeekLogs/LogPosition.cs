namespace RpcCollector.ZeekLogs;

/// <summary>
/// How far a log has been read. The file is identified by its beginning, because rotation gives its name to the next one.
/// </summary>
/// <param name="Path">The name under which it is followed.</param>
/// <param name="Head">Its first octets, up to <see cref="LogHead.MaxLength"/>.</param>
/// <param name="Octets">How many octets of whole lines have been taken.</param>
internal sealed record LogPosition(string Path, byte[] Head, long Octets);
