namespace RpcCollector.Detection.Judgement.Leases;

/// <summary>What came of a lease: a closed list.</summary>
public enum LeaseOutcome
{
    /// <summary>The first that is known of its address.</summary>
    New,

    /// <summary>The same machine as before.</summary>
    Renewed,

    /// <summary>Another machine than before: the address is another host from then on.</summary>
    Changed,

    /// <summary>
    /// What was seen speaks against it: the machine's former address went on, or the new one had been in use just before. Nothing is
    /// carried there. Counted besides what it was taken for.
    /// </summary>
    Contradicted,

    /// <summary>Not used: an impossible address or time, a host whose role is told or earned, or no room.</summary>
    Refused,

    /// <summary>It began in an hour that was closed: it holds from the first open hour on, unless a later one is known.</summary>
    Late,
}

/// <summary>How many leases came to what, since the process started.</summary>
public readonly record struct LeaseCounts(long New, long Renewed, long Changed, long Contradicted, long Refused, long Late)
{
    public long Of(LeaseOutcome outcome) => outcome switch
    {
        LeaseOutcome.New => New,
        LeaseOutcome.Renewed => Renewed,
        LeaseOutcome.Changed => Changed,
        LeaseOutcome.Contradicted => Contradicted,
        LeaseOutcome.Refused => Refused,
        _ => Late,
    };
}
