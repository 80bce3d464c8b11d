using System.Runtime.CompilerServices;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Losses;

/// <summary>Counts what arrived and what was lost in each of the last 60 minutes of arrivals, for one exporter or one port.</summary>
internal sealed class MinuteRing
{
    public const int Capacity = 60;

    // Roughly how many octets its fields take, with the lock, which is allocated together with it and lies right behind it.
    private const int FieldOctets = 112;

    private const long MillisecondsPerMinute = 60_000;

    // The ring grows with the minutes it holds, because thousands of exporters may appear at once. Each length is a multiple of the last.
    private static readonly int[] Lengths = [4, 20, Capacity];

    private MinuteCounts[] _minutes = [];
    private long _newest;

    // The current minute. It joins the others only when it is over.
    private MinuteCounts _current;
    private long _currentStart;

    /// <summary>
    /// Held while counting. The lock of an exporter's ring guards everything else that is recorded of its datagrams, too.
    /// </summary>
    public Lock Accounts { get; } = new();

    /// <summary>Prefetches its fields before a Message needs them.</summary>
    public void Fetch() => CacheLines.FetchFields(this, FieldOctets);

    /// <summary>Counts what arrived with one datagram.</summary>
    /// <param name="units">Units of the sequence.</param>
    /// <param name="sets">Sets it held.</param>
    /// <param name="unread">Those of its Sets that could not be read, or not yet.</param>
    public void Count(long arrivalUnixMilliseconds, int units, int sets, int unread)
    {
        lock (Accounts) CountUnderLock(arrivalUnixMilliseconds, units, sets, unread);
    }

    /// <summary>The same for a thread that holds <see cref="Accounts"/>.</summary>
    public void CountUnderLock(long arrivalUnixMilliseconds, int units, int sets, int unread)
    {
        ref var minute = ref Find(arrivalUnixMilliseconds);
        if (Unsafe.IsNullRef(ref minute)) return;
        minute.Units += units;
        minute.Sets += sets;
        minute.Unread += unread;
    }

    public void Lose(long units, long seenUnixMilliseconds)
    {
        lock (Accounts)
        {
            ref var minute = ref Find(seenUnixMilliseconds);
            if (!Unsafe.IsNullRef(ref minute)) minute.Lost += units;
        }
    }

    /// <summary>The counts of the minute of a given time; null when no datagram arrived in it, or it is too long ago.</summary>
    public MinuteCounts? At(long unixMilliseconds)
    {
        var number = unixMilliseconds / MillisecondsPerMinute;
        lock (Accounts)
        {
            var minute = number == _current.Number ? _current : _minutes.Length == 0 ? default : _minutes[IndexOf(number)];
            return minute.Number == number && minute.HasAny ? minute : null;
        }
    }

    /// <summary>The sum of the newest minutes in which something came.</summary>
    public MinuteCounts? Newest(int minutes)
    {
        lock (Accounts)
        {
            var sum = _current;
            foreach (ref readonly var minute in _minutes.AsSpan())
            {
                if (minute.HasAny && minute.Number > _newest - minutes && minute.Number != _current.Number) sum += minute;
            }

            sum.Number = _newest;
            return sum.HasAny ? sum : null;
        }
    }

    /// <summary>The clock was set: the minutes before it go on as those before the present.</summary>
    public void MoveArrivals(ClockStep step, long nowUnixMilliseconds)
    {
        lock (Accounts)
        {
            // 1. By whole minutes; what was counted since the step stays.
            MinuteCounts[] moved = [.. _minutes.Where(minute => minute.HasAny && minute.Number != _current.Number).Append(_current)];
            foreach (ref var minute in moved.AsSpan())
            {
                var since = step.ToUnixMilliseconds / MillisecondsPerMinute;
                if (minute.HasAny && (minute.Number < since || minute.Number > nowUnixMilliseconds / MillisecondsPerMinute))
                    minute.Number += (long)Math.Round(step.Milliseconds / (double)MillisecondsPerMinute);
            }

            // 2. From the earliest on, as if they came now; two that are one minute by now are added up.
            _minutes = [];
            (_current, _currentStart, _newest) = (default, 0, 0);
            Array.Sort(moved, static (left, right) => left.Number.CompareTo(right.Number));
            foreach (ref readonly var minute in moved.AsSpan())
            {
                if (!minute.HasAny || minute.Number < 0) continue;
                ref var place = ref Find(minute.Number * MillisecondsPerMinute);
                var sum = place + minute;
                place = sum;
            }
        }
    }

    /// <summary>The minute of a given time; a null reference when it is too long ago.</summary>
    private ref MinuteCounts Find(long unixMilliseconds)
    {
        if ((ulong)(unixMilliseconds - _currentStart) < MillisecondsPerMinute) return ref _current;
        var number = unixMilliseconds / MillisecondsPerMinute;
        if (number < 0) return ref Unsafe.NullRef<MinuteCounts>();
        if (number < _newest)
        {
            if (number <= _newest - Capacity) return ref Unsafe.NullRef<MinuteCounts>();
            ref var minute = ref PlaceOf(number);
            if (minute.Number != number) minute = new MinuteCounts { Number = number };
            return ref minute;
        }

        if (_current.HasAny) PlaceOf(_current.Number) = _current;
        _current = new MinuteCounts { Number = number };
        (_newest, _currentStart) = (number, number * MillisecondsPerMinute);
        return ref _current;
    }

    /// <summary>The slot of a minute, which may still hold an older one.</summary>
    private ref MinuteCounts PlaceOf(long number)
    {
        while (_minutes.Length == 0
            || (_minutes.Length < Capacity && _minutes[IndexOf(number)] is { HasAny: true } other && other.Number != number)) Grow();
        return ref _minutes[IndexOf(number)];
    }

    private void Grow()
    {
        var minutes = _minutes;
        _minutes = new MinuteCounts[Array.Find(Lengths, length => length > minutes.Length)];
        foreach (ref readonly var minute in minutes.AsSpan())
        {
            if (minute.HasAny) _minutes[IndexOf(minute.Number)] = minute;
        }
    }

    private int IndexOf(long number) => (int)((ulong)number % (ulong)_minutes.Length);
}

/// <summary>One minute of arrivals.</summary>
internal struct MinuteCounts
{
    /// <summary>Minutes since 1970.</summary>
    public long Number;
    public long Units;
    public long Lost;
    public int Sets;
    public int Unread;

    public readonly bool HasAny => Units > 0 || Lost > 0 || Sets > 0;

    /// <summary>The share that was lost by sequence.</summary>
    public readonly double LostShare => Share(Lost, Units + Lost);

    /// <summary>The share of what came that could not be read.</summary>
    public readonly double UnreadShare => Share(Unread, Sets);

    public static MinuteCounts operator +(MinuteCounts one, MinuteCounts other) => new()
    {
        Number = other.Number,
        Units = one.Units + other.Units,
        Lost = one.Lost + other.Lost,
        Sets = one.Sets + other.Sets,
        Unread = one.Unread + other.Unread,
    };

    private static double Share(long part, long whole) => whole <= 0 ? 0 : Math.Clamp((double)part / whole, 0, 1);
}
