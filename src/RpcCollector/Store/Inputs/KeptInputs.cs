using System.Globalization;
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
/// The judge's memory comes first: what cannot be written is tried again, and given up and counted beyond a bound. One thread at a time
/// calls it; the figures may be read by any.
/// </para>
/// </remarks>
internal sealed class KeptInputs
{
    public const string FolderName = "inputs";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int BlockOctets = 1 << 20;
    private const int MaxWaitingOctets = 16 << 20;
    private const long DayMilliseconds = 24 * 3_600_000L;

    // Of the bound on bytes: what is deleted at once when it is reached.
    private const int SegmentsInBound = 16;
    private const int Quality = 4;
    private const int Window = 20;

    private readonly string? _folder;
    private readonly StoreOptions _options;
    private readonly ArrivalClock _clock;
    private readonly ILogger _logger;
    private readonly List<Segment> _segments = [];
    private readonly List<InputChunk> _waiting = [];
    private long _waitingOctets;
    private bool _isKnown;
    private long _bytes;
    private long _dropped;
    private volatile string? _fault;

    // How many inputs were taken, those included that are kept or wait; negative before the first.
    private long _end = -1;

    private KeptInputs(string? folder, StoreOptions options, ArrivalClock clock, ILogger logger) =>
        (_folder, _options, _clock, _logger) = (folder, options, clock, logger);

    /// <summary>Their size on the disk.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Inputs that the judge took and that are missing here.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Why nothing can be written; null while all is well.</summary>
    public string? Fault => _fault;

    /// <summary>How many inputs had been taken when the last of those ended that are kept or wait; negative when there are none.</summary>
    public long End => _end;

    /// <summary>Looks through what is kept, and cuts off what was half written. Where nothing is to be kept, what there is goes.</summary>
    public static KeptInputs Open(StoreFolder folder, StoreOptions options, ArrivalClock clock, ILogger logger)
    {
        var path = folder.FullName is null ? null : folder.PathOf(FolderName);
        var isOn = path is not null && options.BacktestMaxBytes > 0;
        var kept = new KeptInputs(isOn ? path : null, options, clock, logger);
        if (isOn) kept.TryKnow();
        else if (path is not null) DeleteAll(path, logger);
        return kept;
    }

    /// <summary>The judge goes on from here: it may have lost what it took later, or come from a backup.</summary>
    /// <param name="offset">How many inputs it has taken.</param>
    public void GoOnFrom(long offset)
    {
        if (_end > offset) _end = offset;
    }

    /// <summary>Takes a chunk of the journal, unless it is kept already.</summary>
    public void Take(in InputChunk chunk)
    {
        if (_folder is null || chunk.Offset < _end) return;
        if (_end >= 0 && chunk.Offset > _end) Drop(chunk.Offset - _end);
        _waiting.Add(chunk);
        _waitingOctets += chunk.Octets.Length;
        _end = chunk.End;
        if (_waitingOctets >= BlockOctets) Write(reachesDisk: false);
        while (_waitingOctets > MaxWaitingOctets)
        {
            Drop(_waiting[0].End - _waiting[0].Offset);
            _waitingOctets -= _waiting[0].Octets.Length;
            _waiting.RemoveAt(0);
        }
    }

    /// <summary>Writes what waits; where that fails it goes on waiting.</summary>
    /// <param name="reachesDisk">True when it shall survive that the machine loses its power.</param>
    public void Write(bool reachesDisk)
    {
        if (_folder is null || _waiting.Count == 0) return;
        try
        {
            if (!_isKnown) Know();
            while (_waiting.Count > 0)
            {
                var (count, octets) = (0, 0L);
                while (count < _waiting.Count && octets < BlockOctets) octets += _waiting[count++].Octets.Length;
                Append(_waiting.GetRange(0, count), (int)octets + (count * sizeof(int)), reachesDisk);
                _waiting.RemoveRange(0, count);
                _waitingOctets -= octets;
            }

            Trim();
            if (_fault is not null) StoreLog.InputsKeptAgain(_logger);
            _fault = null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Fail(failure);
        }
    }

    private void Append(List<InputChunk> chunks, int plainOctets, bool reachesDisk)
    {
        // 1. The block.
        var plain = new byte[plainOctets];
        var place = 0;
        foreach (var chunk in chunks)
        {
            BitConverter.TryWriteBytes(plain.AsSpan(place), chunk.Octets.Length);
            chunk.Octets.CopyTo(plain, place + sizeof(int));
            place += sizeof(int) + chunk.Octets.Length;
        }

        var packed = new byte[InputForm.BlockHeaderOctets + BrotliEncoder.GetMaxCompressedLength(plain.Length)];
        if (!BrotliEncoder.TryCompress(plain, packed.AsSpan(InputForm.BlockHeaderOctets), out var bodyOctets, Quality, Window))
            throw new InvalidOperationException("A block is larger than the encoder said it would be at most.");
        var length = InputForm.BlockHeaderOctets + bodyOctets;
        var hash = XxHash64.HashToUInt64(packed.AsSpan(InputForm.BlockHeaderOctets, bodyOctets));
        var block = new InputBlock(
            0, bodyOctets, plain.Length, chunks[0].Offset, chunks[^1].End, chunks[0].Arrival, chunks[^1].Arrival, hash);
        InputForm.WriteHeader(packed, block, hash);

        // 2. Its segment: one for a day, or for a part of the bound.
        Make(_folder!);
        if (_segments.Count == 0 || _segments[^1].Bytes >= Math.Max(BlockOctets, _options.BacktestMaxBytes / SegmentsInBound)
            || _segments[^1].FirstArrival / DayMilliseconds != block.FirstArrival / DayMilliseconds
            || new FileInfo(_segments[^1].Path) is not { Exists: true } file || file.Length != _segments[^1].Bytes)
            Begin(block.FirstArrival);

        // 3. At its end.
        var segment = _segments[^1];
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, BufferSize = 0 };
        options.Share = FileShare.Read | FileShare.Delete;
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using var stream = new FileStream(segment.Path, options);
        var former = stream.Length;
        try
        {
            stream.Position = former;
            if (former == 0) stream.Write(InputForm.SegmentHeader);
            stream.Write(packed.AsSpan(0, length));
            if (reachesDisk) stream.Flush(flushToDisk: true);
        }
        catch
        {
            // Half of a block is of no use; where even that fails, the next start cuts it off.
            stream.SetLength(former);
            throw;
        }

        segment.Bytes = stream.Length;
        segment.LastArrival = Math.Max(segment.LastArrival, block.LastArrival);
        Volatile.Write(ref _bytes, _segments.Sum(static kept => kept.Bytes));
    }

    private void Begin(long arrival)
    {
        var day = DateTimeOffset.FromUnixTimeMilliseconds(arrival);
        for (var number = _segments.Count == 0 ? 1 : _segments[^1].Number + 1; ; number++)
        {
            var path = Path.Combine(
                _folder!, string.Create(CultureInfo.InvariantCulture, $"{number:D8}-{day:yyyyMMdd}{InputForm.Suffix}"));
            if (Path.Exists(path)) continue;
            _segments.Add(new Segment(path, number, arrival));
            return;
        }
    }

    /// <summary>What is too old, or too much, goes: the oldest first, and never what is being written.</summary>
    private void Trim()
    {
        var oldest = _clock.AgedUnixMilliseconds - (long)_options.BacktestMaxAge.TotalMilliseconds;
        var isTooMuch = Bytes > _options.BacktestMaxBytes;
        while (_segments.Count > 1 && (isTooMuch || _segments[0].LastArrival < oldest))
        {
            File.Delete(_segments[0].Path);
            StoreLog.InputsTrimmed(
                _logger, Path.GetFileName(_segments[0].Path),
                isTooMuch ? nameof(StoreOptions.BacktestMaxBytes) : nameof(StoreOptions.BacktestMaxAge),
                DateTimeOffset.FromUnixTimeMilliseconds(_segments[1].FirstArrival));
            _segments.RemoveAt(0);
            Volatile.Write(ref _bytes, _segments.Sum(static kept => kept.Bytes));
            isTooMuch = Bytes > _options.BacktestMaxBytes;
        }
    }

    private void TryKnow()
    {
        try
        {
            Know();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Fail(failure);
        }
    }

    private void Know()
    {
        _segments.Clear();
        var opened = InputSegment.OpenAll(_folder!);
        try
        {
            foreach (var segment in opened)
            {
                foreach (var (place, reason) in segment.Damage) StoreLog.InputsDamaged(_logger, segment.Path, place, reason);
                var bytes = segment == opened[^1] ? CutOff(segment) : segment.Length;
                var blocks = segment.Blocks.Where(block => block.NextPlace <= bytes).ToList();
                _segments.Add(new Segment(segment.Path, NumberOf(segment.Name), blocks.Count > 0 ? blocks[0].FirstArrival : 0)
                {
                    Bytes = bytes,
                    LastArrival = blocks.Count > 0 ? blocks.Max(static block => block.LastArrival) : 0,
                });
                if (_waiting.Count == 0 && blocks.Count > 0) _end = blocks[^1].End;
            }
        }
        finally
        {
            foreach (var segment in opened) segment.Dispose();
        }

        Volatile.Write(ref _bytes, _segments.Sum(static kept => kept.Bytes));
        _isKnown = true;
    }

    /// <summary>A process that was killed, or a machine that lost its power, left half of a block.</summary>
    /// <returns>The length of what is whole.</returns>
    private long CutOff(InputSegment segment)
    {
        var whole = segment.IsLastBlockWhole() ? segment.WholeLength : segment.Blocks[^1].Place;
        if (whole >= segment.Length) return segment.Length;
        using var stream = new FileStream(segment.Path, FileMode.Open, FileAccess.Write, FileShare.Read | FileShare.Delete);
        stream.SetLength(whole);
        StoreLog.InputsCutOff(_logger, segment.Path, segment.Length - whole);
        return whole;
    }

    private void Drop(long count) => Interlocked.Add(ref _dropped, count);

    private void Fail(Exception failure)
    {
        if (_fault is null) StoreLog.InputsNotKept(_logger, failure.Message);
        _fault = $"what the judge takes cannot be kept for backtest: {failure.Message}";
    }

    private static void DeleteAll(string folder, ILogger logger)
    {
        try
        {
            if (!Directory.Exists(folder)) return;
            foreach (var path in Directory.GetFiles(folder, "*" + InputForm.Suffix)) File.Delete(path);
            if (!Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Delete(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            StoreLog.InputsNotDeleted(logger, folder, failure.Message);
        }
    }

    private static void Make(string folder)
    {
        if (Directory.Exists(folder)) return;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    private static int NumberOf(string name) => int.TryParse(
        name.AsSpan(0, Math.Max(0, name.IndexOf('-', StringComparison.Ordinal))), NumberStyles.None, CultureInfo.InvariantCulture,
        out var number) ? number : 0;

    /// <summary>What is known of a file.</summary>
    private sealed class Segment(string path, int number, long firstArrival)
    {
        public string Path => path;

        public int Number => number;

        public long FirstArrival => firstArrival;

        public long Bytes { get; set; }

        public long LastArrival { get; set; }
    }
}
