using System.Buffers;
using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Detection.Wire;
using RpcCollector.Judging;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using RpcCollector.Store.Words;
using SQLitePCL;

namespace RpcCollector.Scale.Words;

/// <summary>
/// Takes out of the judge's log what people said to whichever judge took it, each word once and in the log's order, and makes this
/// judge's store and memory follow. What was said here is passed over. One thread calls it.
/// </summary>
/// <remarks>
/// Whoever reads the log hands words over with <see cref="Take"/>, and lets them count with <see cref="Apply()"/> once the store has what
/// stood in the log before them. A word of this process counts here, too, when it was never committed: the broker may have what it did
/// not confirm in time.
/// </remarks>
internal sealed class WordReader : IWordTaker
{
    private readonly StateStore _state;
    private readonly IncidentKeeper _keeper;
    private readonly VerdictStore _verdicts;
    private readonly JudgeThread _judge;
    private readonly WordLog _own;
    private readonly ILogger _logger;
    private readonly long[] _rejected = new long[Enum.GetValues<WordRejection>().Length];
    private readonly Queue<Word> _waiting = new();

    // Of the word of which parts are coming.
    private readonly ArrayBufferWriter<byte> _parts = new();
    private (string Source, ulong Epoch, ulong Number) _of;
    private uint _nextPart;
    private bool _isPartial;
    private bool _isRejected;
    private long _ownRead;

    /// <param name="from">Where a store that never heard anything begins.</param>
    public WordReader(
        StateStore state, IncidentKeeper keeper, VerdictStore verdicts, JudgeThread judge, WordLog own, ILogger logger, long from)
    {
        (_state, _keeper, _verdicts, _judge, _own, _logger) = (state, keeper, verdicts, judge, own, logger);
        Offset = state.Read(SaidMark.Find)?.Offset ?? from;
    }

    public long Offset { get; private set; }

    /// <summary>Users, tokens and sessions; nothing when null.</summary>
    public Func<IReadOnlyList<SaidRow>, bool>? Accounts { get; init; }

    /// <summary>Told which findings were spoken of, and what that did to incidents.</summary>
    public Action<IReadOnlyList<long>, IReadOnlyList<IncidentEvent>> Heard { get; init; } = static (_, _) => { };

    /// <summary>The last word of this process that stood in the log.</summary>
    public long OwnRead => Volatile.Read(ref _ownRead);

    /// <summary>True when words are to be applied.</summary>
    public bool HasWaiting => _waiting.Count > 0;

    /// <summary>True when they are of somebody else: the store must have what came before them first.</summary>
    public bool AreOfOthers => _waiting.Any(word => word.Deed.Rows.Count > 0 && !IsOwn(word.Deed.Writer));

    /// <summary>How many words, or parts of them, were not used for a reason.</summary>
    public long Rejected(WordRejection reason) => Volatile.Read(ref _rejected[(int)reason]);

    public void Take(in ActHeader header, ReadOnlySpan<byte> content)
    {
        var of = (header.Source, header.SourceEpoch, header.InputOffset);
        if (_of != of || header.Part == 0 && _nextPart > 0)
        {
            if (_isPartial && !_isRejected) Reject(WordRejection.Incomplete);
            (_of, _isPartial, _nextPart) = (of, true, 0);
            _isRejected = header.Part != 0;
            if (_isRejected) Reject(WordRejection.Incomplete);
            _parts.ResetWrittenCount();
        }

        _isPartial = true;
        if (!_isRejected && _parts.WrittenCount + content.Length > SaidDeed.MostOctets)
        {
            _isRejected = true;
            Reject(WordRejection.TooLong);
        }

        if (!_isRejected) _parts.Write(content);
    }

    public void Refuse() => Reject(WordRejection.NotOfAJudge);

    public void End(in ActHeader header, long offset)
    {
        if (!_isPartial)
        {
            if (!HasWaiting) Offset = Math.Max(Offset, offset);
            return;
        }

        if (_of != (header.Source, header.SourceEpoch, header.InputOffset)) return;
        if (!header.IsLast)
        {
            _nextPart = header.Part + 1;
            return;
        }

        _isPartial = false;
        _of = default;
        if (_isRejected) return;
        var reason = SaidDeed.Read(_parts.WrittenSpan.ToArray(), out var deed);
        if (reason != WordRejection.None) Reject(reason);
        else if (offset > Offset) _waiting.Enqueue(new Word(offset, (long)header.InputOffset, deed));
    }

    public void GoBackTo(long offset)
    {
        _waiting.Clear();
        (Offset, _isPartial, _of) = (Math.Min(Offset, offset), false, default);
    }

    /// <summary>Applies what waits.</summary>
    /// <exception cref="Exception">The disk failed (<see cref="Database.IsDiskFailure"/>): the same may be tried again.</exception>
    public void Apply()
    {
        while (_waiting.TryPeek(out var word))
        {
            try
            {
                Apply(word);
            }
            catch (Exception failure) when (IsOfContent(failure))
            {
                // The store does not take it: it cannot have been said by a judge of this version.
                Reject(WordRejection.Malformed);
                Pass(word);
            }
            catch (Exception bug) when (!Database.IsDiskFailure(bug) && bug is not ObjectDisposedException)
            {
                ScaleLog.WordFailed(_logger, bug);
                Reject(WordRejection.Failed);
                Pass(word);
            }

            _waiting.Dequeue();
        }
    }

    /// <summary>Keeps how far it has come, so that a start need not read all of it again.</summary>
    public void Note()
    {
        if (HasWaiting || _isPartial) return;
        var offset = Offset;
        _state.Commit(connection =>
        {
            (SaidMark.Read(connection) with { Offset = offset }).Keep(connection);
            return true;
        });
    }

    private void Apply(Word word)
    {
        HeardRows? heard = null;

        // As a commit of its own: one that is being said here is committed before, or never.
        if (Accounts is not null && !_state.Commit(connection => IsKnown(word, SaidMark.Read(connection))) && !Accounts(word.Deed.Rows))
            Reject(WordRejection.NotWritten);
        var events = _keeper.Commit(transaction =>
        {
            heard = null;
            var mark = SaidMark.Read(transaction.Connection);
            if (!IsKnown(word, mark)) heard = Write(transaction, word, ref mark);
            (mark with { Offset = word.Offset }).Keep(transaction.Connection);
            return transaction.Events;
        });
        Offset = word.Offset;
        if (IsOwn(word.Deed.Writer)) Volatile.Write(ref _ownRead, word.Number);
        if (heard is null) return;
        for (var i = 0; i < heard.Unknown; i++) Reject(WordRejection.UnknownIncident);
        if (heard.Findings.Count > 0) _judge.Apply(_verdicts.Latest(heard.Findings));
        foreach (var role in heard.Roles) _judge.Tell(role);
        Heard(heard.Findings, events);
    }

    private bool IsKnown(Word word, SaidMark mark)
    {
        var (by, rows) = (word.Deed.Writer, word.Deed.Rows);
        if (rows.Count == 0 || (word.Deed.IsSoon && (IsOwn(by) || IsOf(mark, by)))) return true;
        return IsOf(mark, by) && word.Number <= mark.Number;
    }

    private HeardRows Write(IncidentTransaction transaction, Word word, ref SaidMark mark)
    {
        var heard = new HeardRows(transaction, _verdicts, _state.DamagedRows);
        heard.Write(word.Deed.Rows);

        // Two may speak for a moment. What of this one's own stands in the log behind what the other said counts after it, here as there.
        if (!IsOwn(word.Deed.Writer) && IsOf(mark, _own.Writer))
            mark = mark with { Number = Math.Min(mark.Number, _ownRead) };
        return heard;
    }

    private void Pass(Word word)
    {
        _state.Commit(connection =>
        {
            (SaidMark.Read(connection) with { Offset = word.Offset }).Keep(connection);
            return true;
        });
        Offset = word.Offset;
    }

    private bool IsOwn(string writer) => string.Equals(writer, _own.Writer, StringComparison.Ordinal);

    private static bool IsOf(SaidMark mark, string writer) => string.Equals(mark.Writer, writer, StringComparison.Ordinal);

    private static bool IsOfContent(Exception failure) => failure is SqliteException
    {
        SqliteErrorCode: raw.SQLITE_ERROR or raw.SQLITE_CONSTRAINT or raw.SQLITE_MISMATCH or raw.SQLITE_TOOBIG or raw.SQLITE_RANGE
    };

    private void Reject(WordRejection reason)
    {
        if (Interlocked.Increment(ref _rejected[(int)reason]) == 1) ScaleLog.WordRejected(_logger, reason);
    }

    /// <summary>A whole word of the log.</summary>
    private sealed record Word(long Offset, long Number, SaidDeed Deed);
}
