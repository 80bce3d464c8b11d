namespace RpcCollector.Flows.Exporters;

/// <summary>Counts, for one exporter, how often something contradicted what had stood.</summary>
internal sealed class ContestCounts
{
    private readonly long[] _counts = new long[Enum.GetValues<ContestKind>().Length];

    public void Count(ContestKind kind) => Interlocked.Increment(ref _counts[(int)kind]);

    public long Of(ContestKind kind) => Volatile.Read(ref _counts[(int)kind]);
}

/// <summary>What may be contested: a closed list.</summary>
internal enum ContestKind : byte
{
    /// <summary>Another layout was stated under a Template ID.</summary>
    Template,

    /// <summary>Options data stated another sampling interval, or another start of the exporter.</summary>
    Options,

    /// <summary>A header showed another start of the exporter, and the next ones did not.</summary>
    Clock,
}
