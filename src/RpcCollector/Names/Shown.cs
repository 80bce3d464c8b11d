using RpcCollector.Flows;

namespace RpcCollector.Names;

/// <summary>A host as people read it: by name with its address, such as PC-0412 (10.20.1.15), or by its address alone.</summary>
internal static class Shown
{
    /// <param name="atUnixMilliseconds">When it did what is told of it: addresses change hands.</param>
    public static string Of(NameBook names, HostAddress address, long atUnixMilliseconds) =>
        names.Find(address, atUnixMilliseconds) is { } known ? $"{known.Name} ({address})" : address.ToString();
}
