namespace RpcCollector.Judgement;

/// <summary>What the judge's thread knows of itself: written by it, read at every scrape.</summary>
internal sealed class JudgeGauges
{
    private long _failures;
    private long _damaged;

    /// <summary>As the judge last showed them; null before its first turn.</summary>
    public JudgeFigures? Figures
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>Saves and loads of what was learned that failed.</summary>
    public long StateFailures => Volatile.Read(ref _failures);

    /// <summary>Files of it that were found damaged.</summary>
    public long StateDamaged => Volatile.Read(ref _damaged);

    public void CountStateFailure() => Interlocked.Increment(ref _failures);

    public void CountStateDamage() => Interlocked.Increment(ref _damaged);
}
