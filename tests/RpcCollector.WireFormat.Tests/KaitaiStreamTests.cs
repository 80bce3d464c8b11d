namespace RpcCollector.WireFormat.Tests;

public sealed class KaitaiStreamTests
{
    [Fact]
    public void Integers_read_in_both_byte_orders()
    {
        const string eight = "f1 02 03 04 05 06 07 f8";
        Assert.Equal((0xf1, -15), (Octets.Stream(eight).ReadU1(), Octets.Stream(eight).ReadS1()));
        Assert.Equal((0xf102, -3838), (Octets.Stream(eight).ReadU2be(), Octets.Stream(eight).ReadS2be()));
        Assert.Equal((0x02f1, 753), (Octets.Stream(eight).ReadU2le(), Octets.Stream(eight).ReadS2le()));
        Assert.Equal((0xf1020304, -251_526_396), (Octets.Stream(eight).ReadU4be(), Octets.Stream(eight).ReadS4be()));
        Assert.Equal((0x040302f1u, 67_306_225), (Octets.Stream(eight).ReadU4le(), Octets.Stream(eight).ReadS4le()));
        Assert.Equal(
            (0xf1020304050607f8, unchecked((long)0xf1020304050607f8)), (Octets.Stream(eight).ReadU8be(), Octets.Stream(eight).ReadS8be()));
        Assert.Equal(
            (0xf8070605040302f1, unchecked((long)0xf8070605040302f1)), (Octets.Stream(eight).ReadU8le(), Octets.Stream(eight).ReadS8le()));
    }

    [Fact]
    public void Floating_point_numbers_read_in_both_byte_orders()
    {
        Assert.Equal(-1.5f, Octets.Stream("bfc00000").ReadF4be());
        Assert.Equal(-1.5f, Octets.Stream("0000c0bf").ReadF4le());
        Assert.Equal(0.1, Octets.Stream("3fb999999999999a").ReadF8be());
        Assert.Equal(0.1, Octets.Stream("9a9999999999b93f").ReadF8le());
    }

    public static TheoryData<string, int, Action<KaitaiStream>> FixedReads => new()
    {
        { "U1", 1, stream => stream.ReadU1() },
        { "S1", 1, stream => stream.ReadS1() },
        { "U2be", 2, stream => stream.ReadU2be() },
        { "U2le", 2, stream => stream.ReadU2le() },
        { "S2be", 2, stream => stream.ReadS2be() },
        { "S2le", 2, stream => stream.ReadS2le() },
        { "U4be", 4, stream => stream.ReadU4be() },
        { "U4le", 4, stream => stream.ReadU4le() },
        { "S4be", 4, stream => stream.ReadS4be() },
        { "S4le", 4, stream => stream.ReadS4le() },
        { "F4be", 4, stream => stream.ReadF4be() },
        { "F4le", 4, stream => stream.ReadF4le() },
        { "U8be", 8, stream => stream.ReadU8be() },
        { "U8le", 8, stream => stream.ReadU8le() },
        { "S8be", 8, stream => stream.ReadS8be() },
        { "S8le", 8, stream => stream.ReadS8le() },
        { "F8be", 8, stream => stream.ReadF8be() },
        { "F8le", 8, stream => stream.ReadF8le() },
        { "bytes", 3, stream => stream.ReadBytes(3) },
        { "unsigned bytes", 3, stream => stream.ReadBytes(3UL) },
        { "bits, big-endian", 2, stream => stream.ReadBitsIntBe(11) },
        { "bits, little-endian", 2, stream => stream.ReadBitsIntLe(11) },
    };

    [Theory]
    [MemberData(nameof(FixedReads), DisableDiscoveryEnumeration = true)]
    public void Read_takes_its_octets_and_one_octet_fewer_throws_and_takes_none(string name, int length, Action<KaitaiStream> read)
    {
        var enough = new KaitaiStream(new byte[length]);
        read(enough);
        Assert.Equal((name, (long)length), (name, enough.Pos));

        var tooShort = new KaitaiStream(new byte[length - 1]);
        Assert.Throws<EndOfStreamException>(() => read(tooShort));
        Assert.Equal((name, 0L), (name, tooShort.Pos));
    }

    [Fact]
    public void Position_size_and_end_follow_reading_and_seeking()
    {
        var stream = Octets.Stream("01020304");
        Assert.Equal((0L, 4L, false), (stream.Pos, stream.Size, stream.IsEof));

        stream.Seek(3);
        Assert.Equal(4, stream.ReadU1());
        Assert.Equal((4L, true), (stream.Pos, stream.IsEof));

        stream.Seek(1);
        Assert.Equal((2, false), (stream.ReadU1(), stream.IsEof));
    }

    [Fact]
    public void Seeking_past_the_end_works_but_reading_there_throws()
    {
        var stream = Octets.Stream("0102");
        stream.Seek(5);

        Assert.Equal((5L, true), (stream.Pos, stream.IsEof));
        Assert.Throws<EndOfStreamException>(() => stream.ReadU1());
        Assert.Throws<EndOfStreamException>(() => stream.ReadBitsIntBe(1));
        Assert.Empty(stream.ReadBytesFull());
    }

    [Fact]
    public void Negative_positions_and_counts_are_refused()
    {
        var stream = Octets.Stream("0102");

        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Seek(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.ReadBytes(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.ReadBitsIntBe(65));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.ReadBitsIntLe(-1));
    }

    [Fact]
    public void Counts_beyond_any_array_end_the_stream()
    {
        Assert.Throws<EndOfStreamException>(() => Octets.Stream("0102").ReadBytes(long.MaxValue));
        Assert.Throws<EndOfStreamException>(() => Octets.Stream("0102").ReadBytes((ulong)uint.MaxValue));
    }

    [Fact]
    public void Full_read_takes_what_is_left()
    {
        var stream = Octets.Stream("010203");
        stream.ReadU1();

        Assert.Equal(Octets.Of("0203"), stream.ReadBytesFull());
        Assert.True(stream.IsEof);
    }

    [Theory]
    [InlineData(false, true, "6162", 3)]
    [InlineData(true, true, "616200", 3)]
    [InlineData(false, false, "6162", 2)]
    [InlineData(true, false, "616200", 2)]
    public void Terminated_read_includes_and_consumes_the_terminator_as_its_arguments_say(
        bool include, bool consume, string expected, long position)
    {
        var stream = Octets.Stream("61620063");

        Assert.Equal(Octets.Of(expected), stream.ReadBytesTerm(0, include, consume, eosError: true));
        Assert.Equal(position, stream.Pos);
    }

    [Fact]
    public void Missing_terminator_throws_or_gives_all_octets_as_asked()
    {
        Assert.Throws<EndOfStreamException>(() => Octets.Stream("6162").ReadBytesTerm(0, false, true, eosError: true));
        Assert.Equal(Octets.Of("6162"), Octets.Stream("6162").ReadBytesTerm(0, false, true, eosError: false));
    }

    [Fact]
    public void Array_functions_strip_terminate_and_compare()
    {
        Assert.Equal(Octets.Of("6100"), KaitaiStream.BytesStripRight(Octets.Of("61002020"), 0x20));
        Assert.Equal(Octets.Of("61"), KaitaiStream.BytesTerminate(Octets.Of("610062"), 0, includeTerminator: false));
        Assert.Equal(Octets.Of("6100"), KaitaiStream.BytesTerminate(Octets.Of("610062"), 0, includeTerminator: true));
        Assert.Equal(Octets.Of("6162"), KaitaiStream.BytesTerminate(Octets.Of("6162"), 0, includeTerminator: true));
        Assert.Equal(0, KaitaiStream.ByteArrayCompare(Octets.Of("6162"), Octets.Of("6162")));
        Assert.True(KaitaiStream.ByteArrayCompare(Octets.Of("61"), Octets.Of("6162")) < 0);
        Assert.True(KaitaiStream.ByteArrayCompare(Octets.Of("ff"), Octets.Of("6162")) > 0);
    }

    [Fact]
    public void Modulus_is_never_negative()
    {
        Assert.Equal((2, 3), (KaitaiStream.Mod(12, 5), KaitaiStream.Mod(-12, 5)));
        Assert.Equal(1L, KaitaiStream.Mod(-9_999_999_999L, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => KaitaiStream.Mod(1, 0));
    }

    [Fact]
    public void Every_constructor_reads_the_same_octets()
    {
        var octets = Octets.Of("000102030405");
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, octets);
            using var stream = new MemoryStream(octets);
            Assert.Equal(octets, new KaitaiStream(file).ReadBytesFull());
            Assert.Equal(octets, new KaitaiStream(stream).ReadBytesFull());
            Assert.Equal(octets, new KaitaiStream(octets).ReadBytesFull());
            Assert.Equal(octets[2..4], new KaitaiStream(octets.AsMemory(2, 2)).ReadBytesFull());
        }
        finally
        {
            File.Delete(file);
        }
    }
}
