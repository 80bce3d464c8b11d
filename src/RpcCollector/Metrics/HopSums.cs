using RpcCollector.Flows;

namespace RpcCollector.Metrics;

/// <summary>The counts of all threads, as one look that adds up: at each hop received = used + rejected, for Sets + waiting.</summary>
/// <remarks>
/// Threads count on while they are read, and between what came and what became of it lies work. So a look shows as received what has
/// been dealt with or waits, and apart from it the rest, which is in progress at that moment; the next look has it on the other side.
/// What came is read last, so that what is in progress is never less than nothing. What stays in progress while nothing comes was lost
/// uncounted.
/// </remarks>
internal sealed class HopSums
{
    private readonly long[] _came = new long[HopCounters.NumHops];
    private readonly long[] _used = new long[HopCounters.NumHops];
    private readonly long[] _ended = new long[HopCounters.NumHops];
    private readonly long[] _rejected = new long[HopCounters.NumHops * HopCounters.NumRejections];
    private readonly long[] _irregular = new long[HopCounters.NumIrregularities];
    private long _receivedSets;

    /// <summary>Data Sets that wait for their Template.</summary>
    public long WaitingSets => _receivedSets - Gone(Hop.Set);

    /// <summary>Reads everything anew.</summary>
    /// <param name="waitingSets">Reads how many Data Sets wait.</param>
    public void Read(IReadOnlyList<HopCounters> threads, Func<long> waitingSets)
    {
        foreach (var counts in (long[][])[_came, _used, _ended, _rejected, _irregular]) Array.Clear(counts);
        foreach (var thread in threads) AddWhatBecame(thread);
        var waiting = waitingSets();
        foreach (var thread in threads) AddWhatCame(thread);

        // One that ceased to wait between the two readings is in neither: what was shown as received once stays received.
        var atLeast = Math.Max(_receivedSets, Gone(Hop.Set));
        _receivedSets = Math.Clamp(Gone(Hop.Set) + waiting, atLeast, Math.Max(atLeast, _came[(int)Hop.Set]));
    }

    /// <summary>What came in and was dealt with, or waits.</summary>
    public long Received(Hop hop) => hop == Hop.Set ? _receivedSets : Gone(hop);

    /// <summary>What came in and is being dealt with.</summary>
    public long InProgress(Hop hop) => Math.Max(0, _came[(int)hop] - Received(hop));

    public long Used(Hop hop) => _used[(int)hop];

    public long Rejected(Hop hop, Rejection reason) => _rejected[((int)hop * HopCounters.NumRejections) + (int)reason];

    public long Noted(Irregularity kind) => _irregular[(int)kind];

    private long Gone(Hop hop) => _used[(int)hop] + _ended[(int)hop];

    private void AddWhatBecame(HopCounters thread)
    {
        for (var hop = 0; hop < HopCounters.NumHops; hop++)
        {
            _used[hop] += thread.Used((Hop)hop);
            for (var reason = 0; reason < HopCounters.NumRejections; reason++)
            {
                var count = thread.Rejected((Hop)hop, (Rejection)reason);
                _rejected[(hop * HopCounters.NumRejections) + reason] += count;
                _ended[hop] += count;
            }
        }
    }

    private void AddWhatCame(HopCounters thread)
    {
        for (var hop = 0; hop < HopCounters.NumHops; hop++) _came[hop] += thread.Received((Hop)hop);
        for (var kind = 0; kind < HopCounters.NumIrregularities; kind++) _irregular[kind] += thread.Noted((Irregularity)kind);
    }
}
