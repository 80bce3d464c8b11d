namespace RpcCollector.Flows.Losses;

/// <summary>Counts what came and what did not for each of the last 60 minutes of arrivals: of one exporter, or of one port.</summary>
internal sealed class MinuteRing
{
    public const int Capacity = 60;

    private const long MillisecondsPerMinute = 60_000;

    private readonly MinuteCounts[] _minutes = new MinuteCounts[Capacity];
    private long _newest;

    /// <summary>Held while counting; of an exporter's ring, by everything that is written down of its datagrams.</summary>
    public Lock Accounts { get; } = new();

    /// <summary>What arrived with one datagram.</summary>
    /// <param name="units">Units of the sequence.</param>
    /// <param name="sets">Sets it held.</param>
    /// <param name="unread">Those of its Sets that could not be read, or not yet.</param>
    public void Count(long arrivalUnixMilliseconds, int units, int sets, int unread)
    {
        lock (Accounts)
        {
            if (!TryFind(arrivalUnixMilliseconds, out var index)) return;
            ref var minute = ref _minutes[index];
            minute.Units += units;
            minute.Sets += sets;
            minute.Unread += unread;
        }
    }

    public void Lose(long units, long seenUnixMilliseconds)
    {
        lock (Accounts)
        {
            if (TryFind(seenUnixMilliseconds, out var index)) _minutes[index].Lost += units;
        }
    }

    /// <summary>The counts of the minute that a moment lies in; nothing when there was no datagram, or it is too long ago.</summary>
    public MinuteCounts? At(long unixMilliseconds)
    {
        var number = unixMilliseconds / MillisecondsPerMinute;
        lock (Accounts)
        {
            var minute = _minutes[IndexOf(number)];
            return minute.Number == number && minute.HasAny ? minute : null;
        }
    }

    /// <summary>The sum of the newest minutes in which something came.</summary>
    public MinuteCounts? Newest(int minutes)
    {
        lock (Accounts)
        {
            var sum = default(MinuteCounts);
            foreach (var minute in _minutes)
            {
                if (minute.HasAny && minute.Number > _newest - minutes) sum += minute;
            }

            sum.Number = _newest;
            return sum.HasAny ? sum : null;
        }
    }

    private bool TryFind(long unixMilliseconds, out int index)
    {
        var number = unixMilliseconds / MillisecondsPerMinute;
        index = IndexOf(number);
        if (_minutes[index].Number != number)
        {
            if (number <= _newest - Capacity || number < 0) return false;
            _minutes[index] = new MinuteCounts { Number = number };
        }

        _newest = Math.Max(_newest, number);
        return true;
    }

    private static int IndexOf(long number) => (int)((ulong)number % Capacity);
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
