using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Exporters;

/// <summary>
/// The selectors that a session has described: which flows were sampled, and how, is for their selector to say (RFC 5476).
/// </summary>
/// <remarks>
/// Each is a statement of its own (<see cref="StatedValue"/>): what contradicts it, or is new where the exporter had long been silent of
/// it, is believed once it was repeated. Read without a lock: what is believed is replaced as a whole. Written under the accounts.
/// </remarks>
internal sealed class SelectorTable
{
    /// <summary>How many selectors a session may describe.</summary>
    public const int Most = 512;

    /// <summary>The same while its exporter has earned little: forged senders must not fill the memory.</summary>
    public const int MostOfNewcomer = 32;

    // A selector that was not described for so long, in milliseconds, makes room.
    private const long LeftBehindMilliseconds = 3_600_000;
    private const long RoomIntervalMilliseconds = 1_000;

    private readonly Dictionary<Selector, StatedValue> _stated = [];
    private SelectorInterval[] _believed;
    private int _numContested;

    // Those of which nothing is believed yet.
    private int _numDoubtful;
    private long _sinceUnixMilliseconds;
    private long _madeRoomUnixMilliseconds = long.MinValue / 2;

    /// <param name="believed">What is believed from the start on, in order.</param>
    public SelectorTable(SelectorInterval[] believed) => Publish(_believed = believed);

    /// <summary>What is believed, in order; never changed.</summary>
    public SelectorInterval[] Believed => Volatile.Read(ref _believed);

    /// <summary>
    /// The interval for flows that name no selector: all that take part agree, or else the coarsest; 0 when there is none.
    /// </summary>
    /// <remarks>
    /// What is called sampled only counts for less. To call a sampled flow whole would make evidence of packets that were left out.
    /// </remarks>
    public uint OfUnnamed { get; private set; }

    /// <summary>True when interfaces have intervals of their own.</summary>
    public bool HasInterfaces { get; private set; }

    public bool IsContested => Volatile.Read(ref _numContested) != 0;

    /// <summary>The coarsest interval that was stated and is not believed; 0 when there is none.</summary>
    public uint Contested => _stated.Values.Select(value => (uint)value.Contested).DefaultIfEmpty().Max();

    /// <summary>One packet in how many a selector takes, as it is believed; 0 when it is not known.</summary>
    public uint IntervalOf(Selector selector)
    {
        var believed = Believed;
        var place = Find(believed, selector);
        return place >= 0 ? believed[place].Interval : 0;
    }

    /// <summary>Options data describes a selector.</summary>
    /// <param name="most">How many there may be.</param>
    /// <param name="displaced">How many made room, or found none.</param>
    public Statement State(
        Selector selector, uint interval, int most, long arrivalUnixMilliseconds, bool isProven, bool contradictsSilence, out int displaced)
    {
        displaced = 0;
        if (!_stated.TryGetValue(selector, out var value))
        {
            var believed = IntervalOf(selector);
            if (believed == 0 && !HasRoom(most, arrivalUnixMilliseconds, out displaced)) return Statement.Same;
            _stated[selector] = value = new StatedValue(believed);
            if (believed == 0) _numDoubtful++;
            if (_sinceUnixMilliseconds == 0) _sinceUnixMilliseconds = arrivalUnixMilliseconds;
        }

        var (wasContested, wasDoubtful) = (value.IsContested, value.Value == 0);
        var statement = value.State(interval, arrivalUnixMilliseconds, isProven, contradictsSilence: contradictsSilence);
        if (value.IsContested != wasContested) Volatile.Write(ref _numContested, _numContested + (wasContested ? -1 : 1));
        if (wasDoubtful && value.Value != 0) _numDoubtful--;
        if (value.Value != 0 && IntervalOf(selector) != value.Value) Believe(selector, (uint)value.Value);
        return statement;
    }

    public SavedSelector[] Save() =>
    [
        .. Believed.Select(one => new SavedSelector(one.Selector.Kind, one.Selector.Id, one.Interval)
        {
            Statements = _stated.GetValueOrDefault(one.Selector)?.Save(),
        }),
        .. _stated.Where(one => one.Value.Value == 0).Select(one => new SavedSelector(one.Key.Kind, one.Key.Id, 0)
        {
            Statements = one.Value.Save(),
        }),
    ];

    /// <summary>A table as it was saved; null when nothing was.</summary>
    public static SelectorTable? Restored(SavedSelector[]? saved, long nowUnixMilliseconds)
    {
        if (saved is not { Length: > 0 }) return null;
        var known = saved.Where(one => one.Kind is SelectorKind.Selector or SelectorKind.Interface).Take(Most)
            .DistinctBy(one => new Selector(one.Kind, one.Id)).ToList();
        var table = new SelectorTable(
            [.. known.Where(one => one.Sampling != 0).Select(one => new SelectorInterval(new Selector(one.Kind, one.Id), one.Sampling))
                .OrderBy(one => one.Selector)]);
        foreach (var one in known)
        {
            if (one.Statements is null) continue;
            var value = new StatedValue(one.Sampling);
            if (value.Restore(one.Statements, nowUnixMilliseconds)) table._numContested++;
            if (value.Value == 0) table._numDoubtful++;
            table._stated[new Selector(one.Kind, one.Id)] = value;
        }

        return table;
    }

    public void MoveArrivals(ClockStep step, long nowUnixMilliseconds)
    {
        foreach (var value in _stated.Values) value.MoveArrivals(step, nowUnixMilliseconds);
        _sinceUnixMilliseconds = step.Move(_sinceUnixMilliseconds, nowUnixMilliseconds);
        _madeRoomUnixMilliseconds = step.Move(_madeRoomUnixMilliseconds, nowUnixMilliseconds);
    }

    private static int Find(SelectorInterval[] believed, Selector selector)
    {
        var (first, last) = (0, believed.Length - 1);
        while (first <= last)
        {
            var middle = (first + last) / 2;
            var order = believed[middle].Selector.CompareTo(selector);
            if (order == 0) return middle;
            if (order < 0) first = middle + 1;
            else last = middle - 1;
        }

        return ~first;
    }

    private void Believe(Selector selector, uint interval)
    {
        var place = Find(_believed, selector);
        SelectorInterval[] next = place >= 0 ? [.. _believed] : [.. _believed[..~place], default, .. _believed[~place..]];
        next[place >= 0 ? place : ~place] = new SelectorInterval(selector, interval);
        Publish(next);
    }

    private void Publish(SelectorInterval[] believed)
    {
        var (unnamed, hasInterfaces) = (0u, false);
        foreach (var one in believed)
        {
            if (one.Selector.Kind == SelectorKind.Interface) hasInterfaces = true;
            else unnamed = Math.Max(unnamed, one.Interval);
        }

        (OfUnnamed, HasInterfaces) = (unnamed, hasInterfaces);
        Volatile.Write(ref _believed, believed);
    }

    /// <summary>True when one more selector may be described.</summary>
    private bool HasRoom(int most, long nowUnixMilliseconds, out int displaced)
    {
        displaced = 0;
        if (_believed.Length + _numDoubtful < most) return true;

        // Once a second at most: records beyond the bound must not cost a walk over all of them each time.
        if (Math.Abs(nowUnixMilliseconds - _madeRoomUnixMilliseconds) >= RoomIntervalMilliseconds)
        {
            _madeRoomUnixMilliseconds = nowUnixMilliseconds;
            displaced = MakeRoom(nowUnixMilliseconds);
            if (_believed.Length + _numDoubtful < most) return true;
        }

        displaced++;
        return false;
    }

    /// <summary>Removes those that were not described for long; without any, half of those that never came to be believed.</summary>
    private int MakeRoom(long nowUnixMilliseconds)
    {
        List<Selector> leaving = [];
        foreach (var one in _believed)
        {
            var last = _stated.GetValueOrDefault(one.Selector)?.LastStatedUnixMilliseconds ?? _sinceUnixMilliseconds;
            if (Math.Abs(nowUnixMilliseconds - last) > LeftBehindMilliseconds) leaving.Add(one.Selector);
        }

        if (leaving.Count == 0)
        {
            leaving.AddRange(_stated.Where(one => one.Value.Value == 0).OrderBy(one => one.Value.LastStatedUnixMilliseconds)
                .Select(one => one.Key).Take((_numDoubtful + 1) / 2));
        }

        foreach (var selector in leaving) Remove(selector);
        return leaving.Count;
    }

    private void Remove(Selector selector)
    {
        if (_stated.Remove(selector, out var value))
        {
            if (value.IsContested) Volatile.Write(ref _numContested, _numContested - 1);
            if (value.Value == 0) _numDoubtful--;
        }

        if (Find(_believed, selector) is >= 0 and var place) Publish([.. _believed[..place], .. _believed[(place + 1)..]]);
    }
}
