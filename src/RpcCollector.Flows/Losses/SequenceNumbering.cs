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
    private bool _hasLast;
    private uint _lastNumber;
    private int _lastDataRecords;
    private int _lastOptionsRecords;

    /// <summary>Takes a Message; returns true when it follows the last by another way than was thought, which from now on is the way.</summary>
    public bool IsAnotherWay(uint number, int dataRecords, int optionsRecords)
    {
        var isAnother = false;
        if (_hasLast)
        {
            var (step, best) = (number - _lastNumber, -1);
            for (var way = 0; way < Ways; way++)
            {
                var counted = StatesNumberAfter(way) ? Units(way, dataRecords, optionsRecords) : Units(way, _lastDataRecords, _lastOptionsRecords);
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

        (_hasLast, _lastNumber, _lastDataRecords, _lastOptionsRecords) = (true, number, dataRecords, optionsRecords);
        return isAnother;
    }

    /// <summary>True when a number counts its own Message in.</summary>
    public readonly bool StatesNumberAfterMessage => StatesNumberAfter(_way);

    /// <summary>The next Message has no known predecessor.</summary>
    public void Forget() => _hasLast = false;

    /// <summary>The number of units before a Message, and how many it counts, as the RFC means them.</summary>
    public readonly (uint Before, int Units) Read(uint number, int dataRecords, int optionsRecords)
    {
        var units = Units(_way, dataRecords, optionsRecords);
        return (StatesNumberAfter(_way) ? number - (uint)units : number, units);
    }

    private static bool StatesNumberAfter(int way) => (way & 2) != 0;

    private static int Units(int way, int dataRecords, int optionsRecords) => (way & 1) == 0 ? dataRecords + optionsRecords : dataRecords;

    [System.Runtime.CompilerServices.InlineArray(Ways)]
    private struct Votes
    {
        private int _first;
    }
}
