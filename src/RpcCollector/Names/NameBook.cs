using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Names;

/// <summary>What addresses are called, and who logged on between them. Any thread may ask; nobody waits for anybody.</summary>
internal sealed class NameBook(NameOptions options)
{
    private readonly NameOptions _options = options;

    /// <summary>The best name that an address had at a time; null when none is known.</summary>
    public HostName? Find(HostAddress address, long atUnixMilliseconds)
    {
        _ = (address, atUnixMilliseconds, _options);
        return null;
    }

    /// <summary>Who logged on from a client to a server (to any, when null) between two times, the latest first.</summary>
    public IReadOnlyList<UserSighting> UsersOf(
        HostAddress client, HostAddress? server, long fromUnixMilliseconds, long untilUnixMilliseconds)
    {
        _ = (client, server, fromUnixMilliseconds, untilUnixMilliseconds);
        return [];
    }
}
