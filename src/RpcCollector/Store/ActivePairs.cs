using RpcCollector.Flows.Time;
using RpcCollector.Options;

namespace RpcCollector.Store;

/// <summary>The pairs with activity recorded within the expiry, the most recent first, bounded in number.</summary>
/// <remarks>
/// They are counted in slices of a sixtieth of the expiry. It follows the store: fed after each commit, filled from the store at start.
/// Any thread may call it.
/// </remarks>
internal sealed class ActivePairs
{
    // Beyond the pairs that are named, so many are kept to count and to step in when others expire.
    private const int MaxKept = 65_536;
    private const int SlicesPerExpiry = 60;

    private readonly Lock _lock = new();
    private readonly Dictionary<PairKey, LinkedListNode<Pair>> _pairs = [];

    // Least recently recorded first.
    private readonly LinkedList<Pair> _byRecency = new();
    private readonly ArrivalClock _clock;
    private readonly int _maxPairs;
    private readonly long _expiryMilliseconds;
    private readonly long _sliceMilliseconds;

    public ActivePairs(MetricsOptions options, ArrivalClock clock)
    {
        _clock = clock;
        _maxPairs = options.MaxPairs;
        _expiryMilliseconds = (long)options.PairExpiry.TotalMilliseconds;
        _sliceMilliseconds = _expiryMilliseconds / SlicesPerExpiry;
    }

    /// <summary>Pairs that are active but not named, because there are more than the setting allows.</summary>
    public int Hidden
    {
        get
        {
            lock (_lock)
            {
                Expire();
                return Math.Max(0, _pairs.Count - _maxPairs);
            }
        }
    }

    /// <summary>The pairs to name, the most recently recorded first.</summary>
    public IReadOnlyList<ActivePair> Read()
    {
        lock (_lock)
        {
            Expire();
            var active = new List<ActivePair>(Math.Min(_maxPairs, _pairs.Count));
            for (var node = _byRecency.Last; node is not null && active.Count < _maxPairs; node = node.Previous)
            {
                active.Add(node.Value.Read(FirstSlice()));
            }

            return active;
        }
    }

    public void Apply(IReadOnlyList<PairStep> steps)
    {
        lock (_lock)
        {
            foreach (var step in steps) Apply(step);
        }
    }

    /// <summary>The clock was set: what is active stays so for as long as it would have.</summary>
    public void MoveArrivals(ClockStep step, long nowUnixMilliseconds)
    {
        lock (_lock)
        {
            foreach (var pair in _byRecency)
                pair.Move(slice => step.Move(slice * _sliceMilliseconds, nowUnixMilliseconds) / _sliceMilliseconds);
        }
    }

    /// <summary>Takes from the store what is still within the expiry.</summary>
    public void Refill(ActivityStore store) =>
        Apply([.. store.ReadPairs(Now() - _expiryMilliseconds, _sliceMilliseconds).OrderBy(step => step.RecordedUnixMilliseconds)]);

    private long Now() => _clock.UnixMilliseconds;

    private long FirstSlice() => (Now() - _expiryMilliseconds) / _sliceMilliseconds;

    private void Apply(in PairStep step)
    {
        var slice = step.RecordedUnixMilliseconds / _sliceMilliseconds;
        if (slice < FirstSlice()) return;
        if (!_pairs.TryGetValue(step.Pair, out var node))
        {
            if (step.Delta < 0) return;
            if (_pairs.Count == MaxKept) Remove(_byRecency.First!);
            node = new LinkedListNode<Pair>(new Pair(step.Pair));
            _pairs.Add(step.Pair, node);
            _byRecency.AddLast(node);
        }
        else if (step.Delta > 0)
        {
            _byRecency.Remove(node);
            _byRecency.AddLast(node);
        }

        node.Value.Add(slice, step.Delta, step.StartUnixMilliseconds);
        if (node.Value.IsEmpty) Remove(node);
    }

    private void Expire()
    {
        var first = FirstSlice();
        while (_byRecency.First is { } oldest && oldest.Value.LastSlice < first) Remove(oldest);
    }

    private void Remove(LinkedListNode<Pair> node)
    {
        _pairs.Remove(node.Value.Key);
        _byRecency.Remove(node);
    }

    private sealed class Pair(PairKey key)
    {
        // In ascending order of slice; none is empty.
        private readonly List<(long Slice, int Count, long LastStart)> _slices = [];

        public PairKey Key => key;

        public bool IsEmpty => _slices.Count == 0;

        public long LastSlice => _slices[^1].Slice;

        public void Move(Func<long, long> moved)
        {
            (long Slice, int Count, long LastStart)[] slices =
                [.. _slices.Select(known => known with { Slice = moved(known.Slice) }).OrderBy(known => known.Slice)];
            _slices.Clear();
            foreach (var (slice, count, lastStart) in slices) Add(slice, count, lastStart);
        }

        public void Add(long slice, int delta, long start)
        {
            var index = _slices.FindLastIndex(known => known.Slice <= slice);
            if (index < 0 || _slices[index].Slice != slice)
            {
                if (delta > 0) _slices.Insert(index + 1, (slice, delta, start));
                return;
            }

            var count = _slices[index].Count + delta;
            if (count <= 0) _slices.RemoveAt(index);
            else _slices[index] = (slice, count, delta > 0 ? Math.Max(_slices[index].LastStart, start) : _slices[index].LastStart);
        }

        public ActivePair Read(long firstSlice)
        {
            _slices.RemoveAll(known => known.Slice < firstSlice);
            return new ActivePair(key, _slices.Sum(known => known.Count), _slices.Count == 0 ? 0 : _slices.Max(known => known.LastStart));
        }
    }
}

/// <summary>A pair as /metrics/findings shows it.</summary>
/// <param name="Activities">Recorded within the expiry.</param>
/// <param name="LastStartUnixMilliseconds">The latest start among them.</param>
internal readonly record struct ActivePair(PairKey Pair, int Activities, long LastStartUnixMilliseconds);
