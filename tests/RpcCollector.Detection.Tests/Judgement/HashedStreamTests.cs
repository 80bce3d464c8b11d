using System.Security.Cryptography;
using RpcCollector.Detection.Judgement;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>What passes a hashed stream, in whatever pieces, arrives as it was and is hashed once.</summary>
public sealed class HashedStreamTests
{
    // Several blocks, and a part of one.
    private const int Length = 300_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_written_in_pieces_of_any_size_is_hashed_and_handed_on(int seed)
    {
        var (octets, random, inner) = (Octets(seed), new Random(seed), new MemoryStream());
        using var hashed = new HashedStream(inner);
        for (var place = 0; place < Length;)
        {
            if (random.Next(3) == 0)
            {
                hashed.WriteByte(octets[place++]);
                continue;
            }

            var some = Math.Min(Length - place, random.Next(2) == 0 ? random.Next(40) : random.Next(150_000));
            hashed.Write(octets.AsSpan(place, some));
            place += some;
        }

        Assert.Equal(SHA256.HashData(octets), hashed.Hash());
        hashed.Flush();
        Assert.Equal(octets, inner.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_read_is_hashed_and_what_follows_it_is_not(int seed)
    {
        var (octets, random) = (Octets(seed), new Random(seed));
        using var hashed = new HashedStream(new Trickle([.. octets, 1, 2, 3], random));
        var read = new byte[Length];
        for (var place = 0; place < Length;)
        {
            if (random.Next(3) == 0) read[place++] = (byte)hashed.ReadByte();
            else place += hashed.Read(read.AsSpan(place, Math.Min(Length - place, random.Next(1, 100_000))));
        }

        Assert.Equal(octets, read);
        Assert.Equal(SHA256.HashData(octets), hashed.Hash());
        Assert.Equal((1, 2, 3, -1), (hashed.ReadByte(), hashed.ReadByte(), hashed.ReadByte(), hashed.ReadByte()));
    }

    [Fact]
    public void What_was_read_ahead_is_not_written_back()
    {
        var inner = new MemoryStream(Octets(1));
        using var hashed = new HashedStream(inner);
        hashed.ReadByte();
        hashed.Flush();

        Assert.Equal(Octets(1), inner.ToArray());
    }

    [Fact]
    public void Read_that_failed_gives_nothing_twice_when_it_is_tried_again()
    {
        var (octets, read) = (Octets(1), new List<byte>());
        using var hashed = new HashedStream(new Faltering(octets));
        for (var failures = 0; read.Count < Length;)
        {
            try
            {
                read.Add((byte)hashed.ReadByte());
            }
            catch (IOException)
            {
                Assert.InRange(++failures, 1, 10);
            }
        }

        Assert.Equal(octets, read);
        Assert.Equal(SHA256.HashData(octets), hashed.Hash());
    }

    private static byte[] Octets(int seed)
    {
        var octets = new byte[Length];
        new Random(seed).NextBytes(octets);
        return octets;
    }

    /// <summary>Gives as much at a time as it likes.</summary>
    private sealed class Trickle(byte[] octets, Random random) : MemoryStream(octets)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, random.Next(1, 90_000)));
    }

    /// <summary>Fails every other time.</summary>
    private sealed class Faltering(byte[] octets) : MemoryStream(octets)
    {
        private int _reads;

        public override int Read(byte[] buffer, int offset, int count) =>
            ++_reads % 2 == 0 ? throw new IOException("Not now.") : base.Read(buffer, offset, count);
    }
}
