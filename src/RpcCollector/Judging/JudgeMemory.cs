using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Journal;
using RpcCollector.Flows;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Inputs;
using RpcCollector.Vitals;

namespace RpcCollector.Judging;

/// <summary>
/// Brings the judge back at the start, and keeps what it takes: a journal every second, a snapshot when the journal has grown or is old,
/// and at the end.
/// </summary>
/// <remarks>
/// The judge's thread alone calls it. Another one writes, and the judge goes on meanwhile: what it takes waits here, up to a bound.
/// Beyond that the journal has a gap, which is said and counted, and only a snapshot closes it.
/// </remarks>
/// <param name="archive">Null when nothing is to be kept.</param>
/// <param name="former">What a former version left; taken over when the archive has nothing. Null when nothing is to be kept.</param>
/// <param name="feed">Where the judge's findings go: what it says while it is brought back was said before.</param>
/// <param name="inputs">Keeps what the judge takes beyond the next snapshot; null when that is not wanted.</param>
internal sealed class JudgeMemory(
    JudgeArchive? archive, JudgementFile? former, FindingFeed feed, ExporterDirectory exporters, JudgeGauges gauges, TimeProvider time,
        ILogger logger, KeptInputs? inputs = null)
{
    // With the turn that goes beyond it, it still has room in a rented array of 1 MiB.
    private const int MaxChunkOctets = 768 << 10;
    private const int MaxUnwrittenOctets = 16 << 20;

    // A start after a kill reads it within a few seconds. To write all that is known costs as much as to take some hundred thousand facts.
    internal const long LeastJournalOctets = 32 << 20;

    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SnapshotEvery = TimeSpan.FromMinutes(30);

    // It may take seconds, and it may fail.
    private static readonly TimeSpan SnapshotAgainAfter = TimeSpan.FromSeconds(30);

    // A service manager waits for the planned end; the next start reads the journal instead.
    private static readonly TimeSpan LongestSnapshotAtEnd = TimeSpan.FromSeconds(2);

    private readonly ArchiveWriter _writer = new();

    // Of the journal, ended and not written yet.
    private readonly List<RentedChunk> _unwritten = [];
    private long _unwrittenOctets;

    // What the writer is at; null when it is idle and what came of its last task is known.
    private Write? _write;
    private long _snapshotOctets;
    private long _journalOctets;
    private long _lastFlush;
    private long _lastSnapshot;
    private long _snapshotOffset;
    private bool _isFailing;

    // The journal has a gap, or rests on no snapshot: only another snapshot helps.
    private bool _isBroken;

    // A gap that came after the snapshot that is being written began.
    private bool _hasNewGap;

    // How long the last snapshot took: to be read, until one is written.
    private TimeSpan _snapshotTook;

    // Puts aside what cannot be read; not null while that has failed.
    private Action? _setAsideAgain;

    /// <summary>Of the thread that writes.</summary>
    public Heartbeat Heartbeat => _writer.Heartbeat;

    /// <summary>What waits to be written.</summary>
    public long UnwrittenOctets => _unwrittenOctets;

    /// <summary>Called at each step of what takes long.</summary>
    public Action Beat { get; set; } = static () => { };

    /// <summary>Cancelled when the process ends while the judge is still brought back.</summary>
    public CancellationToken Stopping { get; set; }

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
        inputs?.GoOnFrom(offset);
        Journal = new JudgeJournalWriter(exporters, offset);
        (_lastFlush, _lastSnapshot) = (time.GetTimestamp(), time.GetTimestamp());
        if (_isBroken) TrySnapshot(judge, wait: true);
        return judge;
    }

    /// <summary>Between two turns: hands the journal to the writer when it is time, and takes a snapshot when that is worth it.</summary>
    public void Keep(Judge judge)
    {
        if (Journal is null) return;
        if (_write is not null && !TryFinish(TimeSpan.Zero))
        {
            // The writer is at it, or hangs: what comes meanwhile waits.
            if (Journal.Chunk.Length >= MaxChunkOctets) EndChunk();
            return;
        }

        if (_isBroken)
        {
            // Nobody will read it.
            if (Journal.Chunk.Length >= MaxChunkOctets) Journal.BeginChunk();
            if (time.GetElapsedTime(_lastSnapshot) >= SnapshotAgainAfter) TrySnapshot(judge, wait: false);
            return;
        }

        var isDue = time.GetElapsedTime(_lastFlush) >= FlushEvery;
        if (Journal.Chunk.Length >= MaxChunkOctets) EndChunk();
        if ((_unwritten.Count > 0 && !_isFailing) || (isDue && HasUnwritten)) BeginFlush();
        if (_write is not null) return;
        var isLong = _journalOctets > Math.Max(LeastJournalOctets, _snapshotOctets / 2);
        var isOld = Journal.Offset > _snapshotOffset && time.GetElapsedTime(_lastSnapshot) >= SnapshotEvery;
        if ((isLong || isOld) && time.GetElapsedTime(_lastSnapshot) >= SnapshotAgainAfter) TrySnapshot(judge, wait: false);
        if (_write is null && !_isFailing && inputs is { IsDue: true }) BeginKeeping(inputs);
    }

    /// <summary>Waits for what is being written.</summary>
    public void Settle() => TryFinish(patience: null);

    /// <summary>
    /// The process ends as planned: writes the rest of the journal, and takes a snapshot of what came since the last if that is soon done.
    /// </summary>
    /// <param name="left">How long that may still take; null for as long as it takes.</param>
    /// <returns>False when the disk did not answer in time: what was taken in the last moments is not kept.</returns>
    public bool End(Judge judge, Func<TimeSpan>? left = null)
    {
        if (Journal is null) return true;
        try
        {
            if (!TryFinish(left?.Invoke())) return false;
            if (!_isBroken && HasUnwritten)
            {
                BeginFlush();
                if (!TryFinish(left?.Invoke())) return false;
            }

            if (!_isBroken && (Journal.Offset == _snapshotOffset || _snapshotTook >= LongestSnapshotAtEnd)) return true;
            if (left is not null && left() < _snapshotTook) return true;

            // Where the journal has all of it, a snapshot that is not done in time is left: the next start reads the journal.
            var isKept = !_isBroken;
            TrySnapshot(judge, wait: false, left is null ? null : () => left() <= TimeSpan.Zero);
            return (TryFinish(left?.Invoke()) && (!_isBroken || _isFailing)) || isKept;
        }
        finally
        {
            _writer.End();
        }
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
        catch (Exception failure) when (!IsUnreadable(failure) && failure is not OperationCanceledException)
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
        inputs?.BeginReplay(offset);
        try
        {
            var (end, octets, damage) = archive.ReadJournal(offset, chunk => Replay(chunk, judge));
            (offset, _journalOctets) = (end, octets);
            if (damage is not null) SetAsideJournal(end, damage);
        }
        catch (Exception failure) when (!IsUnreadable(failure) && failure is not OperationCanceledException)
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
        // Nothing has been changed yet: the next start begins anew.
        Stopping.ThrowIfCancellationRequested();
        var reader = new JudgeJournalReader(chunk, exporters);
        var begin = reader.Offset;
        reader.ReplayInto(judge);
        if (reader.Damage is not null) return null;
        inputs?.Take(new InputChunk(begin, reader.Offset, reader.ArrivalUnixMilliseconds, chunk));
        return reader.Offset;
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
        if (!TrySnapshot(judge, wait: true)) return true;
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

    private bool HasUnwritten => _unwritten.Count > 0 || !Journal!.IsEmpty;

    /// <summary>The writer is idle.</summary>
    /// <param name="wait">True to wait for what comes of it, however long that takes.</param>
    /// <param name="isLate">True once it is to be left; null where it may take its time.</param>
    /// <returns>With <paramref name="wait"/>: whether it is written.</returns>
    private bool TrySnapshot(Judge judge, bool wait, Func<bool>? isLate = null)
    {
        // 1. Until the snapshot is written, the journal before it counts.
        _lastSnapshot = time.GetTimestamp();
        if (_isBroken) Journal!.BeginChunk();
        else EndChunk();
        var (offset, octets) = (Journal!.Offset, 0L);
        var pipe = new SnapshotPipe(Beat, isLate);
        _hasNewGap = false;
        _write = new Write(offset, () => octets, IsSnapshot: true);
        InputChunk[] taken = [.. _unwritten.Select(static waiting => waiting.Chunk)];
        _writer.Begin("writing a snapshot of what was learned", () =>
        {
            try
            {
                // Before that nothing is written: it would take the place of what cannot be read.
                _setAsideAgain?.Invoke();
                _setAsideAgain = null;

                // The snapshot takes the place of the journal.
                KeepInputs(taken);
                inputs?.Write(reachesDisk: true);
                octets = archive!.SaveSnapshot(offset, stream => pipe.ReadInto(stream, _writer.Heartbeat.Beat));
            }
            finally
            {
                pipe.EndReading();

                // It took much at once, in pieces.
                NativeHeap.GiveBack();
            }
        });

        // 2. What the judge knows.
        try
        {
            judge.Save(pipe, offset);
            pipe.End();
        }
        catch (TimeoutException)
        {
            pipe.GiveUp();
        }
        catch
        {
            pipe.GiveUp();
            throw;
        }

        return wait && TryFinish(patience: null) && _snapshotOffset == offset && !_isBroken;
    }

    /// <summary>Hands the whole journal that is not written yet to the writer, which is idle.</summary>
    private void BeginFlush()
    {
        _lastFlush = time.GetTimestamp();
        EndChunk();
        if (_unwritten.Count == 0) return;
        InputChunk[] chunks = [.. _unwritten.Select(static waiting => waiting.Chunk)];
        _write = new Write(chunks[^1].Offset + 1, () => chunks.Sum(chunk => (long)chunk.Octets.Length), IsSnapshot: false);
        _writer.Begin("writing what was taken", () =>
        {
            inputs?.MakeRoom();
            archive!.Append([.. chunks.Select(chunk => (chunk.Offset, chunk.Octets))]);
            KeepInputs(chunks);
        });
    }

    /// <summary>Tries again what could not be kept for backtest; the journal waits for none of it.</summary>
    private void BeginKeeping(KeptInputs failing)
    {
        _write = new Write(Offset: 0, () => 0, IsSnapshot: false);
        _writer.Begin("keeping what was taken for backtest", () => failing.Write(reachesDisk: false));
    }

    private void KeepInputs(InputChunk[] chunks)
    {
        if (inputs is null) return;
        foreach (var chunk in chunks) inputs.Take(chunk);
    }

    /// <summary>The chunk waits to be written; where too much waits already, the journal has a gap.</summary>
    private void EndChunk()
    {
        if (Journal!.IsEmpty) return;
        if (_unwrittenOctets + Journal.Chunk.Length > MaxUnwrittenOctets)
        {
            if (!_isBroken) Fail(new IOException($"more than {MaxUnwrittenOctets >> 20} MiB wait for the disk"));
            (_isBroken, _hasNewGap) = (true, true);

            // The writer may be at them still: they are left to the collector.
            _unwritten.Clear();
            _unwrittenOctets = 0;
        }
        else
        {
            var chunk = new InputChunk(Journal.ChunkOffset, Journal.Offset, Journal.ArrivalUnixMilliseconds, Journal.Chunk);
            _unwritten.Add(RentedChunk.CopyOf(chunk));
            _unwrittenOctets += Journal.Chunk.Length;
        }

        Journal.BeginChunk();
    }

    /// <returns>False while the writer is at it.</returns>
    private bool TryFinish(TimeSpan? patience)
    {
        if (_write is not { } write) return true;
        if (!_writer.TryEnd(patience, out var failure)) return false;
        _write = null;

        // Left, since the process ends: what was written before holds.
        if (failure is OperationCanceledException) return true;
        if (failure is not null)
        {
            if (!Database.IsDiskFailure(failure)) throw failure;
            Fail(failure);
            return true;
        }

        DropBefore(write.Offset);
        if (write.IsSnapshot)
        {
            (_snapshotOffset, _snapshotOctets, _journalOctets) = (write.Offset, write.Octets(), 0);
            _snapshotTook = time.GetElapsedTime(_lastSnapshot);
            _isBroken = _hasNewGap;
            _lastFlush = time.GetTimestamp();
        }
        else
        {
            _journalOctets += write.Octets();
        }

        if (!_isBroken) Succeed();
        return true;
    }

    /// <summary>The writer is idle, and has no use for them.</summary>
    private void DropBefore(long offset)
    {
        foreach (var waiting in _unwritten.Where(waiting => waiting.Chunk.Offset < offset)) waiting.Return();
        _unwritten.RemoveAll(waiting => waiting.Chunk.Offset < offset);
        _unwrittenOctets = _unwritten.Sum(static waiting => (long)waiting.Length);
    }

    private void Fail(Exception failure)
    {
        gauges.CountStateFailure();
        if (!_isFailing) JudgementLog.KeepingFailed(logger, failure.Message);
        _isFailing = true;
        Heartbeat.Fault = $"what was learned cannot be kept: {failure.Message}";
    }

    private void Succeed()
    {
        if (_isFailing) JudgementLog.SavesAgain(logger);
        _isFailing = false;
        Heartbeat.Fault = null;
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

    /// <summary>What the writer is at.</summary>
    /// <param name="Offset">Of the journal, what began before it is written then.</param>
    /// <param name="Octets">How much it was, once it is written.</param>
    private sealed record Write(long Offset, Func<long> Octets, bool IsSnapshot);
}
