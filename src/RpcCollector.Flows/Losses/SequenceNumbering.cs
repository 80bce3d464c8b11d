namespace RpcCollector.Flows.Losses;

/// <summary>
/// How an exporter numbers its Messages. RFC 7011, 3.1 says: by the Data Records sent before, those of options among them. softflowd states the number
/// after its Message and leaves options out; others do one or the other. Read by the letter, each of their Messages would look like a loss.
/// </summary>
/// <remarks>Each pair of Messages votes for the ways by which the second follows the first; the way in use is left only for one with more votes, so that a loss that happens to look like another way changes nothing.</remarks>
internal struct SequenceNumbering
{
    private const int MaxVotes = 1000;
    private const int Ways = 4;

    private Votes _votes;
    private int _way;

    // Of each thread that reads the sequence: what one thread takes in a row was sent in a row, what two take is not. Nearly always there is one.
    private Last _last;
    private int _readerOfLast;
    private Last[]? _lastOfOthers;

    /// <summary>Takes a Message; returns true when it follows the last by another way than was thought, which from now on is the way.</summary>
    public bool IsAnotherWay(uint number, int dataRecords, int optionsRecords, int reader)
    {
        var isAnother = false;
        ref var last = ref LastOf(ref this, reader);
        if (last.IsKnown)
        {
            var (step, best) = (number - last.Number, -1);
            for (var way = 0; way < Ways; way++)
            {
                var counted = StatesNumberAfter(way) ? Units(way, dataRecords, optionsRecords) : Units(way, last.DataRecords, last.OptionsRecords);
                if (step != (uint)counted) continue;
                _votes[way]++;
                if (best < 0 || _votes[way] > _votes[best]) best = way;
            }

            // Old votes fade, so that an exporter that counts otherwise after an update is followed.
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

    /// <summary>True when a number counts its own Message in.</summary>
    public readonly bool StatesNumberAfterMessage => StatesNumberAfter(_way);

    /// <summary>The next Message that a thread takes has no known predecessor.</summary>
    public void Forget(int reader) => LastOf(ref this, reader) = default;

    /// <summary>The number of units before a Message, and how many it counts, as the RFC means them.</summary>
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

    private static int Units(int way, int dataRecords, int optionsRecords) => (way & 1) == 0 ? dataRecords + optionsRecords : dataRecords;

    [System.Runtime.CompilerServices.InlineArray(Ways)]
    private struct Votes
    {
        private int _first;
    }

    private readonly record struct Last(uint Number, int DataRecords, int OptionsRecords, bool IsKnown);
}
