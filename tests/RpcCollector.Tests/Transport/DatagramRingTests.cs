using RpcCollector.Flows;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Transport;

public unsafe class DatagramRingTests
{
    private static readonly HostAddress Exporter = HostAddress.Parse("192.0.2.1");

    [Fact]
    public void Datagrams_of_any_length_come_out_in_their_order_with_their_senders()
    {
        using var ring = new DatagramRing(4_096);
        var (random, expected, seen) = (new Random(1), new Queue<(int Port, byte[] Octets)>(), 0);
        var entries = new DatagramRing.Entry*[5];
        for (var round = 0; round < 2_000; round++)
        {
            for (var i = random.Next(8); i > 0; i--)
            {
                var octets = new byte[random.Next(700)];
                random.NextBytes(octets);
                var full = ring.Full;
                ring.Write(Datagram(octets, (ushort)round));
                if (ring.Full == full) expected.Enqueue((round & 0xFFFF, octets));
            }

            ring.Publish();
            var count = ring.Read(entries);
            for (var i = 0; i < count; i++, seen++)
            {
                var (port, octets) = expected.Dequeue();
                Assert.Equal((port, Exporter), (entries[i]->Port, entries[i]->Address));
                Assert.True(octets.AsSpan().SequenceEqual(new ReadOnlySpan<byte>(entries[i]->Payload, entries[i]->Length)));
            }

            ring.Release();
        }

        Assert.True(seen > 1_000);
        Assert.True(ring.Full > 0, "The ring never was full.");
    }

    [Fact]
    public void What_finds_no_room_and_what_is_only_a_part_is_counted_and_left_out()
    {
        using var ring = new DatagramRing(1_024);

        ring.Write(new ReceivedDatagram { Payload = new byte[10], ExporterAddress = Exporter, ExporterPort = 1, IsTruncated = true });
        ring.Write(Datagram(new byte[900], 2));
        ring.Write(Datagram(new byte[900], 3));
        ring.Publish();

        var entries = new DatagramRing.Entry*[4];
        Assert.Equal(1, ring.Read(entries));
        Assert.Equal(2, entries[0]->Port);
        Assert.Equal((1, 1), (ring.Cut, ring.Full));
    }

    [Fact]
    public void A_reader_on_another_thread_sees_every_datagram_whole()
    {
        using var ring = new DatagramRing(16_384);
        const int Datagrams = 50_000;
        var isWhole = true;
        var reader = new Thread(() =>
        {
            var (entries, next) = (new DatagramRing.Entry*[16], 0);
            while (next < Datagrams)
            {
                var count = ring.Read(entries);
                for (var i = 0; i < count; i++, next++)
                {
                    var octets = new ReadOnlySpan<byte>(entries[i]->Payload, entries[i]->Length);
                    isWhole &= octets.Length == next % 200 && !octets.ContainsAnyExcept((byte)next);
                }

                ring.Release();
                if (count == 0) Thread.Yield();
            }
        });
        reader.Start();
        var octets = new byte[200];
        for (var number = 0; number < Datagrams; number++)
        {
            octets.AsSpan().Fill((byte)number);
            for (long full; ;)
            {
                full = ring.Full;
                ring.Write(Datagram(octets.AsSpan(0, number % 200), 1));
                ring.Publish();
                if (ring.Full == full) break;
                Thread.Yield();
            }
        }

        Assert.True(reader.Join(TimeSpan.FromSeconds(60)));
        Assert.True(isWhole);
    }

    private static ReceivedDatagram Datagram(ReadOnlySpan<byte> octets, ushort port) =>
        new() { Payload = octets, ExporterAddress = Exporter, ExporterPort = port, IsTruncated = false };
}
