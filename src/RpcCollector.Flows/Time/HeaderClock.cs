namespace RpcCollector.Flows.Time;

/// <summary>
/// Judges the time of day in the headers of one session by the arrival of its Messages, and says what is to be added where it is wrong.
/// </summary>
/// <remarks>
/// Each Message is judged by itself, so that the first is read right and a forged one turns no other. What is to be added to absolute
/// times of a wrong clock stays what it was for the first such Message, as exact as that came: so all times of one clock keep their
/// order, and a connection that is told of twice keeps its start. The few offsets seen last are remembered, because an exporter goes
/// back to the same after a forged Message.
/// </remarks>
internal sealed class HeaderClock
{
    /// <summary>
    /// Up to this, in milliseconds, nothing is corrected: queues and batches delay, and a clock without NTP drifts. The join
    /// tolerates that.
    /// </summary>
    public const long ToleratedMilliseconds = 300_000;

    // A clock that was wrong is right again only well within the bound, so that one at the bound does not alternate.
    private const long RightAgainMilliseconds = ToleratedMilliseconds / 2;

    // Over TCP an exporter may hold Messages back while its collector is away: so far behind is late, not wrong.
    private const long LongestHeldBack = 6 * 3_600_000;

    private const int MostOffsets = 4;

    // Votes for one reading of absolute times; so many in a row are as good as more.
    private const int MostVotes = 8;

    // With less between the two readings of a record's times, what the session's other records said decides.
    private const long Ambiguous = 900_000;

    private readonly bool _mayHoldBack;
    private readonly List<long> _offsets = [];
    private long _correction;
    private int _votes;

    // How many Messages in a row said that it is wrong by as much.
    private int _messages;
    private bool _isKnown;

    /// <param name="mayHoldBack">True over TCP.</param>
    public HeaderClock(bool mayHoldBack) => _mayHoldBack = mayHoldBack;

    /// <summary>What was last to be added to its time of day, in milliseconds; 0 while that is right.</summary>
    public long CorrectionMilliseconds => Volatile.Read(ref _correction);

    /// <summary>True for a Message whose header can be believed, as nearly all can; needs no lock.</summary>
    /// <param name="offset">From the stated export time to the arrival, in milliseconds.</param>
    public bool IsPlainlyRight(long offset) =>
        _isKnown && Volatile.Read(ref _correction) == 0 && (ulong)(offset + ToleratedMilliseconds) <= 2 * ToleratedMilliseconds;

    /// <summary>Judges a Message; under the accounts.</summary>
    /// <param name="happened">Whether the clock was set, or a Message of somebody else is over.</param>
    /// <returns>What is to be added to times by the same clock; 0 when its header is right.</returns>
    public long Judge(long offset, out ClockEvent happened)
    {
        var before = _correction;
        var correction = Judge(offset, out bool isRemembered);
        happened = !_isKnown ? ClockEvent.First
            : Math.Abs(correction - before) <= ToleratedMilliseconds ? ClockEvent.None
            : isRemembered && _messages == 1 ? ClockEvent.Returned
            : ClockEvent.Stepped;
        _messages = happened is ClockEvent.None && _messages < int.MaxValue ? _messages + 1 : 1;
        _isKnown = true;
        return correction;
    }

    private long Judge(long offset, out bool isRemembered)
    {
        isRemembered = true;
        if (Math.Abs(offset) <= (_correction != 0 ? RightAgainMilliseconds : ToleratedMilliseconds)
            || (_mayHoldBack && offset is > 0 and <= LongestHeldBack))
        {
            Volatile.Write(ref _correction, 0);
            return 0;
        }

        var place = _offsets.FindIndex(known => Math.Abs(known - offset) <= ToleratedMilliseconds);
        isRemembered = place >= 0;
        if (place != 0)
        {
            var known = place > 0 ? _offsets[place] : offset;
            if (place > 0) _offsets.RemoveAt(place);
            else if (_offsets.Count >= MostOffsets) _offsets.RemoveAt(MostOffsets - 1);
            _offsets.Insert(0, known);
        }

        Volatile.Write(ref _correction, _offsets[0]);
        return _offsets[0];
    }

    /// <summary>
    /// Whether absolute times are of the same wrong clock as the header. A flow ends shortly before its export: the reading that brings
    /// its end closer to the arrival is right. Under the accounts.
    /// </summary>
    /// <param name="behind">How long before the arrival the flow ended, in milliseconds, if its times are right.</param>
    /// <param name="behindTogether">The same if they are as wrong as the header.</param>
    public bool IsOfAbsoluteTimes(long behind, long behindTogether)
    {
        var (alone, together) = (DistanceOf(behind), DistanceOf(behindTogether));
        var isTogether = together < alone;
        var isAmbiguous = Math.Abs(together - alone) < Ambiguous && _votes != 0;
        var believed = isAmbiguous ? _votes > 0 : isTogether;
        _votes = Math.Clamp(_votes + (isTogether ? 1 : -1), -MostVotes, MostVotes);
        return believed;
    }

    /// <summary>The offset by which an earlier process, or another session of the domain, corrected; 0 for none.</summary>
    public void Restore(long offset)
    {
        if (offset != 0 && _offsets.Count == 0) _offsets.Add(offset);
    }

    /// <summary>This machine's clock was set: the offsets by which exporters are wrong are different ones since.</summary>
    public void MoveArrivals(long milliseconds)
    {
        for (var i = 0; i < _offsets.Count; i++) _offsets[i] += milliseconds;
    }

    // No flow ends after its export was received, but for what clocks differ by: such a reading is as far off as one long before.
    private static long DistanceOf(long behind) => behind < -ToleratedMilliseconds ? -2 * behind : Math.Abs(behind);
}
