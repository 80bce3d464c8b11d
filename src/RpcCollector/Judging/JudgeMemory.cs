using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Journal;
using RpcCollector.Flows;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Findings;

namespace RpcCollector.Judging;

/// <summary>
/// Brings the judge back at the start, and keeps what it takes: a journal every second, a snapshot when the journal has grown or is old,
/// and at the end.
/// </summary>
/// <remarks>The judge's thread alone calls it.</remarks>
/// <param name="archive">Null when nothing is to be kept.</param>
/// <param name="former">What a former version left; taken over when the archive has nothing. Null when nothing is to be kept.</param>
/// <param name="feed">Where the judge's findings go: what it says while it is brought back was said before.</param>
internal sealed class JudgeMemory(
    JudgeArchive? archive, JudgementFile? former, FindingFeed feed, ExporterDirectory exporters, JudgeGauges gauges, TimeProvider time,
        ILogger logger)
{
    private const int MaxChunkOctets = 1 << 20;
    private const int MaxUnwrittenOctets = 16 << 20;
    private const long LeastJournalOctets = 8 << 20;

    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SnapshotEvery = TimeSpan.FromMinutes(30);

    // It may take seconds, and it may fail.
    private static readonly TimeSpan SnapshotAgainAfter = TimeSpan.FromSeconds(30);

    // A service manager waits for the planned end; the next start reads the journal instead.
    private static readonly TimeSpan LongestSnapshotAtEnd = TimeSpan.FromSeconds(2);

    private long _snapshotOctets;
    private long _journalOctets;
    private long _lastFlush;
    private long _lastSnapshot;
    private long _snapshotOffset;
    private bool _isFailing;

    // The journal has a gap, or rests on no snapshot: only another snapshot helps.
    private bool _isBroken;

    // How long the last snapshot took: to be read, until one is written.
    private TimeSpan _snapshotTook;

    // Puts aside what cannot be read; not null while that has failed.
    private Action? _setAsideAgain;

    /// <summary>Takes what the judge takes, before the judge does; null when nothing is kept.</summary>
    public JudgeJournalWriter? Journal { get; private set; }

    /// <returns>A judge that knows what the one before knew, as far as that is whole.</returns>
    /// <exception cref="StartupException">The disk failed: everything stays as it is.</exception>
    public Judge Recall(Func<Judge> create)
    {
        if (archive is null) return create();
        Judge judge;
        long offset;
        feed.Hold();
        try
        {
            (judge, offset) = Load(create);
        }
        catch (Exception failure) when (IsUnreadable(failure) && failure is not StartupException)
        {
            throw StoreFolder.Refuse($"what was learned cannot be read: {failure.Message}", failure);
        }
        finally
        {
            feed.Release();
        }

        judge.ForgetCounts();
        Journal = new JudgeJournalWriter(exporters, offset);
        (_lastFlush, _lastSnapshot) = (time.GetTimestamp(), time.GetTimestamp());
        if (_isBroken) TrySnapshot(judge);
        return judge;
    }

    /// <summary>Between two turns: hands the journal to the archive when it is time, and takes a snapshot when that is worth it.</summary>
    public void Keep(Judge judge)
    {
        if (Journal is null) return;
        if (_isBroken)
        {
            // Nobody will read it.
            if (Journal.Chunk.Length >= MaxChunkOctets) Journal.BeginChunk();
            if (time.GetElapsedTime(_lastSnapshot) >= SnapshotAgainAfter) TrySnapshot(judge);
            return;
        }

        if (!Journal.IsEmpty && (Journal.Chunk.Length >= MaxChunkOctets || time.GetElapsedTime(_lastFlush) >= FlushEvery))
            TryFlush();
        var isLong = _journalOctets > Math.Max(LeastJournalOctets, _snapshotOctets / 2);
        var isOld = Journal.Offset > _snapshotOffset && time.GetElapsedTime(_lastSnapshot) >= SnapshotEvery;
        if ((isLong || isOld) && time.GetElapsedTime(_lastSnapshot) >= SnapshotAgainAfter) TrySnapshot(judge);
    }

    /// <summary>
    /// The process ends as planned: writes the rest of the journal, and takes a snapshot of what came since the last if that is soon done.
    /// </summary>
    public void End(Judge judge)
    {
        if (Journal is null) return;
        if (!_isBroken && !Journal.IsEmpty) Flush();
        if (_isBroken || (Journal.Offset > _snapshotOffset && _snapshotTook < LongestSnapshotAtEnd)) TrySnapshot(judge);
    }

    /// <summary>True for what is no damage: it may be whole, and be read another time.</summary>
    private static bool IsUnreadable(Exception failure) => Database.IsDiskFailure(failure) && failure is not EndOfStreamException;

    private (Judge Judge, long Offset) Load(Func<Judge> create)
    {
        // 1. The newest snapshot.
        var judge = create();
        long offset = 0;
        var began = time.GetTimestamp();
        try
        {
            if (archive!.ReadSnapshot(stream => offset = judge.Load(stream)) is { } octets) _snapshotOctets = octets;
            else if (former is not null && !archive.HasJournal && TakeOver(ref judge, create)) return (judge, 0);
        }
        catch (Exception failure) when (!IsUnreadable(failure))
        {
            // Whatever it stumbled over: nothing that follows can be used without it, and nothing is written over it.
            SetAside("the snapshot", failure);
            return (create(), 0);
        }

        // The process that took it may have been killed before the store had all that it says.
        judge.SayAgain();
        _snapshotTook = time.GetElapsedTime(began);

        // 2. What was taken since.
        _snapshotOffset = offset;
        try
        {
            var (end, octets, damage) = archive.ReadJournal(offset, chunk => Replay(chunk, judge));
            (offset, _journalOctets) = (end, octets);
            if (damage is not null) SetAsideJournal(end, damage);
        }
        catch (Exception failure) when (!IsUnreadable(failure))
        {
            // Half of a turn may be in the judge: it goes on from the snapshot alone.
            judge = create();
            offset = _snapshotOctets > 0 ? Reload(judge) : 0;
            SetAsideJournal(offset, failure.Message);
        }

        if (_snapshotOctets > 0
            || offset > 0) JudgementLog.Recalled(logger, judge.Counts.Edges, judge.Counts.Hosts, offset - _snapshotOffset);
        return (judge, offset);
    }

    private long Reload(Judge judge)
    {
        long offset = 0;
        archive!.ReadSnapshot(stream => offset = judge.Load(stream));
        judge.SayAgain();
        return offset;
    }

    private long? Replay(ReadOnlyMemory<byte> chunk, Judge judge)
    {
        var reader = new JudgeJournalReader(chunk, exporters);
        reader.ReplayInto(judge);
        return reader.Damage is null ? reader.Offset : null;
    }

    /// <returns>True when there was a file of a former version: whatever came of it.</returns>
    private bool TakeOver(ref Judge judge, Func<Judge> create)
    {
        var loaded = judge;
        try
        {
            if (!former!.Load(stream => loaded.Load(stream))) return false;
        }
        catch (Exception failure) when (IsUnreadable(failure) && failure is not StartupException)
        {
            throw StoreFolder.Refuse($"'{former!.Path}' cannot be read: {failure.Message}", failure);
        }
        catch (Exception damage) when (!IsUnreadable(damage))
        {
            gauges.CountStateDamage();
            SetAsideFormer(damage.Message);
            judge = create();
            return true;
        }

        JudgementLog.Loaded(logger, former.Path, judge.Counts.Edges, judge.Counts.Hosts);
        (Journal, _isBroken) = (new JudgeJournalWriter(exporters, offset: 0), true);
        if (!TrySnapshot(judge)) return true;
        try
        {
            JudgementLog.TakenOver(logger, former.Path, former.MarkTakenOver());
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            // The snapshot is there: the file is not looked at again.
            JudgementLog.TakenOver(logger, former.Path, former.Path);
        }

        return true;
    }

    private bool TrySnapshot(Judge judge)
    {
        _lastSnapshot = time.GetTimestamp();
        try
        {
            // Before that nothing is written: it would take the place of what cannot be read.
            _setAsideAgain?.Invoke();
            _setAsideAgain = null;
            _snapshotOctets = archive!.SaveSnapshot(Journal!.Offset, stream => judge.Save(stream, Journal.Offset));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            Fail(failure);
            return false;
        }

        (_snapshotOffset, _journalOctets, _isBroken) = (Journal.Offset, 0, false);
        _snapshotTook = time.GetElapsedTime(_lastSnapshot);
        Journal.BeginChunk();
        _lastFlush = time.GetTimestamp();
        Succeed();
        return true;
    }

    private void TryFlush()
    {
        // What fails is tried again a second later, with what has come by then.
        if (!_isFailing || time.GetElapsedTime(_lastFlush) >= FlushEvery) Flush();
    }

    private void Flush()
    {
        _lastFlush = time.GetTimestamp();
        try
        {
            archive!.Append(Journal!.ChunkOffset, Journal.Chunk);
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            Fail(failure);
            if (Journal!.Chunk.Length < MaxUnwrittenOctets) return;
            _isBroken = true;
            Journal.BeginChunk();
            return;
        }

        _journalOctets += Journal.Chunk.Length;
        Journal.BeginChunk();
        Succeed();
    }

    private void Fail(Exception failure)
    {
        gauges.CountStateFailure();
        if (!_isFailing) JudgementLog.KeepingFailed(logger, failure.Message);
        _isFailing = true;
    }

    private void Succeed()
    {
        if (_isFailing) JudgementLog.SavesAgain(logger);
        _isFailing = false;
    }

    private void SetAside(string what, Exception failure)
    {
        gauges.CountStateDamage();
        JudgementLog.Damaged(logger, what, failure.Message);
        _isBroken = true;
        TrySetAside(() => archive!.SetAsideAll());
    }

    private void SetAsideJournal(long offset, string reason)
    {
        gauges.CountStateDamage();
        JudgementLog.JournalDamaged(logger, offset, reason);
        _isBroken = true;
        TrySetAside(() => archive!.SetAsideJournal(offset));
    }

    private void TrySetAside(Action setAside)
    {
        try
        {
            setAside();
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            _setAsideAgain = setAside;
            Fail(failure);
        }
    }

    private void SetAsideFormer(string reason)
    {
        try
        {
            JudgementLog.SetAside(logger, former!.Path, reason, former.SetAside());
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            // It stays where it is, and is looked at again at the next start.
            JudgementLog.SetAside(logger, former!.Path, reason, former.Path);
        }
    }
}
