using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Exporters;

/// <summary>
/// How long a sender (an exporter, a domain or a session of one) has been of use: by it those are chosen who make room for others.
/// </summary>
/// <remarks>
/// Only data that could be decoded counts, and at most once in a quarter of an hour: a flood in one moment earns no more than one datagram
/// does. Written under the exporter's accounts, read by anyone.
/// </remarks>
internal sealed class Standing
{
    /// <summary>Data counts once in so many milliseconds.</summary>
    public const long PeriodMilliseconds = 900_000;

    // Whoever is settled had decodable data in three periods, over an hour at least.
    private const long ServiceMilliseconds = 3_600_000;
    private const int ServicePeriods = 3;

    private int _periods;
    private long _firstUse;
    private long _lastUse;
    private long _lastHeard;
    private int _level;

    public Standing(long heardUnixMilliseconds) => _lastHeard = heardUnixMilliseconds;

    public StandingLevel Level => (StandingLevel)Volatile.Read(ref _level);

    /// <summary>When something of it arrived last, to the second.</summary>
    public long LastHeardUnixMilliseconds => Volatile.Read(ref _lastHeard);

    /// <summary>Its place in the row that <see cref="Seats{T}"/> keeps; null while none is kept.</summary>
    public object? Seat { get; set; }

    /// <summary>When it came to the end of its row.</summary>
    public long SeatedUnixMilliseconds { get; set; }

    /// <summary>True while it has one of the seats through which newcomers go when there are no others.</summary>
    public bool IsNewcomer { get; set; }

    /// <summary>Something of it arrived.</summary>
    public void Hear(long arrivalUnixMilliseconds) => Volatile.Write(ref _lastHeard, arrivalUnixMilliseconds);

    /// <summary>Data of it could be decoded.</summary>
    /// <returns>True when it has earned something by it.</returns>
    public bool NoteUse(long arrivalUnixMilliseconds)
    {
        Hear(arrivalUnixMilliseconds);
        if (_periods != 0 && Math.Abs(arrivalUnixMilliseconds - _lastUse) < PeriodMilliseconds) return false;
        if (_periods == 0) _firstUse = arrivalUnixMilliseconds;
        _lastUse = arrivalUnixMilliseconds;
        if (_periods < int.MaxValue) _periods++;
        Volatile.Write(ref _level, (int)LevelNow());
        return true;
    }

    /// <summary>The clock was set.</summary>
    /// <remarks>Under the accounts.</remarks>
    public void MoveArrivals(ClockStep step, long nowUnixMilliseconds)
    {
        _firstUse = step.Move(_firstUse, nowUnixMilliseconds);
        _lastUse = step.Move(_lastUse, nowUnixMilliseconds);
        Volatile.Write(ref _lastHeard, step.Move(_lastHeard, nowUnixMilliseconds));
        SeatedUnixMilliseconds = step.Move(SeatedUnixMilliseconds, nowUnixMilliseconds);
    }

    /// <summary>What a restart must not lose of it; null when it has been of no use yet.</summary>
    public SavedStanding? Save() => _periods == 0 ? null : new SavedStanding(_periods, _firstUse, _lastUse);

    /// <summary>Goes on where a former process stopped.</summary>
    public void Restore(SavedStanding? saved, long nowUnixMilliseconds)
    {
        if (saved is not { Periods: > 0 }) return;
        (_periods, _firstUse, _lastUse) =
            (saved.Periods, Math.Min(saved.FirstUse, nowUnixMilliseconds), Math.Min(saved.LastUse, nowUnixMilliseconds));
        Volatile.Write(ref _level, (int)LevelNow());
    }

    private StandingLevel LevelNow() => _periods switch
    {
        >= ServicePeriods when Math.Abs(_lastUse - _firstUse) >= ServiceMilliseconds => StandingLevel.Settled,
        >= 2 => StandingLevel.Proven,
        _ => StandingLevel.Seen,
    };
}

/// <summary>What a sender has earned, the least first: the higher never makes room while there is a lower.</summary>
public enum StandingLevel
{
    /// <summary>Nothing that it sent could be decoded as data.</summary>
    Unproven,

    /// <summary>Decodable data came within one quarter of an hour.</summary>
    Seen,

    /// <summary>Decodable data came in two quarters of an hour or more.</summary>
    Proven,

    /// <summary>Decodable data came for an hour or longer: it makes room for nobody while it sends.</summary>
    Settled,
}

/// <summary>Whoever has a place that others may want.</summary>
internal interface ISeated
{
    Standing Standing { get; }
}
