namespace RpcCollector.Flows.Exporters;

/// <summary>
/// A bounded number of places, and who gives up his when there are too few: the one of the lowest standing that was not heard of for the
/// longest time. Used under the owner's lock.
/// </summary>
/// <remarks>
/// An eighth of the places is for newcomers. Once the others are taken, newcomers go through these one after the other, and only who has
/// sent decodable data goes on from there, to the place of one who has not, or less. So a flood of forged senders pushes out nobody but
/// forged senders, and yet nobody is barred. Each row is in order of when its members were last looked at; whoever was heard since gets
/// to its end again. A fixed number of looks finds a place, however many there are.
/// </remarks>
internal sealed class Seats<T>(int capacity, long longSilenceMilliseconds)
    where T : class, ISeated
{
    private const int MostLooks = 8;
    private const int ShareOfNewcomers = 8;

    private static readonly int NumLevels = Enum.GetValues<StandingLevel>().Length;

    private readonly LinkedList<T>[] _rows = [.. Enumerable.Range(0, NumLevels).Select(_ => new LinkedList<T>())];
    private readonly LinkedList<T> _newcomers = [];
    private readonly int _forNewcomers = capacity < 2 ? 0 : Math.Max(1, capacity / ShareOfNewcomers);
    private int _numSeated;

    /// <summary>Those who have a place.</summary>
    public int Count => _numSeated + _newcomers.Count;

    /// <summary>Takes in one that had a place before places were kept.</summary>
    public void Keep(T holder)
    {
        var seated = holder.Standing.LastHeardUnixMilliseconds;
        if (_numSeated < capacity - _forNewcomers) Seat(holder, seated);
        else PlaceNewcomer(holder, seated);
    }

    /// <summary>Takes in one that an earlier process knew: only those that earned less make room for it.</summary>
    /// <returns>Who lost its place: null for nobody, the same one when there is no place for it.</returns>
    public T? Restore(T holder, long nowUnixMilliseconds)
    {
        var level = holder.Standing.Level;
        T? lower = null;
        if (_numSeated < capacity - _forNewcomers
            || (level > StandingLevel.Unproven && (lower = TakeSeated(level - 1, nowUnixMilliseconds)) is not null))
        {
            Seat(holder, nowUnixMilliseconds);
            return lower;
        }

        if (_newcomers.Count == _forNewcomers) return holder;
        PlaceNewcomer(holder, nowUnixMilliseconds);
        return null;
    }

    /// <summary>Gives a place to a newcomer.</summary>
    /// <param name="isOneTooMany">True when its kind has enough places: then only those of newcomers are open to it.</param>
    /// <returns>Who lost its place: null for nobody, the newcomer itself when there is no place for it.</returns>
    public T? Admit(T newcomer, long nowUnixMilliseconds, bool isOneTooMany = false)
    {
        if (!isOneTooMany && _numSeated < capacity - _forNewcomers)
        {
            Seat(newcomer, nowUnixMilliseconds);
            return null;
        }

        var level = _forNewcomers == 0 ? StandingLevel.Proven : newcomer.Standing.Level;
        if ((!isOneTooMany && TakeLongSilent(nowUnixMilliseconds) is { } other)
            || (level > StandingLevel.Unproven && (other = TakeSeated(level, nowUnixMilliseconds)) is not null))
        {
            Seat(newcomer, nowUnixMilliseconds);
            return other;
        }

        if (_forNewcomers == 0) return newcomer;

        var displaced = _newcomers.Count < _forNewcomers ? null : TakeNewcomer(nowUnixMilliseconds);
        PlaceNewcomer(newcomer, nowUnixMilliseconds);
        return displaced;
    }

    /// <summary>Takes the place of the one that should give it up first, even if all are settled; null when there are none.</summary>
    public T? TakeAny(long nowUnixMilliseconds)
    {
        if (_newcomers.Count > 0 && TakeNewcomer(nowUnixMilliseconds) is { } newcomer) return newcomer;
        if (TakeSeated(StandingLevel.Proven, nowUnixMilliseconds) is { } seated) return seated;
        if (_rows[(int)StandingLevel.Settled].First?.Value is not { } settled) return null;
        Remove(settled);
        return settled;
    }

    /// <summary>Of a few of those who are not settled, other ones each time, the one that holds most.</summary>
    public T? Richest(Func<T, int> holds)
    {
        T? richest = null;
        for (var row = -1; row < (int)StandingLevel.Settled; row++)
        {
            var seats = row < 0 ? _newcomers : _rows[row];
            for (var looks = Math.Min(MostLooks, seats.Count); looks > 0; looks--)
            {
                var seat = seats.First!;
                seats.RemoveFirst();
                seats.AddLast(seat);
                if (seat.Value.Standing.Level < StandingLevel.Settled && (richest is null || holds(seat.Value) > holds(richest)))
                    richest = seat.Value;
            }
        }

        return richest;
    }

    public void Remove(T holder)
    {
        if (holder.Standing.Seat is not LinkedListNode<T> seat) return;
        if (!holder.Standing.IsNewcomer) _numSeated--;
        seat.List!.Remove(seat);
        (holder.Standing.Seat, holder.Standing.IsNewcomer) = (null, false);
    }

    /// <summary>A newcomer gives up its place, or one that earned more takes the place of another, who gives up his.</summary>
    private T? TakeNewcomer(long nowUnixMilliseconds)
    {
        T? least = null;
        for (var looks = Math.Min(MostLooks, _newcomers.Count); looks > 0; looks--)
        {
            var newcomer = _newcomers.First!.Value;
            var level = newcomer.Standing.Level;
            if (level > StandingLevel.Unproven)
            {
                var hasRoom = _numSeated < capacity - _forNewcomers;
                var lower = hasRoom ? null : TakeSeated(level, nowUnixMilliseconds);
                if (hasRoom || lower is not null)
                {
                    Remove(newcomer);
                    Seat(newcomer, nowUnixMilliseconds);
                    return lower;
                }
            }
            else if (!IsHeardSince(newcomer))
            {
                Remove(newcomer);
                return newcomer;
            }

            if (least is null || level < least.Standing.Level) least = newcomer;
            Requeue(newcomer, _newcomers, nowUnixMilliseconds);
        }

        if (least is not null) Remove(least);
        return least;
    }

    /// <summary>Takes a place from one of lower standing, or from one of the same that has been silent; null when there is none.</summary>
    private T? TakeSeated(StandingLevel level, long nowUnixMilliseconds)
    {
        for (var row = StandingLevel.Unproven; row <= level && row < StandingLevel.Settled; row++)
        {
            if (TakeFrom(row, row < level, nowUnixMilliseconds) is { } holder) return holder;
        }

        return null;
    }

    private T? TakeFrom(StandingLevel level, bool isLower, long nowUnixMilliseconds)
    {
        T? heard = null;
        var row = _rows[(int)level];
        for (var looks = Math.Min(MostLooks, row.Count); looks > 0; looks--)
        {
            var holder = row.First!.Value;
            if (holder.Standing.Level != level)
            {
                // It has earned more since it got here.
                Requeue(holder, _rows[(int)holder.Standing.Level], nowUnixMilliseconds);
                continue;
            }

            if (!IsHeardSince(holder))
            {
                Remove(holder);
                return holder;
            }

            heard ??= holder;
            Requeue(holder, row, nowUnixMilliseconds);
        }

        if (!isLower || heard is null) return null;
        Remove(heard);
        return heard;
    }

    /// <summary>Whatever it earned, one that has been silent for very long gives up its place.</summary>
    private T? TakeLongSilent(long nowUnixMilliseconds)
    {
        foreach (var row in _rows)
        {
            for (var looks = Math.Min(MostLooks, row.Count); looks > 0; looks--)
            {
                var holder = row.First!.Value;
                if (nowUnixMilliseconds - holder.Standing.LastHeardUnixMilliseconds >= longSilenceMilliseconds)
                {
                    Remove(holder);
                    return holder;
                }

                // The rest of the row was looked at later, and so was heard of later, or not at all.
                if (!IsHeardSince(holder)) break;
                Requeue(holder, _rows[(int)holder.Standing.Level], nowUnixMilliseconds);
            }
        }

        return null;
    }

    private static bool IsHeardSince(T holder) => holder.Standing.LastHeardUnixMilliseconds > holder.Standing.SeatedUnixMilliseconds;

    private void Seat(T holder, long nowUnixMilliseconds)
    {
        Place(holder, _rows[(int)holder.Standing.Level], nowUnixMilliseconds);
        _numSeated++;
    }

    private void PlaceNewcomer(T holder, long nowUnixMilliseconds)
    {
        Place(holder, _newcomers, nowUnixMilliseconds);
        holder.Standing.IsNewcomer = true;
    }

    private static void Requeue(T holder, LinkedList<T> row, long nowUnixMilliseconds)
    {
        var seat = (LinkedListNode<T>)holder.Standing.Seat!;
        seat.List!.Remove(seat);
        row.AddLast(seat);
        holder.Standing.SeatedUnixMilliseconds = nowUnixMilliseconds;
    }

    private static void Place(T holder, LinkedList<T> row, long nowUnixMilliseconds) =>
        (holder.Standing.Seat, holder.Standing.SeatedUnixMilliseconds, holder.Standing.IsNewcomer) =
            (row.AddLast(holder), nowUnixMilliseconds, false);
}
