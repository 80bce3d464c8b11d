namespace RpcCollector.ZeekLogs;

/// <summary>
/// How far a log has been read. The file is identified by its beginning, because rotation gives its name to the next one.
/// </summary>
/// <param name="Path">The name under which it is followed.</param>
/// <param name="Head">Its first octets, up to <see cref="LogHead.MaxLength"/>.</param>
/// <param name="Octets">How many octets of whole lines have been taken.</param>
internal sealed record LogPosition(string Path, byte[] Head, long Octets)
{
    /// <summary>True when these are the same places of the same files.</summary>
    public static bool AreSame(LogPosition[] some, LogPosition[] others) =>
        some.Length == others.Length && some.Zip(others).All(pair => IsSame(pair.First, pair.Second));

    private static bool IsSame(LogPosition one, LogPosition other) =>
        one.Octets == other.Octets && one.Head.AsSpan().SequenceEqual(other.Head);
}
