using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;

namespace RpcCollector.Judging;

/// <summary>What the judge's thread knows of itself: written by it, read at every scrape.</summary>
internal sealed class JudgeGauges
{
    private readonly Lock _lock = new();
    private JudgeCounts _counts;
    private long _closed;
    private long _failures;
    private long _damaged;
    private readonly long[] _roleChanges = new long[Enum.GetValues<HostRole>().Length];

    /// <summary>As the judge last showed them.</summary>
    public JudgeCounts Counts
    {
        get
        {
            lock (_lock) return _counts;
        }

        set
        {
            lock (_lock) _counts = value;
        }
    }

    /// <summary>When an hour was last closed and learned, by this host's clock; 0 before the first.</summary>
    public long LearnedUnixMilliseconds
    {
        get => Volatile.Read(ref _closed);
        set => Volatile.Write(ref _closed, value);
    }

    /// <summary>Saves and loads of what was learned that failed.</summary>
    public long StateFailures => Volatile.Read(ref _failures);

    /// <summary>Files of it that were found damaged.</summary>
    public long StateDamaged => Volatile.Read(ref _damaged);

    /// <summary>How often a host has come to have a role, since the start; unknown counts the roles that were lost.</summary>
    public long RoleChanges(HostRole to) => Volatile.Read(ref _roleChanges[(int)to]);

    public void CountRoleChange(HostRole to) => Interlocked.Increment(ref _roleChanges[(int)to]);

    public void CountStateFailure() => Interlocked.Increment(ref _failures);

    public void CountStateDamage() => Interlocked.Increment(ref _damaged);
}
