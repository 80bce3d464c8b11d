namespace RpcCollector.Scale;

/// <summary>Looks how the leaves are: servers beside sensors, which buffer on disk what the hubs then take.</summary>
internal interface ILeafLook
{
    /// <summary>Of a sensor: its own leaf.</summary>
    /// <exception cref="FlowLogException">That cannot be said now.</exception>
    Task<OwnLeaf> LookAtOwnAsync(CancellationToken stopping);

    /// <summary>Of a judge: all leaves that the hubs take from, as the hubs say.</summary>
    /// <exception cref="FlowLogException">That cannot be said now.</exception>
    Task<IReadOnlyList<LeafStanding>> LookAtLeavesAsync(CancellationToken stopping);
}

/// <summary>What a sensor's own leaf holds of its flow starts, whether the hubs have it or not.</summary>
/// <param name="Messages">Batches.</param>
/// <param name="Bytes">Their octets, with what the leaf writes beside them.</param>
/// <param name="MostBytes">How many it may hold (Scale:Nats:MaxBytes).</param>
/// <param name="OldestUnixMilliseconds">When it took the oldest, by its own clock; 0 when it holds none.</param>
internal sealed record OwnLeaf(long Messages, long Bytes, long MostBytes, long OldestUnixMilliseconds);

/// <summary>A leaf as the hubs know it.</summary>
/// <param name="Waiting">Messages that wait in it, as it said last.</param>
/// <param name="Silent">For how long the hubs have not heard of it; null when they have not since they were started.</param>
internal sealed record LeafStanding(string Name, long Waiting, TimeSpan? Silent)
{
    // A leaf says every second that it is there.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Nothing was heard of it for a minute.</summary>
    public bool IsSilent => Silent > Patience;
}
