namespace RpcCollector.Names;

/// <summary>What became of what was told: written by whoever learns, read at every scrape.</summary>
internal sealed class NameCounts
{
    private readonly long[] _learned = new long[Enum.GetValues<NameSource>().Length + 1];
    private readonly long[] _refused = new long[Enum.GetValues<NameSource>().Length + 1];
    private readonly long[] _logons = new long[Enum.GetValues<NameSource>().Length + 1];
    private long _evicted;
    private long _fileRows;
    private long _fileRowsRefused;
    private long _fileFailures;
    private long _asked;
    private long _unanswered;

    /// <summary>How often a source named an address.</summary>
    public long Learned(NameSource source) => Volatile.Read(ref _learned[(int)source]);

    /// <summary>How often it said what can be no name.</summary>
    public long Refused(NameSource source) => Volatile.Read(ref _refused[(int)source]);

    /// <summary>How often it told of a user who logged on, or tried to.</summary>
    public long Logons(NameSource source) => Volatile.Read(ref _logons[(int)source]);

    /// <summary>Addresses whose names, or whose logons, made room for others.</summary>
    public long Evicted => Volatile.Read(ref _evicted);

    /// <summary>Rows of the names file that are in force.</summary>
    public long FileRows
    {
        get => Volatile.Read(ref _fileRows);
        set => Volatile.Write(ref _fileRows, value);
    }

    /// <summary>Rows of names files that could not be used, each time one was read.</summary>
    public long FileRowsRefused => Volatile.Read(ref _fileRowsRefused);

    /// <summary>How often the changed names file could not be used.</summary>
    public long FileFailures => Volatile.Read(ref _fileFailures);

    /// <summary>Addresses that DNS servers were asked about.</summary>
    public long Asked => Volatile.Read(ref _asked);

    /// <summary>Of these, those that got no answer in time.</summary>
    public long Unanswered => Volatile.Read(ref _unanswered);

    public void Learn(NameSource source) => Interlocked.Increment(ref _learned[(int)source]);

    public void Refuse(NameSource source) => Interlocked.Increment(ref _refused[(int)source]);

    public void LogOn(NameSource source) => Interlocked.Increment(ref _logons[(int)source]);

    public void Evict() => Interlocked.Increment(ref _evicted);

    public void RefuseFileRows(long count) => Interlocked.Add(ref _fileRowsRefused, count);

    public void FailFile() => Interlocked.Increment(ref _fileFailures);

    public void Ask() => Interlocked.Increment(ref _asked);

    public void MissAnswer() => Interlocked.Increment(ref _unanswered);
}
