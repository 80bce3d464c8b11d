using RpcCollector.Flows;

namespace RpcCollector.Metrics;

/// <summary>The counts of all threads, summed for one scrape.</summary>
/// <remarks>
/// Threads count on while they are read. What a hop received is counted before what became of it, so that is read last: no scrape shows
/// more that was used or rejected than was received, and in a quiet moment both are equal.
/// </remarks>
internal sealed class HopSums
{
    private readonly long[] _received = new long[HopCounters.NumHops];
    private readonly long[] _used = new long[HopCounters.NumHops];
    private readonly long[] _rejected = new long[HopCounters.NumHops * HopCounters.NumRejections];
    private readonly long[] _irregular = new long[HopCounters.NumIrregularities];

    /// <summary>Data Sets that wait for their Template.</summary>
    public long WaitingSets { get; private set; }

    /// <summary>Reads everything anew.</summary>
    /// <param name="waitingSets">Reads how many Data Sets wait: before what was received, for the same reason.</param>
    public void Read(IReadOnlyList<HopCounters> threads, Func<long> waitingSets)
    {
        Clear();
        foreach (var thread in threads) AddWhatBecame(thread);
        WaitingSets = waitingSets();
        foreach (var thread in threads) AddWhatCame(thread);
    }

    public long Received(Hop hop) => _received[(int)hop];

    public long Used(Hop hop) => _used[(int)hop];

    public long Rejected(Hop hop, Rejection reason) => _rejected[((int)hop * HopCounters.NumRejections) + (int)reason];

    public long Noted(Irregularity kind) => _irregular[(int)kind];

    private void Clear()
    {
        foreach (var counts in (long[][])[_received, _used, _rejected, _irregular]) Array.Clear(counts);
    }

    private void AddWhatBecame(HopCounters thread)
    {
        for (var hop = 0; hop < HopCounters.NumHops; hop++)
        {
            _used[hop] += thread.Used((Hop)hop);
            for (var reason = 0; reason < HopCounters.NumRejections; reason++)
                _rejected[(hop * HopCounters.NumRejections) + reason] += thread.Rejected((Hop)hop, (Rejection)reason);
        }
    }

    private void AddWhatCame(HopCounters thread)
    {
        for (var hop = 0; hop < HopCounters.NumHops; hop++) _received[hop] += thread.Received((Hop)hop);
        for (var kind = 0; kind < HopCounters.NumIrregularities; kind++) _irregular[kind] += thread.Noted((Irregularity)kind);
    }
}
