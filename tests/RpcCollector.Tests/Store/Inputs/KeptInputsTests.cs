using System.Security.Cryptography;
using RpcCollector.Store;
using RpcCollector.Store.Inputs;

namespace RpcCollector.Tests.Store.Inputs;

/// <summary>What the judge took is kept whole or said to be missing, whatever happens to the disk and the process.</summary>
public sealed class KeptInputsTests : IDisposable
{
    private const int ChunkOctets = 60_000;

    private readonly TemporaryStore _temporary = new();
    private long _offset;
    private DiskRoom? _room = new(1L << 40, 1L << 41);

    private string FolderPath => Path.Combine(_temporary.Options.Folder, KeptInputs.FolderName);

    private string[] Files => [.. Directory.GetFiles(FolderPath).Order(StringComparer.Ordinal)];

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void What_was_taken_is_read_again_in_its_order_whoever_appends_to_it_meanwhile()
    {
        var kept = Open();
        Take(kept, 50);
        kept.Write(reachesDisk: true);
        using var reading = Read();
        Take(kept, 50);
        kept.Write(reachesDisk: false);

        Assert.Equal(Enumerable.Range(0, 50).Select(Plain), Texts(reading));
        using var later = Read();
        Assert.Equal(Enumerable.Range(0, 100).Select(Plain), Texts(later));
        Assert.Empty(later.Damage);
        Assert.Equal(later.Bytes, kept.Bytes);
    }

    [Fact]
    public void A_chunk_that_waits_is_kept_as_it_was_when_it_was_taken()
    {
        var kept = Open();
        var handed = Chunk(0);
        kept.Take(new InputChunk(0, 10, _temporary.Clock.UnixMilliseconds, handed));
        Chunk(1).CopyTo(handed, 0);
        kept.Take(new InputChunk(10, 20, _temporary.Clock.UnixMilliseconds, handed));
        Array.Clear(handed);

        kept.Write(reachesDisk: false);

        using var reading = Read();
        Assert.Equal([Plain(0), Plain(1)], Texts(reading));
    }

    [Fact]
    public void What_still_stands_in_the_journal_is_read_after_the_segments_and_no_chunk_twice()
    {
        var kept = Open();
        Take(kept, 3);
        kept.Write(reachesDisk: false);
        var journal = Enumerable.Range(0, 5).Select(number => ((long)number * 10, Chunk(number))).ToList();

        using var reading = new InputReading(FolderPath, journal);

        Assert.Equal(Enumerable.Range(0, 5).Select(Plain), Texts(reading));
    }

    [Fact]
    public void A_block_that_was_cut_off_at_any_octet_is_cut_off_at_the_next_start_and_what_is_taken_again_follows_the_whole_ones()
    {
        var kept = Open();
        Take(kept, 1);
        kept.Write(reachesDisk: false);
        var whole = new FileInfo(Files[0]).Length;
        Take(kept, 1);
        kept.Write(reachesDisk: false);
        var all = File.ReadAllBytes(Files[0]);
        for (var length = whole; length < all.Length; length += 1 + ((all.Length - whole) / 40))
        {
            File.WriteAllBytes(Files[0], all[..(int)length]);
            _temporary.Close();
            var again = Open();
            Assert.Equal(10, again.End);
            Assert.Equal(whole, new FileInfo(Files[0]).Length);

            again.Take(new InputChunk(0, 10, Activities.Epoch, Chunk(0)));
            again.Take(new InputChunk(10, 20, Activities.Epoch, Chunk(1)));
            again.Write(reachesDisk: false);
            using var reading = Read();
            Assert.Equal([Plain(0), Plain(1)], Texts(reading));
            Assert.Equal(0, again.Dropped);
        }
    }

    [Fact]
    public void A_last_block_whose_body_never_reached_the_disk_is_cut_off()
    {
        var kept = Open();
        Take(kept, 1);
        kept.Write(reachesDisk: false);
        var whole = new FileInfo(Files[0]).Length;
        Take(kept, 1);
        kept.Write(reachesDisk: false);
        var octets = File.ReadAllBytes(Files[0]);
        octets.AsSpan((int)whole + InputForm.BlockHeaderOctets).Clear();
        File.WriteAllBytes(Files[0], octets);
        _temporary.Close();

        Assert.Equal(10, Open().End);

        Assert.Equal(whole, new FileInfo(Files[0]).Length);
        Assert.Contains(_temporary.Log.Lines, line => line.Contains("octets were cut off", StringComparison.Ordinal));
    }

    [Fact]
    public void Damage_anywhere_costs_the_block_that_it_is_in_and_names_its_place()
    {
        var kept = Open();
        for (var i = 0; i < 6; i++)
        {
            Take(kept, 1);
            kept.Write(reachesDisk: false);
        }

        var octets = File.ReadAllBytes(Files[0]);
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var damaged = (byte[])octets.Clone();
            damaged[random.Next(InputForm.SegmentHeaderOctets, octets.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(Files[0], damaged);

            using var reading = Read();
            var read = Texts(reading);

            // The last block counts as cut off when its header is damaged: nothing says that it was one.
            Assert.InRange(read.Count, 5, 5);
            Assert.Equal(read, Enumerable.Range(0, 6).Select(Plain).Where(read.Contains));
            Assert.True(reading.Damage.Count == 1 || !read.Contains(Plain(5)), "damage that is not named");
        }
    }

    [Fact]
    public void Beyond_the_bound_the_oldest_goes_and_that_is_said()
    {
        _temporary.Options.BacktestMaxBytes = 8 << 20;
        var kept = Open();
        for (var i = 0; i < 300; i++) Take(kept, 1);
        kept.Write(reachesDisk: false);

        Assert.InRange(kept.Bytes, 6 << 20, 8 << 20);
        Assert.Equal(kept.Bytes, Files.Sum(path => new FileInfo(path).Length));
        using var reading = Read();
        Assert.Equal(Plain(299), Texts(reading)[^1]);
        Assert.True(reading.Offset > 0);
        Assert.Contains(_temporary.Log.Lines, line => line.Contains("Store:BacktestMaxBytes", StringComparison.Ordinal));
        Assert.Equal(0, kept.Dropped);
    }

    [Fact]
    public void What_is_older_than_wanted_goes_by_the_day()
    {
        _temporary.Options.BacktestMaxAge = TimeSpan.FromDays(3);
        var kept = Open();
        for (var day = 0; day < 10; day++)
        {
            Take(kept, 1);
            kept.Write(reachesDisk: false);
            _temporary.Pass(TimeSpan.FromDays(1));
        }

        using var reading = Read();
        Assert.Equal(Enumerable.Range(6, 4).Select(Plain), Texts(reading));
        Assert.Equal(4, Files.Length);
    }

    [Fact]
    public void A_disk_that_refuses_costs_nothing_up_to_a_bound_and_beyond_it_what_is_counted()
    {
        File.WriteAllText(FolderPathMade(), "");
        var kept = Open();
        Take(kept, 20);
        Assert.Contains("cannot be kept for backtest", kept.Fault, StringComparison.Ordinal);
        File.Delete(FolderPath);
        kept.Write(reachesDisk: false);
        Assert.Null(kept.Fault);
        Assert.Equal(0, kept.Dropped);
        Assert.EndsWith("00000001-20260101.inputs", Assert.Single(Files), StringComparison.Ordinal);

        Directory.Delete(FolderPath, recursive: true);
        File.WriteAllText(FolderPath, "");
        Take(kept, 400);
        File.Delete(FolderPath);
        kept.Write(reachesDisk: false);

        using var reading = Read();
        var read = Texts(reading);
        Assert.Equal(Plain(419), read[^1]);
        Assert.Equal(400 * 10, kept.Dropped + (read.Count * 10L));
        Assert.InRange(read.Count, 200, 280);
        Assert.Single(_temporary.Log.Lines.Where(line => line.Contains("kept for backtest (", StringComparison.Ordinal)).Skip(1));
    }

    [Fact]
    public void What_the_judge_took_and_nobody_kept_is_counted_and_what_it_lost_is_taken_again()
    {
        var kept = Open();
        Take(kept, 1);
        _offset += 70;
        Take(kept, 1);
        Assert.Equal(70, kept.Dropped);
        kept.Write(reachesDisk: false);

        // From a backup.
        kept.GoOnFrom(_offset = 5);
        Take(kept, 2);
        kept.Write(reachesDisk: false);

        using var reading = Read();
        Assert.Equal(4, Texts(reading).Count);
        Assert.Equal(70, kept.Dropped);
    }

    [Fact]
    public void Where_nothing_is_to_be_kept_what_was_kept_is_deleted()
    {
        var kept = Open();
        Take(kept, 1);
        kept.Write(reachesDisk: false);
        _temporary.Close();
        _temporary.Options.BacktestMaxBytes = 0;

        var none = Open();
        Take(none, 100);
        none.Write(reachesDisk: false);

        Assert.False(Directory.Exists(FolderPath));
        Assert.Equal((0, 0), (none.Bytes, none.Dropped));
    }

    [Fact]
    public void Nobody_else_can_read_it()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("There are no modes.");
            return;
        }

        var kept = Open();
        Take(kept, 1);
        kept.Write(reachesDisk: false);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Files[0]));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(FolderPath));
    }

    [Fact]
    public void What_fails_is_tried_again_every_half_minute_also_when_nothing_comes_and_is_logged_once()
    {
        File.WriteAllText(FolderPathMade(), "");
        var kept = Open();
        Take(kept, 30);
        for (var i = 0; i < 4; i++)
        {
            _temporary.Time.Now += TimeSpan.FromSeconds(29);
            Assert.False(kept.IsDue);
            Take(kept, 1);
            _temporary.Time.Now += TimeSpan.FromSeconds(2);
            Assert.True(kept.IsDue);
            kept.Write(reachesDisk: false);
        }

        Assert.Single(_temporary.Log.Lines, line => line.Contains("cannot be kept for backtest", StringComparison.Ordinal));
        File.Delete(FolderPath);
        _temporary.Time.Now += TimeSpan.FromSeconds(31);
        kept.Write(reachesDisk: false);

        Assert.Null(kept.Fault);
        Assert.Equal(0, kept.Dropped);
        Assert.Single(_temporary.Log.Lines, line => line.Contains("kept for backtest again", StringComparison.Ordinal));
    }

    [Fact]
    public void On_a_full_disk_the_oldest_makes_room_and_nothing_is_appended_to_what_is_left_for_others()
    {
        _temporary.Options.BacktestMaxBytes = 32 << 20;
        var kept = Open();
        for (var i = 0; i < 300; i++) Take(kept, 1);
        kept.Write(reachesDisk: false);
        var (first, before) = (Files[0], kept.Bytes);

        // Others write: before they do, what is missing is given.
        _room = new DiskRoom(60L << 20, 4L << 30);
        _temporary.Time.Now += TimeSpan.FromSeconds(31);
        kept.MakeRoom();
        Assert.False(File.Exists(first));
        Assert.InRange(before - kept.Bytes, 4 << 20, 8 << 20);
        Assert.Null(kept.Fault);

        // Nothing that is kept suffices.
        _room = new DiskRoom(0, 4L << 30);
        Take(kept, 20);
        kept.Write(reachesDisk: false);
        Assert.Contains("the disk is full", kept.Fault, StringComparison.Ordinal);
        Assert.Equal(0, kept.Bytes);
        Assert.Empty(Files);

        _room = new DiskRoom(1L << 30, 4L << 30);
        kept.Write(reachesDisk: false);
        Assert.Null(kept.Fault);
        using var reading = Read();
        Assert.Equal(Plain(319), Texts(reading)[^1]);
    }

    [Fact]
    public void What_is_too_much_goes_before_the_next_is_appended_so_that_the_bound_is_never_passed()
    {
        _temporary.Options.BacktestMaxBytes = 4 << 20;
        var kept = Open();
        for (var i = 0; i < 200; i++)
        {
            Take(kept, 1);
            if (Directory.Exists(FolderPath)) Assert.InRange(Files.Sum(path => new FileInfo(path).Length), 0, 4 << 20);
        }
    }

    [Fact]
    public void Folder_of_the_store_that_was_deleted_while_the_process_runs_is_not_made_again()
    {
        var kept = Open();
        Take(kept, 1);
        kept.Write(reachesDisk: true);
        Directory.Delete(_temporary.Options.Folder, recursive: true);

        // What is on the disk need not be brought there, so nobody looks.
        kept.Write(reachesDisk: true);
        Assert.Null(kept.Fault);
        Take(kept, 30);

        Assert.False(Directory.Exists(_temporary.Options.Folder));
        Assert.Contains("was deleted or moved away", kept.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_appended_without_reaching_the_disk_is_brought_there_although_nothing_waits()
    {
        var kept = Open();
        Take(kept, 1);
        kept.Write(reachesDisk: false);
        Directory.Delete(_temporary.Options.Folder, recursive: true);

        kept.Write(reachesDisk: true);

        Assert.NotNull(kept.Fault);
    }

    [Fact]
    public void Files_of_other_names_are_neither_read_nor_deleted()
    {
        var kept = Open();
        Take(kept, 1);
        kept.Write(reachesDisk: false);
        string[] foreign =
            ["notes.inputs", "00000001-20260101.inputs.bak", "1-20260101.inputs", "00000001-20261301.inputs", "00000002_20260101.inputs"];
        foreach (var name in foreign) File.Copy(Files[0], Path.Combine(FolderPath, name));
        _temporary.Close();
        Assert.Equal(new FileInfo(Path.Combine(FolderPath, "00000001-20260101.inputs")).Length, Open().Bytes);
        using (var reading = Read()) Assert.Single(Texts(reading));
        _temporary.Close();
        _temporary.Options.BacktestMaxBytes = 0;

        Assert.Equal(0, Open().Bytes);

        Assert.Equal(foreign.Order(StringComparer.Ordinal), Files.Select(Path.GetFileName));
    }

    [Fact]
    public void Header_with_a_forged_arrival_is_no_header_and_ends_nothing()
    {
        var kept = Open();
        Take(kept, 1);
        kept.Write(reachesDisk: false);
        var octets = File.ReadAllBytes(Files[0]);
        Assert.True(InputForm.TryReadHeader(octets.AsSpan(8), 8, out var block));
        foreach (var arrival in (long[])[long.MaxValue, long.MinValue, -1, 253_402_300_800_000])
        {
            InputForm.WriteHeader(octets.AsSpan(8), block with { FirstArrival = arrival, LastArrival = arrival }, block.BodyHash);
            Assert.False(InputForm.TryReadHeader(octets.AsSpan(8), 8, out _));
            File.WriteAllBytes(Path.Combine(FolderPath, "00000002-20260101.inputs"), octets);
            _temporary.Close();
            var again = Open();
            Take(again, 1);
            again.Write(reachesDisk: true);
            Assert.Null(again.Fault);
        }
    }

    [Fact]
    public void Links_empty_cut_forged_and_other_files_under_its_names_are_left_as_they_are_and_counted_each_for_itself()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("Links and FIFOs are made otherwise.");
            return;
        }

        var kept = Open();
        Take(kept, 1);
        kept.Write(reachesDisk: false);
        var target = Path.Combine(_temporary.Options.Folder, "target");
        File.WriteAllBytes(target, File.ReadAllBytes(Files[0]));
        string Name(int number) => Path.Combine(FolderPath, $"0000000{number}-20260101.inputs");
        File.CreateSymbolicLink(Name(3), target);
        File.CreateSymbolicLink(Name(4), Path.Combine(FolderPath, "nothing"));
        File.WriteAllBytes(Name(5), []);
        File.WriteAllBytes(Name(6), "RpcK"u8.ToArray());
        File.WriteAllText(Name(7), "what somebody else wrote under this name, longer than any header of a block would be");
        using (var forged = File.Create(Name(8)))
        {
            forged.Write(InputForm.SegmentHeader);
            forged.SetLength(1L << 40);
        }

        TemporaryFifo.Make(Name(9));
        _temporary.Close();

        var again = Open();
        Take(again, 1);
        again.Write(reachesDisk: true);

        Assert.Null(again.Fault);
        Assert.Equal(7, again.Damaged);
        Assert.Equal([0L, 4L, 84L, 1L << 40], new[] { 5, 6, 7, 8 }.Select(number => new FileInfo(Name(number)).Length));
        Assert.Equal(7, _temporary.Log.Lines.Count(line => line.Contains("left as it is", StringComparison.Ordinal)));
        using var reading = Read();
        Assert.Equal([Plain(0), Plain(1)], Texts(reading));
        Assert.Equal(7, reading.Damage.Count);
    }

    [Fact]
    public void After_a_backup_was_restored_what_the_judge_takes_under_former_numbers_is_kept_and_nothing_twice()
    {
        var kept = Open();
        Take(kept, 10);
        kept.Write(reachesDisk: true);
        _temporary.Close();

        // The backup's snapshot has 20, its journal 30 more; then the judge took others under the numbers that follow, and was killed.
        var again = Open();
        again.BeginReplay(20);
        for (var number = 2; number < 5; number++)
            again.Take(new InputChunk(number * 10, (number * 10) + 10, Activities.Epoch, Chunk(number)));
        for (var number = 5; number < 8; number++)
            again.Take(new InputChunk(number * 10, (number * 10) + 10, Activities.Epoch, Chunk(number + 100)));
        again.GoOnFrom(80);
        again.Write(reachesDisk: true);
        Assert.Equal((80, 0), (again.End, again.Dropped));
        _temporary.Close();

        // As after any kill: the very same comes again.
        var last = Open();
        last.BeginReplay(20);
        for (var number = 2; number < 5; number++)
            last.Take(new InputChunk(number * 10, (number * 10) + 10, Activities.Epoch, Chunk(number)));
        for (var number = 5; number < 8; number++)
            last.Take(new InputChunk(number * 10, (number * 10) + 10, Activities.Epoch, Chunk(number + 100)));
        last.GoOnFrom(80);
        last.Write(reachesDisk: true);

        using var reading = Read();
        Assert.Equal(Enumerable.Range(0, 10).Concat([105, 106, 107]).Select(Plain), Texts(reading));
        Assert.Equal(0, last.Dropped);
    }

    private string FolderPathMade()
    {
        _ = _temporary.Folder;
        return FolderPath;
    }

    private KeptInputs Open() => KeptInputs.Open(
        _temporary.Folder, _temporary.Options, _temporary.Clock, _temporary.Time, _temporary.Log.For<StateStore>(), _ => _room);

    private InputReading Read() => new(FolderPath, []);

    /// <summary>Chunks of ten inputs each, the next by number.</summary>
    private void Take(KeptInputs kept, int count)
    {
        for (var i = 0; i < count; i++, _offset += 10)
            kept.Take(new InputChunk(_offset, _offset + 10, _temporary.Clock.UnixMilliseconds, Chunk((int)(_offset / 10))));
    }

    /// <summary>Octets that no encoder makes smaller.</summary>
    private static byte[] Chunk(int number)
    {
        var octets = new byte[ChunkOctets];
        new Random(number).NextBytes(octets);
        return octets;
    }

    private static string Plain(int number) => Convert.ToHexString(SHA256.HashData(Chunk(number)));

    private static List<string> Texts(InputReading reading) =>
        [.. reading.Chunks().Select(chunk => Convert.ToHexString(SHA256.HashData(chunk.Span)))];
}
