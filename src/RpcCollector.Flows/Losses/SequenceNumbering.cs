namespace RpcCollector.Flows.Losses;

/// <summary>
/// How an exporter numbers its Messages. RFC 7011, 3.1 says: by the Data Records sent before, including those of options. softflowd counts
/// its own Message in and leaves options out; other exporters do one or the other. RFC 3954, 5.1 says: by the Messages sent before; some
/// count records there, too. Taken literally, each of their Messages would look like a loss.
/// </summary>
/// <remarks>
/// Each pair of Messages votes for every way of numbering by which the second follows the first. Another way is adopted only once it
/// has more votes than the one in use, so that a loss which happens to look like another way changes nothing.
/// </remarks>
internal struct SequenceNumbering
{
    private const int MaxVotes = 1000;
    private const int Ways = 5;

    // The way of NetFlow v9; the others count records.
    private const int ByMessages = 4;

    private readonly int _numWays;
    private Votes _votes;
    private int _way;

    // The last Message of each thread that reads the sequence. What one thread reads in a row was sent in a row; what two threads read
    // was not. There is nearly always just one thread.
    private Last _last;
    private int _readerOfLast;
    private Last[]? _lastOfOthers;

    /// <param name="countsMessages">True for NetFlow v9, whose exporters count Messages unless their numbers show otherwise.</param>
    public SequenceNumbering(bool countsMessages)
    {
        _numWays = countsMessages ? Ways : ByMessages;
        _way = countsMessages ? ByMessages : 0;
    }

    /// <summary>True when it counts Messages, whatever these hold.</summary>
    public readonly bool CountsMessages => _way == ByMessages;

    /// <summary>
    /// Observes a Message. Returns true when the votes have tipped to another way of numbering, which is used from now on.
    /// </summary>
    public bool ObserveAndDetectChange(uint number, int dataRecords, int optionsRecords, int reader)
    {
        var isAnother = false;
        ref var last = ref LastOf(ref this, reader);
        if (last.IsKnown)
        {
            var (step, best) = (number - last.Number, -1);
            for (var way = 0; way < _numWays; way++)
            {
                var counted = StatesNumberAfter(way)
                    ? Units(way, dataRecords, optionsRecords)
                    : Units(way, last.DataRecords, last.OptionsRecords);
                if (step != (uint)counted) continue;
                _votes[way]++;
                if (best < 0 || _votes[way] > _votes[best]) best = way;
            }

            // Old votes fade, so that we notice when an exporter counts differently after an update.
            if (best >= 0 && _votes[best] >= MaxVotes)
            {
                for (var way = 0; way < Ways; way++) _votes[way] /= 2;
            }

            isAnother = best >= 0 && _votes[best] > _votes[_way];
            if (isAnother) _way = best;
        }

        last = new Last(number, dataRecords, optionsRecords, IsKnown: true);
        return isAnother;
    }

    /// <summary>True when a Message's number already includes its own records.</summary>
    public readonly bool StatesNumberAfterMessage => StatesNumberAfter(_way);

    /// <summary>The next Message that a thread takes has no known predecessor.</summary>
    public void Forget(int reader) => LastOf(ref this, reader) = default;

    /// <summary>How many units were sent before a Message and how many it holds, counted as the RFC means it.</summary>
    public readonly (uint Before, int Units) Read(uint number, int dataRecords, int optionsRecords)
    {
        var units = Units(_way, dataRecords, optionsRecords);
        return (StatesNumberAfter(_way) ? number - (uint)units : number, units);
    }

    private static ref Last LastOf(ref SequenceNumbering numbering, int reader)
    {
        if (!numbering._last.IsKnown && numbering._lastOfOthers is null) numbering._readerOfLast = reader;
        if (reader == numbering._readerOfLast) return ref numbering._last;
        if (reader >= (numbering._lastOfOthers?.Length ?? 0)) Array.Resize(ref numbering._lastOfOthers, reader + 1);
        return ref numbering._lastOfOthers![reader];
    }

    private static bool StatesNumberAfter(int way) => (way & 2) != 0;

    private static int Units(int way, int dataRecords, int optionsRecords) =>
        way == ByMessages ? 1 : (way & 1) == 0 ? dataRecords + optionsRecords : dataRecords;

    [System.Runtime.CompilerServices.InlineArray(Ways)]
    private struct Votes
    {
        private int _first;
    }

    private readonly record struct Last(uint Number, int DataRecords, int OptionsRecords, bool IsKnown);
}
