namespace RpcCollector.Flows.Losses;

/// <summary>
/// Sums what sequence accounts found: for one domain, where the sums outlive its sessions, and through it for a protocol version.
/// </summary>
/// <param name="whole">The tally that everything is also added to.</param>
/// <param name="minutes">Where losses are also counted per minute.</param>
internal sealed class SequenceTally(SequenceTally? whole = null, MinuteRing? minutes = null)
{
    private long _lost;
    private long _late;
    private long _duplicated;
    private long _resets;

    public SequenceCounts Counts =>
        new(Volatile.Read(ref _lost), Volatile.Read(ref _late), Volatile.Read(ref _duplicated), Volatile.Read(ref _resets));

    /// <param name="units">How many.</param>
    /// <param name="seenUnixMilliseconds">When the gap was seen.</param>
    public void Lose(long units, long seenUnixMilliseconds)
    {
        Interlocked.Add(ref _lost, units);
        minutes?.Lose(units, seenUnixMilliseconds);
        whole?.Lose(units, seenUnixMilliseconds);
    }

    public void CountLate(long units)
    {
        Interlocked.Add(ref _late, units);
        whole?.CountLate(units);
    }

    public void CountDuplicated(long units)
    {
        Interlocked.Add(ref _duplicated, units);
        whole?.CountDuplicated(units);
    }

    public void CountReset()
    {
        Interlocked.Increment(ref _resets);
        whole?.CountReset();
    }
}

/// <summary>What sequence numbers show, in the protocol's unit: flows in NetFlow v5, datagrams in v9, records in IPFIX.</summary>
/// <param name="Lost">Units that never came.</param>
/// <param name="Late">Units that came after later ones.</param>
/// <param name="Duplicated">Units that came twice.</param>
/// <param name="Resets">How often a sequence restarted.</param>
public readonly record struct SequenceCounts(long Lost, long Late, long Duplicated, long Resets)
{
    public static SequenceCounts operator +(SequenceCounts one, SequenceCounts other) =>
        new(one.Lost + other.Lost, one.Late + other.Late, one.Duplicated + other.Duplicated, one.Resets + other.Resets);

    public static SequenceCounts Add(SequenceCounts left, SequenceCounts right) => left + right;
}
