namespace RpcCollector.ZeekLogs;

/// <summary>How far a log has been read; the file is told by how it begins, since its name is taken over by the next one.</summary>
/// <param name="Path">The name under which it is followed.</param>
/// <param name="Head">Its first octets, up to <see cref="LogHead.MaxLength"/>.</param>
/// <param name="Octets">How many octets of whole lines have been taken.</param>
internal sealed record LogPosition(string Path, byte[] Head, long Octets);
