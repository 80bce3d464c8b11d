using RpcCollector.Flows.Time;
using RpcCollector.Options;

namespace RpcCollector.Store.Inputs;

/// <summary>The segments on the disk, as the one who appends to them knows them: he begins, ends and deletes them.</summary>
/// <remarks>
/// They are a convenience, and on a full disk the first to go: below a reserve nothing is appended, and the oldest are deleted, so that
/// what is found can still be written.
/// </remarks>
internal sealed class InputSegments(
    StoreFolder folder, string path, StoreOptions options, ArrivalClock clock, ILogger logger, Func<string, DiskRoom?> roomOf)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const long DayMilliseconds = 24 * 3_600_000L;
    private const int LeastOctets = 1 << 20;

    // Of the bound on bytes: what is deleted at once when it is reached.
    private const int SegmentsInBound = 16;

    // What is left to everything else on the disk: 64 MiB, or a sixteenth of a small one.
    private const long MostReserve = 64L << 20;
    private const int ReserveShare = 16;

    // ENOSPC and EDQUOT, as Linux numbers them, and as Windows does: the disk, or the share of it, is full.
    private static readonly int[] FullResults = [28, 122, unchecked((int)0x8007_0070), unchecked((int)0x8007_0027)];

    private readonly List<Segment> _segments = [];
    private long _bytes;
    private long _damaged;

    /// <summary>Their size on the disk. Any thread may ask.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Files and places that were found unusable. Any thread may ask.</summary>
    public long Damaged => Volatile.Read(ref _damaged);

    /// <summary>True when something was appended of which nobody knows that it would survive a loss of power.</summary>
    public bool IsDirty => _segments.Exists(static segment => segment.IsDirty);

    /// <summary>True for a disk that has no room: what is kept here can make some.</summary>
    public static bool IsFull(Exception failure) => failure is IOException && FullResults.Contains(failure.HResult);

    /// <exception cref="IOException">The folder of the store was deleted, moved or unmounted: it is not made again.</exception>
    public void CheckFolder()
    {
        if (folder.FindLoss() is { } loss) throw new IOException(loss);
    }

    /// <summary>Looks through them, and cuts off what was half written.</summary>
    /// <returns>How many inputs had been taken when the last of them ended; negative when there are none.</returns>
    public long Know()
    {
        _segments.Clear();
        var end = -1L;
        using var opened = InputFolder.Open(path);
        var damaged = opened.Refused.Count;
        foreach (var (name, reason) in opened.Refused) StoreLog.InputsRefused(logger, Path.Combine(path, name), reason);
        foreach (var segment in opened.Segments)
        {
            foreach (var (place, reason) in segment.Damage) StoreLog.InputsDamaged(logger, segment.Path, place, reason);
            damaged += segment.Damage.Count;
            var isLast = segment == opened.Segments[^1];
            var whole = !isLast || segment.IsLastBlockWhole() ? segment.WholeLength : segment.Blocks[^1].Place;
            var isCut = whole < segment.Length && isLast && TryCutOff(segment, whole);
            if (whole < segment.Length && !isLast) damaged++;
            var blocks = segment.Blocks.Where(block => block.NextPlace <= whole).ToList();
            _segments.Add(new Segment(segment.Path, InputName.NumberOf(segment.Name), blocks.Count > 0 ? blocks[0].FirstArrival : 0)
            {
                Bytes = isCut ? whole : segment.Length,
                LastArrival = blocks.Count > 0 ? blocks.Max(static block => block.LastArrival) : 0,
                IsEnded = whole < segment.Length && !isCut,
            });
            if (blocks.Count > 0) end = blocks[^1].End;
        }

        Volatile.Write(ref _damaged, damaged);
        Sum();
        return end;
    }

    /// <summary>The blocks that are kept, the newest first.</summary>
    public static IEnumerable<(InputSegment Segment, InputBlock Block)> Newest(InputFolder opened) =>
        opened.Segments.Reverse().SelectMany(static segment => segment.Blocks.Reverse().Select(block => (segment, block)));

    /// <summary>
    /// Makes room by the bounds and on the disk, then appends a block: in a segment for a day, or for a part of the bound.
    /// </summary>
    /// <param name="block">What is in it.</param>
    /// <param name="octets">Its header and its body.</param>
    public void Append(in InputBlock block, ReadOnlySpan<byte> octets)
    {
        // 1. Before, not after: what is full has no room for the new beside the old.
        Trim(octets.Length);
        MakeRoom(octets.Length);
        Make(path);

        // 2. At the end of the last segment, or at the beginning of another.
        if (_segments.Count == 0 || !GoesOn(_segments[^1], block.FirstArrival) || !TryAppend(_segments[^1], octets))
            Begin(block.FirstArrival, octets);
        var segment = _segments[^1];
        (segment.LastArrival, segment.IsDirty) = (Math.Max(segment.LastArrival, block.LastArrival), true);
        Sum();
    }

    /// <summary>What was appended survives that the machine loses its power.</summary>
    public void ReachDisk()
    {
        foreach (var segment in _segments.Where(static segment => segment.IsDirty))
        {
            // Whoever deleted it did not want it.
            if (File.Exists(segment.Path))
            {
                using var stream = OpenToWrite(segment.Path, FileMode.Open);
                stream.Flush(flushToDisk: true);
            }

            segment.IsDirty = false;
        }
    }

    /// <summary>Leaves the disk its reserve, the oldest first; also when nothing is to be appended.</summary>
    /// <param name="coming">Octets that are to be appended.</param>
    /// <exception cref="IOException">There is no room for them.</exception>
    public void MakeRoom(long coming)
    {
        if (roomOf(path) is not { } before || !IsShort(before, coming, out var missing)) return;
        Drop(missing);
        if (coming == 0 || roomOf(path) is not { } after || !IsShort(after, coming, out _)) return;
        throw new IOException($"the disk is full: {Math.Max(0, after.Free) >> 20} MiB are left, and are for what is found");
    }

    /// <summary>The disk said that it is full, or the share of it that this process has.</summary>
    public void GiveRoom() => Drop(MostReserve / 2);

    private static bool IsShort(DiskRoom room, long coming, out long missing)
    {
        missing = Math.Min(MostReserve, room.All / ReserveShare) - (room.Free - coming);
        return missing > 0;
    }

    /// <summary>What is too old, or too much, goes: the oldest first.</summary>
    private void Trim(long coming)
    {
        var oldest = clock.AgedUnixMilliseconds - (long)options.BacktestMaxAge.TotalMilliseconds;
        while (_segments.Count > 0)
        {
            var isTooMuch = Bytes + coming > options.BacktestMaxBytes;
            if (!isTooMuch && _segments[0].LastArrival >= oldest) return;
            var name = Path.GetFileName(_segments[0].Path);
            DeleteOldest();
            StoreLog.InputsTrimmed(
                logger, name, isTooMuch ? nameof(StoreOptions.BacktestMaxBytes) : nameof(StoreOptions.BacktestMaxAge),
                InputForm.TimeOf(_segments.Count > 0 ? _segments[0].FirstArrival : clock.UnixMilliseconds));
        }
    }

    private void Drop(long octets)
    {
        var (count, dropped) = (0, 0L);
        for (; dropped < octets && _segments.Count > 0; count++)
        {
            dropped += _segments[0].Bytes;
            DeleteOldest();
        }

        if (count > 0) StoreLog.InputsGaveWay(logger, count, dropped);
    }

    private void DeleteOldest()
    {
        try
        {
            File.Delete(_segments[0].Path);
        }
        catch (DirectoryNotFoundException)
        {
            // It is gone, and more.
        }

        _segments.RemoveAt(0);
        Sum();
    }

    private bool GoesOn(Segment segment, long arrival) =>
        !segment.IsEnded && segment.Bytes < Math.Max(LeastOctets, options.BacktestMaxBytes / SegmentsInBound)
        && segment.FirstArrival / DayMilliseconds == arrival / DayMilliseconds
        && new FileInfo(segment.Path) is { Exists: true, LinkTarget: null } file && file.Length == segment.Bytes;

    /// <returns>False when it may not be written any more: it is left as it is.</returns>
    private static bool TryAppend(Segment segment, ReadOnlySpan<byte> octets)
    {
        try
        {
            using var stream = OpenToWrite(segment.Path, FileMode.Open);
            Write(stream, octets);
            segment.Bytes = stream.Length;
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            segment.IsEnded = true;
            return false;
        }
    }

    private void Begin(long arrival, ReadOnlySpan<byte> octets)
    {
        for (var number = _segments.Count == 0 ? 1 : _segments[^1].Number + 1; number <= InputName.LargestNumber; number++)
        {
            var name = Path.Combine(path, InputName.Of(number, arrival));

            // Path.Exists says no of a link that names nothing.
            if (Path.Exists(name) || new FileInfo(name).LinkTarget is not null) continue;
            using var stream = OpenToWrite(name, FileMode.CreateNew);
            var segment = new Segment(name, number, arrival);
            _segments.Add(segment);
            try
            {
                Write(stream, [.. InputForm.SegmentHeader, .. octets]);
                segment.Bytes = stream.Length;
                return;
            }
            catch
            {
                _segments.Remove(segment);
                File.Delete(name);
                throw;
            }
        }

        throw new IOException($"there is no number left for another file in '{path}'");
    }

    private static void Write(FileStream stream, ReadOnlySpan<byte> octets)
    {
        var former = stream.Length;
        try
        {
            stream.Position = former;
            stream.Write(octets);
        }
        catch
        {
            TryShorten(stream, former);
            throw;
        }
    }

    // Half of a block is of no use; where even that fails, the next start cuts it off.
    private static void TryShorten(FileStream stream, long length)
    {
        try
        {
            stream.SetLength(length);
        }
        catch (IOException)
        {
            // Why it could not be written is what is told.
        }
    }

    private static FileStream OpenToWrite(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, BufferSize = 0 };
        options.Share = FileShare.Read | FileShare.Delete;
        if (!OperatingSystem.IsWindows() && mode == FileMode.CreateNew) options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    /// <summary>A process that was killed, or a machine that lost its power, left half of a block.</summary>
    /// <returns>False when it may not be written: then nothing is appended to it either.</returns>
    private bool TryCutOff(InputSegment segment, long whole)
    {
        try
        {
            using var stream = new FileStream(segment.Path, FileMode.Open, FileAccess.Write, FileShare.Read | FileShare.Delete);
            stream.SetLength(whole);
            StoreLog.InputsCutOff(logger, segment.Path, segment.Length - whole);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Sum() => Volatile.Write(ref _bytes, _segments.Sum(static kept => kept.Bytes));

    private static void Make(string folder)
    {
        if (Directory.Exists(folder)) return;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>What is known of a file.</summary>
    private sealed class Segment(string path, int number, long firstArrival)
    {
        public string Path => path;

        public int Number => number;

        public long FirstArrival => firstArrival;

        public long Bytes { get; set; }

        public long LastArrival { get; set; }

        /// <summary>Nothing is appended to it any more.</summary>
        public bool IsEnded { get; set; }

        public bool IsDirty { get; set; }
    }
}
