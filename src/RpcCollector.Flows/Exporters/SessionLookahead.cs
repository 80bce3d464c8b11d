namespace RpcCollector.Flows.Exporters;

/// <summary>
/// Prefetches the session data that a group of datagrams will need, before the first one is decoded. Each step covers the whole group,
/// so that the waits for memory overlap.
/// </summary>
/// <remarks>Only a hint: a wrong guess costs time and nothing else.</remarks>
internal sealed class SessionLookahead(SessionCache sessions)
{
    /// <summary>
    /// How many datagrams form a group: enough that the first cache lines have arrived by the time they are needed, few enough that
    /// they are not evicted before.
    /// </summary>
    public const int GroupSize = 16;

    private readonly uint[] _hashes = new uint[GroupSize];
    private readonly SessionDomain?[] _sessions = new SessionDomain?[GroupSize];
    private int _count;

    /// <summary>Adds a datagram to the group, if there is room.</summary>
    public void Expect(in HostAddress exporter, in SessionKey key)
    {
        if (_count == GroupSize) return;
        _hashes[_count++] = sessions.Fetch(exporter, key);
    }

    /// <summary>Prefetches for the whole group, and empties it.</summary>
    public void Prepare()
    {
        // 1. The sessions themselves. 2. The objects they refer to.
        var found = _sessions.AsSpan(0, _count);
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = sessions.Guess(_hashes[i]);
            found[i]?.Fetch();
        }

        foreach (var session in found) session?.FetchParts();
        found.Clear();
        _count = 0;
    }
}
