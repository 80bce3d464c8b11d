using System.Runtime.CompilerServices;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Detection.Tables;

/// <summary>
/// Learns how far clocks are apart from the connections that two of them saw. Written by the shard's thread, read by anyone.
/// </summary>
/// <remarks>
/// What is learned is only shown to people. If the join used it, its results would depend on how much had been learned before a flow
/// arrived, and two replays of the same records in different order would differ. The join tolerates a fixed skew instead.
/// </remarks>
internal sealed class ClockSkews
{
    private const int Capacity = 4_096;

    // Beyond this a clock is simply set wrong, and nobody needs the exact figure; in milliseconds.
    private const long LargestSkew = 1_000_000_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(ulong Reference, ulong Other), int> _index = [];
    private Entry[] _entries = [];
    private int _count;
    private int _hand;

    public long Bytes => ((long)_entries.Length * Unsafe.SizeOf<Entry>()) + (_index.EnsureCapacity(0) * 8L * sizeof(int));

    /// <summary>
    /// Takes the first sighting of a connection by a second clock; later ones are often continuations, which start later.
    /// </summary>
    public void Learn(Witnesses witnesses, in FlowRow sighting, in FlowRow known)
    {
        ref readonly var sightingBy = ref witnesses[sighting.Witnesses];
        ref readonly var knownBy = ref witnesses[known.Witnesses];
        if (knownBy.HasSeveralClocks || sightingBy.HasSeveralClocks) return;
        var (sightingClock, knownClock) = (witnesses.Clocks[sightingBy.Clock], witnesses.Clocks[knownBy.Clock]);
        var later = sighting.Start + sightingClock.CorrectionMilliseconds - known.Start - knownClock.CorrectionMilliseconds;
        if (Math.Abs(later) > LargestSkew) return;
        lock (_lock)
        {
            if (knownBy.ClockKey < sightingBy.ClockKey) EntryOf(knownBy.ClockKey, sightingBy.ClockKey, knownClock,
                sightingClock).Add((int)later);
            else EntryOf(sightingBy.ClockKey, knownBy.ClockKey, sightingClock, knownClock).Add((int)-later);
        }
    }

    /// <summary>What is known by now, ordered by clocks.</summary>
    public IReadOnlyList<ClockSkew> Read()
    {
        lock (_lock)
        {
            var skews = new ClockSkew[_count];
            foreach (var ((reference, other), place) in _index)
            {
                ref readonly var entry = ref _entries[place];
                skews[place] = new ClockSkew(reference, entry.ReferenceExporterId, other, entry.ExporterId, entry.Median(), entry.Samples);
            }

            Array.Sort(skews, static (left, right) =>
                (left.ReferenceClockKey, left.ClockKey).CompareTo((right.ReferenceClockKey, right.ClockKey)));
            return skews;
        }
    }

    private ref Entry EntryOf(ulong reference, ulong other, in ClockRow referenceClock, in ClockRow otherClock)
    {
        if (!_index.TryGetValue((reference, other), out var place))
        {
            place = MakeRoom();
            _entries[place] = new Entry { Reference = reference, Other = other };
            _index.Add((reference, other), place);
        }

        ref var entry = ref _entries[place];
        (entry.ReferenceExporterId, entry.ExporterId, entry.IsInUse) =
            (referenceClock.ExporterId, otherClock.ExporterId, entry.Samples > 0);
        return ref entry;
    }

    /// <summary>
    /// A free place. When all are taken, the place of a pair without new samples since the hand last passed it, so that forged exporters
    /// evict each other.
    /// </summary>
    private int MakeRoom()
    {
        if (_count < Capacity)
        {
            if (_count == _entries.Length) Array.Resize(ref _entries, Math.Max(16, 2 * _count));
            return _count++;
        }

        for (; _entries[_hand].IsInUse; _hand = (_hand + 1) % Capacity) _entries[_hand].IsInUse = false;
        var place = _hand;
        _hand = (_hand + 1) % Capacity;
        _index.Remove((_entries[place].Reference, _entries[place].Other));
        return place;
    }

    private struct Entry
    {
        public ulong Reference;
        public ulong Other;
        public int ReferenceExporterId;
        public int ExporterId;
        public long Samples;
        public bool IsInUse;
        private LatestSamples _latest;

        public void Add(int milliseconds) => _latest[(int)(Samples++ % LatestSamples.Length)] = milliseconds;

        /// <summary>
        /// The median, because a continuation whose first part one exporter lost is seconds off and would distort a mean.
        /// </summary>
        public readonly int Median()
        {
            ReadOnlySpan<int> latest = _latest;
            var sorted = latest[..(int)Math.Min(Samples, LatestSamples.Length)].ToArray();
            Array.Sort(sorted);
            return sorted[sorted.Length / 2];
        }
    }

    [InlineArray(Length)]
    private struct LatestSamples
    {
        public const int Length = 15;

        private int _first;
    }
}
