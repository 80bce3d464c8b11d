namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>Which role a host has in an hour: its address, whoever holds it.</summary>
/// <remarks>
/// What the settings or a person told outranks what was learned; a role that was earned outranks what a host does as a client.
/// </remarks>
internal sealed class Roles(Edges edges, OpenFacts facts)
{
    private int _round = 1;

    /// <summary>Facts were added or removed: what was read of open hours is read again.</summary>
    public void ReadAgain() => _round++;

    public HostRole At(int host, int epoch)
    {
        if (EarnedAt(host, epoch) is { } role) return role;
        if (!edges.Host(host).IsBase && At(edges.Host(host).Base, epoch) is not HostRole.Unknown and var ofAddress) return ofAddress;
        return AsClient(host, epoch);
    }

    /// <summary>The role that was learned of an address, whatever was told.</summary>
    public HostRole LearnedAt(int host, int epoch)
    {
        ref var state = ref edges.Host(edges.Host(host).Base);
        return state.Settled.At(epoch) is not HostRole.Unknown and var settled ? settled : AsClient(state.Base, epoch);
    }

    /// <summary>The role that was told or earned; null when the host's own contacts decide.</summary>
    public HostRole? EarnedAt(int host, int epoch)
    {
        ref var state = ref edges.Host(edges.Host(host).Base);
        if (state.Told is { } told) return told;
        return state.Settled.At(epoch) is not HostRole.Unknown and var settled ? settled : null;
    }

    /// <summary>True for a host of which it was told or earned that it is more than a workstation.</summary>
    public bool HasRole(int host, int epoch) => EarnedAt(host, epoch) is not (null or HostRole.Workstation or HostRole.Unknown);

    /// <summary>True for a host that others are clients of every day: being its client makes a workstation.</summary>
    public bool IsServer(int host, int epoch) => EarnedAt(host, epoch) is { } role && role.IsServing();

    private HostRole AsClient(int host, int epoch)
    {
        ref var state = ref edges.Host(host);
        if (state.WorkstationSince != Epoch.None && state.WorkstationSince <= epoch) return HostRole.Workstation;
        if (state.OpenRound != _round) (state.OpenRound, state.WorkstationInOpen) = (_round, FirstOpenHourAsClient(state));
        return state.WorkstationInOpen <= epoch ? HostRole.Workstation : HostRole.Unknown;
    }

    /// <summary>The first open hour in which a host was a client of a server; the largest number when there is none.</summary>
    private int FirstOpenHourAsClient(in HostState state)
    {
        var first = int.MaxValue;
        var earliest = facts.Epochs.Count > 0 ? facts.Epochs.Keys[0] : int.MaxValue;
        for (var i = state.FirstAsClient; i >= 0 && first > earliest; i = edges[i].NextOfClient)
        {
            for (var open = edges[i].Open; open >= 0; open = facts[open].NextOfEdge)
            {
                ref var hour = ref facts[open];
                if (hour.Epoch < first && hour.Count > 0 && IsServer(edges[i].Server, hour.Epoch)) first = hour.Epoch;
            }
        }

        return first;
    }
}
