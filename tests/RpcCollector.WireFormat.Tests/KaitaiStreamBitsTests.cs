namespace RpcCollector.WireFormat.Tests;

public sealed class KaitaiStreamBitsTests
{
    [Fact]
    public void Big_endian_bits_come_from_the_high_end_across_octets()
    {
        var stream = Octets.Stream("b5 3c 81"); // 1011 0101 0011 1100 1000 0001

        Assert.Equal([0b1ul, 0b01101ul, 0b0100111100ul, 0b1ul],
            new[] { stream.ReadBitsIntBe(1), stream.ReadBitsIntBe(5), stream.ReadBitsIntBe(10), stream.ReadBitsIntBe(1) });
        Assert.Equal(0b0000001ul, stream.ReadBitsIntBe(7));
    }

    [Fact]
    public void Little_endian_bits_come_from_the_low_end_across_octets()
    {
        var stream = Octets.Stream("b5 3c 81"); // low end first: 1010 1101 0011 1100 1000 0001

        Assert.Equal([0b1ul, 0b11010ul, 0b0011110010ul, 0b1ul],
            new[] { stream.ReadBitsIntLe(1), stream.ReadBitsIntLe(5), stream.ReadBitsIntLe(10), stream.ReadBitsIntLe(1) });
        Assert.Equal(0b1000000ul, stream.ReadBitsIntLe(7));
    }

    [Fact]
    public void Sixty_four_bits_read_at_once_even_off_the_octet_boundary()
    {
        const string nine = "0123456789abcdef f0";
        Assert.Equal(0x0123456789abcdeful, Octets.Stream(nine).ReadBitsIntBe(64));
        Assert.Equal(0xefcdab8967452301ul, Octets.Stream(nine).ReadBitsIntLe(64));

        var shifted = Octets.Stream(nine);
        shifted.ReadBitsIntBe(4);
        Assert.Equal(0x123456789abcdefful, shifted.ReadBitsIntBe(64));
    }

    [Fact]
    public void Reading_zero_bits_gives_zero_and_takes_nothing()
    {
        var stream = Octets.Stream("");

        Assert.Equal((0ul, 0ul), (stream.ReadBitsIntBe(0), stream.ReadBitsIntLe(0)));
    }

    [Fact]
    public void Aligning_drops_the_rest_of_the_octet_and_only_then_is_the_end_reached()
    {
        var stream = Octets.Stream("ff");
        stream.ReadBitsIntBe(3);

        Assert.Equal((1L, false), (stream.Pos, stream.IsEof));
        stream.AlignToByte();
        Assert.True(stream.IsEof);
    }

    [Fact]
    public void Seeking_drops_the_rest_of_the_octet()
    {
        var stream = Octets.Stream("f0 0f");
        stream.ReadBitsIntBe(4);
        stream.Seek(1);

        Assert.Equal(0ul, stream.ReadBitsIntBe(4));
    }

    [Fact]
    public void Reading_more_bits_than_are_left_throws_and_takes_none()
    {
        var stream = Octets.Stream("a7");
        stream.ReadBitsIntBe(4);

        Assert.Throws<EndOfStreamException>(() => stream.ReadBitsIntBe(5));
        Assert.Equal(7ul, stream.ReadBitsIntBe(4));
    }
}
