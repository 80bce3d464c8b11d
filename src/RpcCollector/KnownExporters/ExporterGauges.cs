namespace RpcCollector.KnownExporters;

/// <summary>What is noticed of the exporters: written by who watches them, read at every scrape.</summary>
/// <remarks>Never by address: sources can be forged.</remarks>
internal sealed class ExporterGauges
{
    private static readonly int NumEvents = Enum.GetValues<ExporterEvent>().Length;

    private readonly long[] _events = new long[NumEvents];
    private long _stateFailures;
    private long _stateDamaged;

    /// <summary>Exporters that have sent and are silent.</summary>
    public int Silent { get; set; }

    /// <summary>Addresses behind which there seem to be several exporters.</summary>
    public int Translated { get; set; }

    /// <summary>Exporters that sample.</summary>
    public int Sampled { get; set; }

    /// <summary>Exporters in whose name something is stated that contradicts what had stood.</summary>
    public int Contested { get; set; }

    /// <summary>Exporters whose clock is wrong by more than five minutes.</summary>
    public int ClockWrong { get; set; }

    /// <summary>The smallest and the largest offset between export and arrival, in milliseconds; null without exporters.</summary>
    public (long Least, long Most)? ArrivalOffsets
    {
        get => Volatile.Read(ref _offsets)?.Value;
        set => Volatile.Write(ref _offsets, value is { } offsets ? new Offsets(offsets) : null);
    }

    private Offsets? _offsets;

    /// <summary>Saves and loads of what is known of the exporters that failed.</summary>
    public long StateFailures => Volatile.Read(ref _stateFailures);

    /// <summary>Files of it that were found damaged.</summary>
    public long StateDamaged => Volatile.Read(ref _stateDamaged);

    public long Events(ExporterEvent kind) => Volatile.Read(ref _events[(int)kind]);

    public void Count(ExporterEvent kind, long count = 1) => Interlocked.Add(ref _events[(int)kind], count);

    public void CountStateFailure() => Interlocked.Increment(ref _stateFailures);

    public void CountStateDamage() => Interlocked.Increment(ref _stateDamaged);

    private sealed record Offsets((long Least, long Most) Value);
}

/// <summary>What happens to exporters: a closed list, one counter each.</summary>
internal enum ExporterEvent
{
    Silent,
    Resumed,
    Restarted,
    ClockStepped,

    /// <summary>The clock was found wrong by more than five minutes: times by it are corrected.</summary>
    ClockWrong,

    /// <summary>Another layout came under a known Template ID.</summary>
    TemplateContested,

    /// <summary>Another sampling interval, or another start of the exporter, was stated.</summary>
    OptionsContested,

    /// <summary>A header showed another start of the exporter, and the next one the former again.</summary>
    ClockContested,
}
