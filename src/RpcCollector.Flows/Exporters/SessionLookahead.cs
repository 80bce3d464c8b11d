namespace RpcCollector.Flows.Exporters;

/// <summary>Asks for the memory that a group of datagrams will need of their sessions before the first of them is decoded, each step for all of them, so that the waits overlap.</summary>
/// <remarks>It changes nothing and decides nothing: what it guesses wrong costs time and no more.</remarks>
internal sealed class SessionLookahead(SessionCache sessions)
{
    /// <summary>How many datagrams are looked at together: enough that the first lines have come when they are needed, few enough that they are still there.</summary>
    public const int GroupSize = 16;

    private readonly uint[] _hashes = new uint[GroupSize];
    private readonly SessionDomain?[] _sessions = new SessionDomain?[GroupSize];
    private int _count;

    /// <summary>Takes one datagram into the group, if there is room.</summary>
    public void Expect(in HostAddress exporter, in SessionKey key)
    {
        if (_count == GroupSize) return;
        _hashes[_count++] = sessions.Fetch(exporter, key);
    }

    /// <summary>Looks at the group; it ends with that.</summary>
    public void Prepare()
    {
        // 1. The sessions that the places name. 2. What they refer to.
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
