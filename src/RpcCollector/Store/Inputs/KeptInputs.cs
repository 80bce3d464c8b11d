using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;
using RpcCollector.Flows.Time;
using RpcCollector.Options;

namespace RpcCollector.Store.Inputs;

/// <summary>
/// Keeps what the judge took, so that it can be judged again: the journal, which would go when a snapshot takes its place.
/// </summary>
/// <remarks>
/// <para>
/// What waits here to be written stands in the journal of state.db until a snapshot takes the journal's place, and is written before
/// that. So a process that is killed loses none of it: the next one finds it in the journal, and what was half written is cut off.
/// </para>
/// <para>
/// It is a convenience, and nothing that happens here reaches the judge: no call throws, what cannot be written is tried again after
/// half a minute, and given up and counted beyond a bound. One thread at a time calls it; the figures may be read by any.
/// </para>
/// </remarks>
internal sealed class KeptInputs
{
    public const string FolderName = "inputs";

    private const int BlockOctets = 1 << 20;
    private const int MaxWaitingOctets = 16 << 20;

    // Of what a load of new connections gives, half is ports and octets that nothing can pack: a third of the time of quality 2, and a
    // seventh more to keep. A larger window makes both worse.
    private const int Quality = 0;
    private const int Window = 18;

    // What is compared with the journal at the start: more than that is only behind a snapshot from a backup.
    private const long MaxComparedOctets = 64 << 20;

    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(30);

    // Null when nothing is to be kept.
    private readonly InputSegments? _segments;
    private readonly string? _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly List<RentedChunk> _waiting = [];
    private long _waitingOctets;
    private long _triedAt;
    private long _madeRoomAt;
    private bool _isKnown;
    private long _dropped;
    private volatile string? _fault;

    // How many inputs were taken, those included that are kept or wait; negative before the first.
    private long _end = -1;

    // While the journal is replayed: which of its chunks are kept already, by what is in them. Null otherwise.
    private HashSet<UInt128>? _kept;

    // What is before this was too much to be compared, and counts as kept.
    private long _comparedFrom;

    private KeptInputs(InputSegments? segments, string? path, TimeProvider time, ILogger logger)
    {
        (_segments, _path, _time, _logger) = (segments, path, time, logger);
        _madeRoomAt = time.GetTimestamp();
    }

    /// <summary>Their size on the disk.</summary>
    public long Bytes => _segments?.Bytes ?? 0;

    /// <summary>Inputs that the judge took and that are missing here.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Files, and places in them, that were found unusable when the process started: they are left as they are.</summary>
    public long Damaged => _segments?.Damaged ?? 0;

    /// <summary>Why nothing can be written; null while all is well. The judge goes on all the same.</summary>
    public string? Fault => _fault;

    /// <summary>True when it is time to try again what has failed.</summary>
    public bool IsDue => _fault is not null && _time.GetElapsedTime(_triedAt) >= AgainAfter;

    /// <summary>How many inputs had been taken when the last of those ended that are kept or wait; negative when there are none.</summary>
    public long End => _end;

    /// <summary>Looks through what is kept, and cuts off what was half written. Where nothing is to be kept, what there is goes.</summary>
    /// <param name="roomOf">How much room the disk of a folder has; null to ask the system.</param>
    public static KeptInputs Open(
        StoreFolder folder, StoreOptions options, ArrivalClock clock, TimeProvider time, ILogger logger,
        Func<string, DiskRoom?>? roomOf = null)
    {
        var path = folder.FullName is null ? null : folder.PathOf(FolderName);
        var isOn = path is not null && options.BacktestMaxBytes > 0;
        if (!isOn && path is not null) DeleteAll(path, logger);
        var segments = isOn ? new InputSegments(folder, path!, options, clock, logger, roomOf ?? DiskRoom.Of) : null;
        var kept = new KeptInputs(segments, isOn ? path : null, time, logger);
        kept.Try(kept.Know);
        return kept;
    }

    /// <summary>The journal is replayed from here on: what of it is kept already is not taken again.</summary>
    /// <remarks>
    /// Numbers alone do not say that: after a backup was restored the judge took others under the same numbers.
    /// </remarks>
    /// <param name="offset">How many inputs the snapshot has.</param>
    public void BeginReplay(long offset) => Try(() =>
    {
        if (!_isKnown || _end <= offset) return;
        var kept = new HashSet<UInt128>();
        using var opened = InputFolder.Open(_path!);
        var (octets, comparedFrom) = (0L, long.MaxValue);
        foreach (var (segment, block) in InputSegments.Newest(opened))
        {
            if (block.End <= offset) continue;
            if ((octets += block.PlainOctets) > MaxComparedOctets) break;
            comparedFrom = Math.Min(comparedFrom, block.Offset);
            segment.TryRead(block, out var chunks);
            foreach (var chunk in chunks) kept.Add(XxHash128.HashToUInt128(chunk.Span));
        }

        (_kept, _comparedFrom) = (kept, octets > MaxComparedOctets ? comparedFrom : offset);
    });

    /// <summary>The judge goes on from here: it may have lost what it took later, or come from a backup.</summary>
    /// <param name="offset">How many inputs it has taken.</param>
    public void GoOnFrom(long offset)
    {
        _kept = null;
        if (_end > offset) _end = offset;
    }

    /// <summary>Takes a chunk of the journal, unless it is kept already.</summary>
    public void Take(in InputChunk chunk)
    {
        if (_segments is null || IsKept(chunk)) return;
        if (_end >= 0 && chunk.Offset > _end) Drop(chunk.Offset - _end);
        _waiting.Add(RentedChunk.CopyOf(chunk));
        _waitingOctets += chunk.Octets.Length;
        _end = chunk.End;
        if (_waitingOctets >= BlockOctets && (_fault is null || IsDue)) Write(reachesDisk: false);
        while (_waitingOctets > MaxWaitingOctets)
        {
            Drop(_waiting[0].Chunk.End - _waiting[0].Chunk.Offset);
            Release(1);
        }
    }

    /// <summary>Writes what waits; where that fails it goes on waiting.</summary>
    /// <param name="reachesDisk">True when it shall survive that the machine loses its power.</param>
    public void Write(bool reachesDisk)
    {
        if (_segments is null || (_waiting.Count == 0 && _fault is null && !(reachesDisk && _segments.IsDirty))) return;
        _triedAt = _time.GetTimestamp();
        Try(() =>
        {
            Know();
            while (_waiting.Count > 0)
            {
                var (count, octets) = (0, 0L);
                while (count < _waiting.Count && octets < BlockOctets) octets += _waiting[count++].Length;
                Append([.. _waiting.Take(count).Select(static waiting => waiting.Chunk)], (int)octets + (count * sizeof(int)));
                Release(count);
            }

            if (reachesDisk) _segments.ReachDisk();
            if (_fault is not null) StoreLog.InputsKeptAgain(_logger);
            _fault = null;
        });
    }

    /// <summary>Before something else is written: leaves it room on a disk that is nearly full. Looks now and then.</summary>
    public void MakeRoom()
    {
        if (_segments is null || _time.GetElapsedTime(_madeRoomAt) < AgainAfter) return;
        _madeRoomAt = _time.GetTimestamp();
        Try(() =>
        {
            _segments.CheckFolder();
            if (_isKnown) _segments.MakeRoom(coming: 0);
        });
    }

    private bool IsKept(in InputChunk chunk)
    {
        // 1. After the start the judge goes on, and what it took before it lost some of that comes again.
        if (_kept is null || chunk.Offset < _comparedFrom) return chunk.Offset < _end;

        // 2. While the journal is replayed: the very same, wherever it is kept.
        if (_kept.Contains(XxHash128.HashToUInt128(chunk.Octets.Span)))
        {
            _end = Math.Max(_end, chunk.End);
            return true;
        }

        // 3. Another under its number: the judge went on from a backup, and so does what is kept.
        _end = Math.Min(_end, chunk.Offset);
        return false;
    }

    /// <summary>The first of those that wait need not wait any more.</summary>
    private void Release(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _waitingOctets -= _waiting[i].Length;
            _waiting[i].Return();
        }

        _waiting.RemoveRange(0, count);
    }

    private void Append(InputChunk[] chunks, int plainOctets)
    {
        // Rented: what is so large and thrown away sets off a collection of everything.
        var plain = ArrayPool<byte>.Shared.Rent(plainOctets);
        var packed = ArrayPool<byte>.Shared.Rent(InputForm.BlockHeaderOctets + MostPacked(plainOctets));
        try
        {
            var place = 0;
            foreach (var chunk in chunks)
            {
                BitConverter.TryWriteBytes(plain.AsSpan(place), chunk.Octets.Length);
                chunk.Octets.Span.CopyTo(plain.AsSpan(place + sizeof(int)));
                place += sizeof(int) + chunk.Octets.Length;
            }

            var body = packed.AsSpan(InputForm.BlockHeaderOctets);
            if (!BrotliEncoder.TryCompress(plain.AsSpan(0, plainOctets), body, out var bodyOctets, Quality, Window))
                throw new InvalidOperationException("A block is larger than the encoder said it would be at most.");
            var hash = XxHash64.HashToUInt64(body[..bodyOctets]);
            var block = new InputBlock(
                0, bodyOctets, plainOctets, chunks[0].Offset, chunks[^1].End, Math.Clamp(chunks[0].Arrival, 0, InputForm.LastTime),
                Math.Clamp(chunks[^1].Arrival, 0, InputForm.LastTime), hash);
            InputForm.WriteHeader(packed, block, hash);
            _segments!.Append(block, packed.AsSpan(0, InputForm.BlockHeaderOctets + bodyOctets));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
            ArrayPool<byte>.Shared.Return(packed);
        }
    }

    // What the encoder says of its own holds for better qualities: what cannot be packed takes a little more with this one.
    private static int MostPacked(int plainOctets) => BrotliEncoder.GetMaxCompressedLength(plainOctets) + (plainOctets >> 10) + 1_024;

    private void Know()
    {
        _segments!.CheckFolder();
        if (_isKnown) return;
        var end = _segments.Know();
        if (_waiting.Count == 0) _end = end;
        _isKnown = true;
    }

    /// <summary>Whatever goes wrong stays here: without what is kept the judge judges as well.</summary>
    private void Try(Action work)
    {
        if (_segments is null) return;
        try
        {
            work();
        }
        catch (Exception failure)
        {
            Fail(failure);
            if (InputSegments.IsFull(failure)) TryGiveRoom();
        }
    }

    private void TryGiveRoom()
    {
        try
        {
            _segments!.GiveRoom();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What had failed before is told already.
        }
    }

    private void Drop(long count) => Interlocked.Add(ref _dropped, count);

    private void Fail(Exception failure)
    {
        var reason = failure.Message.ReplaceLineEndings(" ");
        if (_fault is null)
        {
            StoreLog.InputsNotKept(_logger, reason);
            _triedAt = _time.GetTimestamp();
        }

        _fault = $"what the judge takes cannot be kept for backtest: {reason}";
    }

    private static void DeleteAll(string folder, ILogger logger)
    {
        try
        {
            var paths = InputName.PathsIn(folder).Where(static path => new FileInfo(path).LinkTarget is null).ToList();
            foreach (var path in paths) File.Delete(path);
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            StoreLog.InputsNotDeleted(logger, folder, failure.Message);
        }
    }
}
