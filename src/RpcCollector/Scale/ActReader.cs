using RpcCollector.Detection;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Judging;
using RpcCollector.Scale.Names;
using RpcCollector.Store;

namespace RpcCollector.Scale;

/// <summary>Takes the judge's log in its order, each message once, and hands what it says to the store and the judge.</summary>
/// <remarks>
/// The judge keeps how far that is with what it knows. The store does not: of what it may not have, activities are handed to it once
/// more, and take the place of themselves. One thread calls it.
/// </remarks>
internal sealed class ActReader
{
    private readonly ActMessageReader _reader;
    private readonly IActivitySink _sink;
    private readonly ActivityFeed _feed;
    private readonly JudgeThread _judge;
    private readonly PartitionCounts _counts;
    private readonly ILogger _logger;
    private readonly LogPosition _position;

    // What was handed to the store, and up to which offset.
    private readonly Queue<(long Published, long Offset)> _published = new();
    private bool _hasSaidRefusal;

    /// <param name="position">How far the judge is.</param>
    /// <param name="stored">Up to which offset the store has everything.</param>
    public ActReader(
        LogPosition position, long stored, ExporterDirectory exporters, IActivitySink sink, ActivityFeed feed, JudgeThread judge,
        PartitionCounts counts, ILogger logger)
    {
        (_position, _sink, _feed, _judge, _counts, _logger) = (position, sink, feed, judge, counts, logger);
        _reader = new ActMessageReader(exporters);
        Offset = Stored = Math.Min(position.Offset, stored);
    }

    /// <summary>Takes what people said; nobody when null. Before the first message.</summary>
    public IWordTaker? Words
    {
        get;
        init
        {
            field = value;
            if (value is not null) Offset = Stored = Math.Min(Offset, value.Offset);
        }
    }

    /// <summary>The last message that was read; the next one wanted is behind it.</summary>
    public long Offset { get; private set; }

    /// <summary>Up to where the store has everything.</summary>
    public long Stored { get; private set; }

    /// <summary>The log's time, in Unix milliseconds.</summary>
    public long UnixMilliseconds => _position.UnixMilliseconds;

    /// <summary>Takes what else is said than flows tell; false where that is unknown or cannot be read.</summary>
    public TakeDeed Deed { get; init; } = static (in ActHeader _, string _, ReadOnlySpan<byte> _, long _) => false;

    /// <summary>Takes what sensors' logs told of names; nobody when null.</summary>
    public HeardNames? Names { get; init; }

    public void Take(in LogEntry entry, long nowUnixMilliseconds)
    {
        // 1. A log that was made anew, or has lost its end, counts from a lower offset; one that has grown too old has a gap.
        if (entry.Offset <= Offset)
        {
            ScaleLog.JudgeWentBack(_logger, Offset, entry.Offset);
            (_position.Offset, Stored) = (entry.Offset - 1, Math.Min(Stored, entry.Offset - 1));
            _published.Clear();
            Words?.GoBackTo(entry.Offset - 1);
        }
        else if (Offset > 0 && entry.Offset > Offset + 1)
        {
            _counts.Lose(entry.Offset - Offset - 1, 0);
            ScaleLog.JudgeLost(_logger, entry.Offset - Offset - 1);
        }

        Offset = entry.Offset;
        _counts.Lag(entry.Behind, nowUnixMilliseconds - entry.AppendedUnixMilliseconds);
        if (!_reader.TryRead(entry.Batch, out var header))
        {
            Refuse("it cannot be read");
            return;
        }

        // 2. Each says what is its own to say: only who joins a partition what follows from it, and a sensor nothing for another one.
        if (ActRights.Objection(entry.Subject, header, _reader) is { } objection)
        {
            Refuse(objection);
            return;
        }

        // 3. What the judge knows and the store may not.
        if (Offset <= _position.Offset)
        {
            while (_reader.Read())
            {
                if (_reader.Kind == ActChangeKind.Activity) _feed.Publish(_reader.Activity);
                else if (_reader.Kind == ActChangeKind.Deed && IsWord(entry.Subject.IsSaid)) Words!.Take(header, _reader.Content.Span);
                else if (_reader.Kind == ActChangeKind.Deed && !entry.Subject.IsSaid)
                    Names?.Take(header, _reader.Topic ?? "", _reader.Content.Span);
            }

            Words?.End(header, Offset);
            Note();
            return;
        }

        // 4. Each once, whole.
        _position.Offset = Offset;
        var order = _position.Accept(header, entry.Subject.IsSaid);
        if (order != LogOrder.Next)
        {
            PassOver(order, header);
            return;
        }

        _counts.Pass(entry.Batch.Length);
        var (appended, isSaid) = (entry.AppendedUnixMilliseconds, entry.Subject.IsSaid);
        _judge.Deliver(_position.Write(), _position.UnixMilliseconds, () => TakeAll(header, appended, isSaid));
        Words?.End(header, Offset);
        Note();
    }

    /// <summary>Looks how much of what was handed to the store is written.</summary>
    public void Settle()
    {
        while (_published.TryPeek(out var first) && first.Published <= _feed.Settled) Stored = _published.Dequeue().Offset;
    }

    private void TakeAll(ActHeader header, long appended, bool isSaid)
    {
        while (_reader.Read())
        {
            switch (_reader.Kind)
            {
                case ActChangeKind.Activity:
                    _sink.Publish(_reader.Activity);
                    break;
                case ActChangeKind.Contact:
                    _sink.Publish(_reader.Contact);
                    break;
                case ActChangeKind.Operation:
                    _judge.Offer(_reader.Operation, _reader.ArrivalUnixMilliseconds);
                    break;
                case ActChangeKind.Lease:
                    _judge.Offer(_reader.Lease, _reader.ArrivalUnixMilliseconds);
                    break;
                case ActChangeKind.Deed when IsWord(isSaid):
                    Words!.Take(header, _reader.Content.Span);
                    break;
                case ActChangeKind.Deed when !isSaid && Names?.Take(header, _reader.Topic ?? "", _reader.Content.Span) == true:
                    break;
                case ActChangeKind.Deed when isSaid || !Deed(header, _reader.Topic ?? "", _reader.Content.Span, appended):
                    Refuse($"{header.Source} says something that is unknown here");
                    break;
            }
        }
    }

    /// <summary>True for what a judge says that people said. Others may write into this log, too: what they say of it is refused.</summary>
    private bool IsWord(bool isSaid)
    {
        if (Words is null || !string.Equals(_reader.Topic, IWordTaker.Topic, StringComparison.Ordinal)) return false;
        if (!isSaid) Words.Refuse();
        return isSaid;
    }

    // Messages without activities only move the last note.
    private void Note()
    {
        Settle();
        if (_published.Count == 0 && _feed.Published <= _feed.Settled) Stored = Offset;
        else _published.Enqueue((_feed.Published, Offset));
    }

    private void PassOver(LogOrder order, in ActHeader header)
    {
        if (order == LogOrder.Again) _counts.Repeat();
        else if (order == LogOrder.TooMany) Refuse($"{header.Source} is one source too many");
        else _counts.Lose(1, 0);
    }

    private void Refuse(string reason)
    {
        _position.Offset = Math.Max(_position.Offset, Offset);
        _counts.Refuse();
        if (_hasSaidRefusal) return;
        _hasSaidRefusal = true;
        ScaleLog.JudgeRefused(_logger, reason);
    }
}

/// <summary>Takes a deed: who said it, its topic, its content, and when the log took it.</summary>
internal delegate bool TakeDeed(in ActHeader header, string topic, ReadOnlySpan<byte> content, long appendedUnixMilliseconds);
