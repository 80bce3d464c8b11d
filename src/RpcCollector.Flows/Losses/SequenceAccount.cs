namespace RpcCollector.Flows.Losses;

/// <summary>
/// Follows the sequence numbers of one Transport Session and Observation Domain and says what was lost on the way: v5 counts flows, v9
/// Messages (RFC 3954, 5.1), IPFIX Data Records (RFC 7011, 3.1).
/// </summary>
/// <remarks>
/// A gap is not a loss yet, because datagrams overtake each other. It stays open for the reorder window; what arrives in that time fills it
/// and counts as late. An earlier number that fills no gap is a duplicate. A number far from the expected one is a reset of the sequence,
/// which says nothing about losses.
/// When several of our own threads take turns with the datagrams of one session, whole batches overtake each other. Then gaps stay open for
/// longer, what fills them does not count as late, and a number before the first one that was followed is no duplicate.
/// </remarks>
/// <param name="countsMessages">True for NetFlow v9.</param>
internal sealed class SequenceAccount(SequenceTally? tally = null, bool countsMessages = false)
{
    /// <summary>How long, in milliseconds of arrival, a gap may still be filled.</summary>
    public const long ReorderWindowMilliseconds = 1000;

    /// <summary>A jump ahead by more units than this is no loss but another sequence.</summary>
    public const int LargestLoss = 1_000_000;

    /// <summary>A jump ahead by more units than this is believed only once a second Message goes on from there.</summary>
    public const int LargestSureLoss = 4_096;

    /// <summary>A step back by more units than this is no late arrival but another sequence.</summary>
    public const int LargestLateness = 65_536;

    /// <summary>
    /// After another thread took its turn, the sequence counts as shared for this long, in milliseconds of arrival; gaps may be filled
    /// for as long.
    /// </summary>
    public const long SharedWindowMilliseconds = 10_000;

    /// <summary>
    /// Where threads take turns, a step back by more units than this is another sequence. The bound is wide because one of them may not
    /// have run for a while.
    /// </summary>
    public const int LargestSharedLateness = 1 << 24;

    private const int MaxGaps = 64;

    // Roughly how many octets its fields take, for prefetching.
    private const int FieldOctets = 200;

    // This many Messages in a row that follow each other, with none that follows the old sequence, are a new sequence.
    private const int NewSequenceRun = 4;

    // The same where threads take turns: more than they can hold unread between them while none continues the old sequence.
    private const int NewSharedSequenceRun = 512;

    // So many strays in a row, none of which goes on from the one before, and nothing of the old sequence: that is over.
    private const int MostStrays = 16;

    // Allocated with the first gap, because most sequences have none.
    private Gap[] _gaps = [];
    private SequenceNumbering _numbering = new(countsMessages);
    private int _numGaps;
    private uint _expected;
    private State _state;
    private uint _expectedOfRun;
    private int _run;

    // A Message whose number is far from the sequence may be a stray: forged, or of another device. The next one says which of the two
    // sequences goes on.
    private int _strays;
    private uint _strayNumber;
    private uint _expectedAfterStray;
    private long _strayedUnixMilliseconds;

    // What was expected when the exporter seemed to restart.
    private bool _hasBeforeReset;
    private uint _beforeReset;
    private uint _firstFollowed;
    private int _reader = -1;
    private long _lastTurn = long.MinValue / 2;
    private long _lost;
    private long _late;
    private long _duplicated;
    private long _resets;

    private enum State : byte
    {
        Unknown,
        Following,

        // A Message held records that could not be counted: whatever number comes next is accepted.
        Resuming,
    }

    /// <summary>Units that never came.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Units that came after later ones.</summary>
    public long Late => Volatile.Read(ref _late);

    /// <summary>Units that came twice.</summary>
    public long Duplicated => Volatile.Read(ref _duplicated);

    /// <summary>How often the sequence restarted.</summary>
    public long Resets => Volatile.Read(ref _resets);

    /// <summary>True while a gap may still be filled.</summary>
    public bool HasOpenGaps => _numGaps != 0;

    /// <summary>Prefetches its fields before a Message needs them.</summary>
    public void Fetch() => CacheLines.FetchFields(this, FieldOctets);

    /// <summary>True when the exporter counts Messages, whatever these hold.</summary>
    public bool CountsMessages => _numbering.CountsMessages;

    /// <summary>Follows the sequence number of a v9 or IPFIX Message, whichever way its exporter numbers Messages.</summary>
    /// <param name="reader">The number of the decoding thread.</param>
    public void Observe(uint sequenceNumber, int dataRecords, int optionsRecords, long arrivalUnixMilliseconds, int reader)
    {
        TakeTurn(reader, arrivalUnixMilliseconds);
        if (_numbering.ObserveAndDetectChange(sequenceNumber, dataRecords, optionsRecords, reader)) LoseTrack(arrivalUnixMilliseconds);
        var (before, units) = _numbering.Read(sequenceNumber, dataRecords, optionsRecords);
        Observe(before, units, arrivalUnixMilliseconds, reader);
    }

    /// <summary>A Message held records that could not be counted: whatever number comes next is accepted.</summary>
    public void Skip(uint sequenceNumber, long arrivalUnixMilliseconds, int reader)
    {
        TakeTurn(reader, arrivalUnixMilliseconds);
        _numbering.Forget(reader);
        if (_numbering.CountsMessages)
        {
            Observe(sequenceNumber, units: 1, arrivalUnixMilliseconds, reader);
            return;
        }

        if (IsShared(arrivalUnixMilliseconds))
        {
            // It is unknown how many units it holds, and another thread may still hold Messages sent around the same time.
            LoseTrack(arrivalUnixMilliseconds);
            return;
        }

        // If the number counts its own Message in, it does not say where the Message begins.
        if (_numbering.StatesNumberAfterMessage) _state = State.Resuming;
        else Observe(sequenceNumber, units: -1, arrivalUnixMilliseconds, reader);
    }

    /// <summary>Follows the sequence number of a Message.</summary>
    /// <param name="sequenceNumber">What the header states: how many units were sent before.</param>
    /// <param name="units">How many units the Message holds; negative when that cannot be known.</param>
    /// <param name="arrivalUnixMilliseconds">When it arrived.</param>
    /// <param name="reader">The number of the decoding thread.</param>
    public void Observe(uint sequenceNumber, int units, long arrivalUnixMilliseconds, int reader)
    {
        TakeTurn(reader, arrivalUnixMilliseconds);
        CloseGaps(arrivalUnixMilliseconds);
        var ahead = (int)(sequenceNumber - _expected);
        if (_strays != 0 && EndsStraying(sequenceNumber, units, ahead)) return;
        if (_state != State.Following)
        {
            // While threads take turns, a Message from a thread that lags does not show where the sequence continues.
            if (_state == State.Resuming && ahead is < 0 and >= -LargestSharedLateness && IsShared(arrivalUnixMilliseconds)) return;
            _firstFollowed = sequenceNumber;
            Follow(sequenceNumber, units);
            return;
        }

        if (ahead == 0)
        {
            Follow(sequenceNumber, units);
        }
        else if ((ahead is > LargestSureLoss or < -LargestLateness) && !IsShared(arrivalUnixMilliseconds))
        {
            _strays++;
            (_strayNumber, _strayedUnixMilliseconds) = (sequenceNumber, arrivalUnixMilliseconds);
            _expectedAfterStray = sequenceNumber + (uint)Math.Max(units, 0);
        }
        else if (ahead is > 0 and <= LargestLoss)
        {
            OpenGap(_expected, sequenceNumber, arrivalUnixMilliseconds);
            Follow(sequenceNumber, units);
        }
        else if (ahead < 0 && ahead >= (IsShared(arrivalUnixMilliseconds) ? -LargestSharedLateness : -LargestLateness))
        {
            TakeBack(sequenceNumber, Math.Max(units, 0), IsShared(arrivalUnixMilliseconds));
        }
        else
        {
            RestartSequence(sequenceNumber, units);
        }
    }

    /// <summary>The exporter restarted: whatever number comes next is accepted.</summary>
    public void Reset()
    {
        if (_state == State.Unknown) return;
        if (_state == State.Following) (_beforeReset, _hasBeforeReset) = (_expected, true);
        _state = State.Unknown;
        CountReset();
    }

    /// <summary>The exporter has not restarted after all: the sequence goes on as before <see cref="Reset"/>.</summary>
    public void Return()
    {
        if (!_hasBeforeReset) return;
        _hasBeforeReset = false;
        _state = State.Following;
        _expected = _beforeReset;
        _strays = 0;
    }

    /// <summary>Counts as lost what gaps older than the window still miss.</summary>
    public void CloseGaps(long arrivalUnixMilliseconds)
    {
        if (_numGaps == 0) return;
        var kept = 0;
        var window = IsShared(arrivalUnixMilliseconds) ? SharedWindowMilliseconds : ReorderWindowMilliseconds;
        for (var i = 0; i < _numGaps; i++)
        {
            if (Math.Abs(arrivalUnixMilliseconds - _gaps[i].SeenUnixMilliseconds) < window) _gaps[kept++] = _gaps[i];
            else Lose(_gaps[i]);
        }

        _numGaps = kept;
    }

    /// <summary>The clock was set: a gap stays open for as long as it would have.</summary>
    public void MoveArrivals(long milliseconds)
    {
        for (var i = 0; i < _numGaps; i++) _gaps[i] = _gaps[i] with { SeenUnixMilliseconds = _gaps[i].SeenUnixMilliseconds + milliseconds };
        if (_lastTurn > 0) _lastTurn += milliseconds;
    }

    /// <summary>
    /// The Message behind a stray one: when it goes on from there, the sequence has really moved, and what lies between was lost or is
    /// another sequence.
    /// </summary>
    /// <returns>True when the Message is accounted for.</returns>
    private bool EndsStraying(uint sequenceNumber, int units, int ahead)
    {
        if (ahead == 0 || _state != State.Following) _strays = 0;
        var goesOn = sequenceNumber == _expectedAfterStray && sequenceNumber != _strayNumber;
        if (_strays == 0 || (!goesOn && _strays < MostStrays)) return false;
        _strays = 0;
        if (goesOn && (int)(_strayNumber - _expected) is > 0 and <= LargestLoss)
        {
            OpenGap(_expected, _strayNumber, _strayedUnixMilliseconds);
            Follow(sequenceNumber, units);
        }
        else
        {
            RestartSequence(sequenceNumber, units);
        }

        return true;
    }

    private void Follow(uint sequenceNumber, int units)
    {
        _strays = 0;
        _state = units >= 0 ? State.Following : State.Resuming;
        _expected = sequenceNumber + (uint)Math.Max(units, 0);
        _run = 0;
    }

    private void OpenGap(uint from, uint to, long arrivalUnixMilliseconds)
    {
        if (_gaps.Length == 0) _gaps = new Gap[MaxGaps];
        if (_numGaps >= MaxGaps)
        {
            Lose(_gaps[0]);
            Array.Copy(_gaps, 1, _gaps, 0, MaxGaps - 1);
            _numGaps = MaxGaps - 1;
        }

        _gaps[_numGaps++] = new Gap(from, to, arrivalUnixMilliseconds);
    }

    /// <summary>Handles an earlier number: the Message fills a gap, or it came twice, or the sequence restarted.</summary>
    private void TakeBack(uint sequenceNumber, int units, bool isShared)
    {
        for (var i = 0; i < _numGaps; i++)
        {
            var gap = _gaps[i];
            if (sequenceNumber - gap.From >= gap.To - gap.From) continue;
            var filled = Math.Min((uint)units, gap.To - sequenceNumber);
            if (!isShared)
            {
                Volatile.Write(ref _late, _late + filled);
                tally?.CountLate(filled);
            }

            Fill(i, sequenceNumber, sequenceNumber + filled);
            return;
        }

        var follows = isShared || sequenceNumber == _expectedOfRun;
        _run = follows && _run > 0 ? _run + 1 : 1;
        _expectedOfRun = sequenceNumber + (uint)units;
        if (_run < (isShared ? NewSharedSequenceRun : NewSequenceRun))
        {
            if (isShared && (int)(sequenceNumber - _firstFollowed) < 0) return;
            Volatile.Write(ref _duplicated, _duplicated + units);
            tally?.CountDuplicated(units);
            return;
        }

        RestartSequence(sequenceNumber, units);
    }

    /// <summary>Takes a part out of a gap; what is left of it stays open.</summary>
    private void Fill(int index, uint from, uint to)
    {
        var gap = _gaps[index];
        if (from == gap.From && to == gap.To)
        {
            _numGaps--;
            Array.Copy(_gaps, index + 1, _gaps, index, _numGaps - index);
        }
        else if (from == gap.From)
        {
            _gaps[index] = gap with { From = to };
        }
        else
        {
            _gaps[index] = gap with { To = from };
            if (to != gap.To) OpenGap(to, gap.To, gap.SeenUnixMilliseconds);
        }
    }

    private void RestartSequence(uint sequenceNumber, int units)
    {
        CountReset();
        _firstFollowed = sequenceNumber;
        Follow(sequenceNumber, units);
    }

    /// <summary>
    /// Accepts whatever number comes next. What other threads still hold from before counts neither as lost nor as a duplicate.
    /// </summary>
    private void LoseTrack(long arrivalUnixMilliseconds)
    {
        if (_state == State.Following) _state = State.Resuming;
        if (!IsShared(arrivalUnixMilliseconds)) return;
        _numGaps = 0;
        _firstFollowed = _expected;
    }

    private void TakeTurn(int reader, long arrivalUnixMilliseconds)
    {
        if (reader == _reader) return;
        if (_reader >= 0) _lastTurn = arrivalUnixMilliseconds;
        _reader = reader;
    }

    private bool IsShared(long arrivalUnixMilliseconds) =>
        arrivalUnixMilliseconds - _lastTurn is > -SharedWindowMilliseconds and < SharedWindowMilliseconds;

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
