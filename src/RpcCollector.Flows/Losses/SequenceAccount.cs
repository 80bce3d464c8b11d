namespace RpcCollector.Flows.Losses;

/// <summary>
/// Follows the sequence numbers of one Transport Session and Observation Domain and says what was lost on the way: v5 counts flows, v9 Messages
/// (RFC 3954, 5.1), IPFIX Data Records (RFC 7011, 3.1).
/// </summary>
/// <remarks>
/// A gap is no loss yet: datagrams overtake each other. It stays open for the reorder window, in time, and what then arrives fills it and is late.
/// What was never in a gap is a duplicate; a number far from the expected one is a reset of the sequence, and no loss can be told from it.
/// Some exporters (softflowd 1.1.0) state in IPFIX the total after the Message, options left out, instead of the number of records before it: which of the
/// two an exporter means is learned from Messages that only one of them explains.
/// </remarks>
internal sealed class SequenceAccount(SequenceTally? tally = null)
{
    /// <summary>How long, in milliseconds of arrival, a gap may still be filled.</summary>
    public const long ReorderWindowMilliseconds = 1000;

    /// <summary>A jump ahead by more units than this is no loss but another sequence.</summary>
    public const int LargestLoss = 1_000_000;

    /// <summary>A step back by more units than this is no late arrival but another sequence.</summary>
    public const int LargestLateness = 65_536;

    private const int MaxGaps = 64;

    // So many Messages in a row that follow each other, and none that follows the old sequence, are a new sequence.
    private const int NewSequenceRun = 4;

    // So many Messages of one kind are remembered: as many of the other, and one, change the mind.
    private const int MostEvidence = 8;

    private readonly Gap[] _gaps = new Gap[MaxGaps];
    private int _numGaps;
    private uint _expected;
    private State _state;
    private uint _lastNumber;
    private int _lastUnits;
    private int _evidenceOfTotals;
    private uint _expectedOfRun;
    private int _run;
    private long _lost;
    private long _late;
    private long _duplicated;
    private long _resets;

    private enum State : byte
    {
        Unknown,
        Following,

        // A Message held records that could not be counted: the next number is taken as it comes.
        Resuming,
    }

    /// <summary>Units that never came.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Units that came after later ones.</summary>
    public long Late => Volatile.Read(ref _late);

    /// <summary>Units that came twice.</summary>
    public long Duplicated => Volatile.Read(ref _duplicated);

    /// <summary>How often the sequence began anew.</summary>
    public long Resets => Volatile.Read(ref _resets);

    /// <summary>True while a gap may still be filled.</summary>
    public bool HasOpenGaps => _numGaps != 0;

    /// <summary>Takes the sequence number of a Message.</summary>
    /// <param name="sequenceNumber">What the header states: how many units were sent before.</param>
    /// <param name="units">How many units the Message holds; negative when that cannot be known.</param>
    /// <param name="arrivalUnixMilliseconds">When it arrived.</param>
    /// <param name="dataRecords">IPFIX: how many of the units are no Options Data Records; negative where totals are not to be expected.</param>
    public void Observe(uint sequenceNumber, int units, long arrivalUnixMilliseconds, int dataRecords = -1)
    {
        CloseGaps(arrivalUnixMilliseconds);
        var stated = sequenceNumber;
        if (dataRecords >= 0 && units >= 0)
        {
            if (_state == State.Following) Learn(sequenceNumber, dataRecords);
            if (_evidenceOfTotals > 0) (sequenceNumber, units) = (sequenceNumber - (uint)dataRecords, dataRecords);
        }

        Take(sequenceNumber, units, arrivalUnixMilliseconds);
        if (_expected == sequenceNumber + (uint)Math.Max(units, 0)) (_lastNumber, _lastUnits) = (stated, units);
    }

    /// <summary>Weighs whether the numbers are totals that count their own Message in.</summary>
    private void Learn(uint sequenceNumber, int dataRecords)
    {
        var (follows, isTotal) = (sequenceNumber == _lastNumber + (uint)_lastUnits, sequenceNumber == _lastNumber + (uint)dataRecords);
        if (follows == isTotal) return;
        var meantTotals = _evidenceOfTotals > 0;
        _evidenceOfTotals = Math.Clamp(_evidenceOfTotals + (isTotal ? 1 : -1), -MostEvidence, MostEvidence);
        var meansTotals = _evidenceOfTotals > 0;
        if (meansTotals != meantTotals) _expected = meansTotals ? _lastNumber : sequenceNumber;
    }

    private void Take(uint sequenceNumber, int units, long arrivalUnixMilliseconds)
    {
        var ahead = (int)(sequenceNumber - _expected);
        if (_state != State.Following)
        {
            Follow(sequenceNumber, units);
            return;
        }

        if (ahead == 0)
        {
            Follow(sequenceNumber, units);
        }
        else if (ahead is > 0 and <= LargestLoss)
        {
            OpenGap(_expected, sequenceNumber, arrivalUnixMilliseconds);
            Follow(sequenceNumber, units);
        }
        else if (ahead is < 0 and >= -LargestLateness)
        {
            TakeBack(sequenceNumber, Math.Max(units, 0));
        }
        else
        {
            CountReset();
            Follow(sequenceNumber, units);
        }
    }

    /// <summary>The exporter said that it restarted: its next number is taken as it comes.</summary>
    public void Reset()
    {
        if (_state == State.Unknown) return;
        _state = State.Unknown;
        CountReset();
    }

    /// <summary>Counts as lost what gaps older than the window still miss.</summary>
    public void CloseGaps(long arrivalUnixMilliseconds)
    {
        var kept = 0;
        for (var i = 0; i < _numGaps; i++)
        {
            if (arrivalUnixMilliseconds - _gaps[i].SeenUnixMilliseconds < ReorderWindowMilliseconds) _gaps[kept++] = _gaps[i];
            else Lose(_gaps[i]);
        }

        _numGaps = kept;
    }

    private void Follow(uint sequenceNumber, int units)
    {
        _state = units >= 0 ? State.Following : State.Resuming;
        _expected = sequenceNumber + (uint)Math.Max(units, 0);
        _run = 0;
    }

    private void OpenGap(uint from, uint to, long arrivalUnixMilliseconds)
    {
        if (_numGaps == MaxGaps)
        {
            Lose(_gaps[0]);
            Array.Copy(_gaps, 1, _gaps, 0, --_numGaps);
        }

        _gaps[_numGaps++] = new Gap(from, to, arrivalUnixMilliseconds);
    }

    /// <summary>A Message from before: it fills a gap, or it came twice, or the sequence began anew.</summary>
    private void TakeBack(uint sequenceNumber, int units)
    {
        for (var i = 0; i < _numGaps; i++)
        {
            var gap = _gaps[i];
            if (sequenceNumber - gap.From >= gap.To - gap.From) continue;
            var filled = Math.Min((uint)units, gap.To - sequenceNumber);
            Volatile.Write(ref _late, _late + filled);
            tally?.CountLate(filled);
            _gaps[i] = gap with { To = sequenceNumber };
            if (sequenceNumber + filled != gap.To) OpenGap(sequenceNumber + filled, gap.To, gap.SeenUnixMilliseconds);
            return;
        }

        _run = sequenceNumber == _expectedOfRun && _run > 0 ? _run + 1 : 1;
        _expectedOfRun = sequenceNumber + (uint)units;
        if (_run < NewSequenceRun)
        {
            Volatile.Write(ref _duplicated, _duplicated + units);
            tally?.CountDuplicated(units);
            return;
        }

        CountReset();
        Follow(sequenceNumber, units);
    }

    private void Lose(in Gap gap)
    {
        Volatile.Write(ref _lost, _lost + (gap.To - gap.From));
        tally?.Lose(gap.To - gap.From, gap.SeenUnixMilliseconds);
    }

    private void CountReset()
    {
        Volatile.Write(ref _resets, _resets + 1);
        tally?.CountReset();
    }

    private readonly record struct Gap(uint From, uint To, long SeenUnixMilliseconds);
}
