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
    private const int None = -1;

    // A piece is no large object of the runtime's.
    private const int PieceLength = 512;

    private readonly Lock _lock = new();
    private readonly Dictionary<PairKey, int> _pairs = [];

    // Rows, those that are free linked by their places: nearly all pairs have one slice, and none of them is an object of its own.
    private readonly List<Row[]> _rows = [];
    private int _numRows;
    private int _free = None;

    // The least and the most recently recorded.
    private int _oldest = None;
    private int _newest = None;
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
            var first = FirstSlice();
            for (var i = _newest; i != None && active.Count < _maxPairs; i = RowAt(i).Older)
            {
                // One that was revised last, and recorded long before, may expire out of turn.
                if (RowAt(i).LastSlice >= first) active.Add(RowAt(i).Read(first));
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
            for (var i = _oldest; i != None; i = RowAt(i).Newer) RowAt(i).Move(Moved);
        }

        // By its end, for a slice that the step lies in holds what was recorded since.
        long Moved(long slice)
        {
            var start = slice * _sliceMilliseconds;
            var end = start > nowUnixMilliseconds ? start : Math.Min(start + _sliceMilliseconds - 1, nowUnixMilliseconds);
            return step.Move(end, nowUnixMilliseconds) / _sliceMilliseconds;
        }
    }

    /// <summary>Takes from the store what is still within the expiry.</summary>
    public void Refill(ActivityStore store) =>
        Apply([.. store.ReadPairs(Now() - _expiryMilliseconds, _sliceMilliseconds).Select(step => NoLaterThan(step, Now()))
            .OrderBy(step => step.RecordedUnixMilliseconds)]);

    // Recorded by a clock that was ahead.
    private static PairStep NoLaterThan(PairStep step, long now) =>
        step with { RecordedUnixMilliseconds = Math.Min(step.RecordedUnixMilliseconds, now) };

    private long Now() => _clock.UnixMilliseconds;

    private long FirstSlice() => (Now() - _expiryMilliseconds) / _sliceMilliseconds;

    private void Apply(in PairStep step)
    {
        var slice = step.RecordedUnixMilliseconds / _sliceMilliseconds;
        var first = FirstSlice();
        if (slice < first) return;
        if (!_pairs.TryGetValue(step.Pair, out var index))
        {
            if (step.Delta < 0) return;
            if (_pairs.Count == MaxKept) Remove(_oldest);
            index = Add(step.Pair);
        }
        else if (step.Delta > 0 && index != _newest)
        {
            Unlink(index);
            Append(index);
        }

        ref var row = ref RowAt(index);
        row.Add(slice, step.Delta, step.StartUnixMilliseconds, first);
        if (row.IsEmpty || row.LastSlice < first) Remove(index);
    }

    private void Expire()
    {
        var first = FirstSlice();
        while (_oldest != None && RowAt(_oldest).LastSlice < first) Remove(_oldest);
    }

    private ref Row RowAt(int index) => ref _rows[index / PieceLength][index % PieceLength];

    private int Add(PairKey key)
    {
        var index = _free;
        if (index != None) _free = RowAt(index).Newer;
        else index = _numRows++;
        if (index / PieceLength == _rows.Count) _rows.Add(new Row[PieceLength]);
        RowAt(index) = new Row { Key = key };
        _pairs.Add(key, index);
        Append(index);
        return index;
    }

    private void Remove(int index)
    {
        Unlink(index);
        _pairs.Remove(RowAt(index).Key);
        RowAt(index) = new Row { Newer = _free };
        _free = index;
    }

    private void Append(int index)
    {
        ref var row = ref RowAt(index);
        (row.Older, row.Newer) = (_newest, None);
        if (_newest != None) RowAt(_newest).Newer = index;
        else _oldest = index;
        _newest = index;
    }

    private void Unlink(int index)
    {
        ref var row = ref RowAt(index);
        if (row.Older != None) RowAt(row.Older).Newer = row.Newer;
        else _oldest = row.Newer;
        if (row.Newer != None) RowAt(row.Newer).Older = row.Older;
        else _newest = row.Older;
    }

    private struct Row
    {
        public PairKey Key;
        public int Older;
        public int Newer;

        // The latest slice, of which the count is 0 when there is none; and those before it, in ascending order, none of them empty.
        private Slice _last;
        private List<Slice>? _before;

        public readonly bool IsEmpty => _last.Count == 0;

        public readonly long LastSlice => _last.Number;

        public void Move(Func<long, long> moved)
        {
            var slices = Slices().Select(known => known with { Number = moved(known.Number) }).OrderBy(known => known.Number).ToArray();
            (_last, _before) = (default, null);
            foreach (var (number, count, lastStart) in slices) Add(number, count, lastStart, first: long.MinValue);
        }

        /// <param name="first">Slices before it have expired.</param>
        public void Add(long number, int delta, long start, long first)
        {
            // 1. A later one than all before, or the first.
            if (IsEmpty || number > _last.Number)
            {
                if (delta <= 0) return;
                if (!IsEmpty) Keep(first);
                _last = new Slice(number, delta, start);
                return;
            }

            // 2. The latest.
            if (number == _last.Number)
            {
                _last = _last.Plus(delta, start);
                if (_last.Count > 0) return;
                _last = default;
                if (_before is not { Count: > 0 } earlier) return;
                _last = earlier[^1];
                earlier.RemoveAt(earlier.Count - 1);
                return;
            }

            // 3. One before.
            AddBefore(number, delta, start);
        }

        public readonly ActivePair Read(long first)
        {
            var (count, lastStart) = (0, 0L);
            foreach (var slice in Slices())
            {
                if (slice.Number < first) continue;
                (count, lastStart) = (count + slice.Count, Math.Max(lastStart, slice.LastStart));
            }

            return new ActivePair(Key, count, lastStart);
        }

        // Those that have expired go when there are as many as an expiry has.
        private void Keep(long first)
        {
            var before = _before ??= [];
            if (before.Count >= SlicesPerExpiry)
            {
                var expired = 0;
                while (expired < before.Count && before[expired].Number < first) expired++;
                before.RemoveRange(0, expired);
            }

            before.Add(_last);
        }

        private void AddBefore(long number, int delta, long start)
        {
            var index = _before?.FindLastIndex(known => known.Number <= number) ?? -1;
            if (_before is not { } before || index < 0 || before[index].Number != number)
            {
                if (delta > 0) (_before ??= []).Insert(index + 1, new Slice(number, delta, start));
                return;
            }

            before[index] = before[index].Plus(delta, start);
            if (before[index].Count <= 0) before.RemoveAt(index);
        }

        private readonly IEnumerable<Slice> Slices() => IsEmpty ? [] : [.. _before ?? [], _last];
    }

    private readonly record struct Slice(long Number, int Count, long LastStart)
    {
        public Slice Plus(int delta, long start) =>
            new(Number, Count + delta, delta > 0 ? Math.Max(LastStart, start) : LastStart);
    }
}

/// <summary>A pair as /metrics/findings shows it.</summary>
/// <param name="Activities">Recorded within the expiry.</param>
/// <param name="LastStartUnixMilliseconds">The latest start among them.</param>
internal readonly record struct ActivePair(PairKey Pair, int Activities, long LastStartUnixMilliseconds);
