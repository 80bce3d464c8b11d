using RpcCollector.Detection.Judgement.Leases;

namespace RpcCollector.Detection.Judgement;

/// <summary>What the judge has taken and could not use since the process started, and how much it holds now.</summary>
/// <param name="Facts">Activities, contacts and operations taken, changes of known ones too.</param>
/// <param name="Late">New ones whose hour had been closed: they raised the counts of findings and nothing else.</param>
/// <param name="Ahead">Those that started later than they could have arrived; not used.</param>
/// <param name="Beyond">Those that were only counted, because there were too many.</param>
/// <param name="RefusedEdges">Those on edges for which there was no room; not used.</param>
/// <param name="EvictedEdges">Edges forgotten because there were too many.</param>
/// <param name="EvictedFindings">Findings forgotten because there were too many.</param>
public readonly record struct JudgeCounts(
    long Facts, long Late, long Ahead, long Beyond, long RefusedEdges, long EvictedEdges, long EvictedFindings, int Hosts, int Edges,
    int OpenFacts, int Findings, int KnownEndpoints, long StateBytes)
{
    public LeaseCounts Leases { get; init; }

    /// <summary>
    /// Findings that are not told yet, since very much is found that is unsure: when they have lasted, or their hour closes. Of low ones
    /// beyond half the bound the number is not known.
    /// </summary>
    public int WaitingFindings { get; init; }

    /// <summary>True until the learning period is over, by the hours that were closed.</summary>
    public bool IsLearning { get; init; }
}
