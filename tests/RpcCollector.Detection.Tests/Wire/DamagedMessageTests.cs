using RpcCollector.Detection.Operations;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Detection.Tests.Wire;

/// <summary>A message comes over a network, from a process that may be another version or an intruder's.</summary>
public sealed class DamagedMessageTests
{
    [Fact]
    public void A_message_cut_short_anywhere_is_rejected()
    {
        var (message, _, _) = ActMessages.Of(20, 40);
        var own = new ExporterDirectory();
        var reader = new ActMessageReader(own);

        for (var length = 0; length < message.Length; length++)
        {
            Assert.False(reader.TryRead(message.AsMemory(0, length), out _));
            Assert.False(reader.Read());
        }

        Assert.Equal(WireForm.HeaderOctets, reader.Counts.Rejected(WireRejection.TooShort));
        Assert.Equal(message.Length - WireForm.HeaderOctets, reader.Counts.Rejected(WireRejection.WrongLength));
        Assert.Equal(0, own.Count);
    }

    [Fact]
    public void Damaged_messages_are_rejected_or_read_within_bounds_and_each_is_counted()
    {
        const int Rounds = 20_000;
        var random = new Random(21);
        var (message, changes, _) = ActMessages.Of(21, 40);
        var reader = new ActMessageReader(new ExporterDirectory(64));
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = message.ToArray();
            for (var edits = random.Next(1, 5); edits > 0; edits--)
            {
                var place = random.Next(4) == 0 ? random.Next(WireForm.HeaderOctets) : random.Next(damaged.Length);
                damaged[place] = random.Next(3) switch
                {
                    0 => (byte)(damaged[place] ^ (1 << random.Next(8))),
                    1 => (byte)random.Next(256),
                    _ => (byte)(random.Next(2) * 255),
                };
            }

            var isUsed = reader.TryRead(damaged, out var header);

            var read = 0;
            while (reader.Read()) read++;
            Assert.Equal(isUsed ? header.NumChanges : 0, read);
            Assert.InRange(read, 0, changes.Count);
        }

        Assert.Equal(Rounds, reader.Counts.Received);
        Assert.InRange(reader.Counts.Used, 1, Rounds - 1);
    }

    [Fact]
    public void A_text_that_is_no_text_rejects_the_message()
    {
        var writer = ActMessages.Writer(new ExporterDirectory());
        writer.TryAdd(new RpcOperation { Uid = "C1", Interface = "samr", Operation = "SamrConnect" }, 1);
        var message = writer.Finish(1, 0).ToArray();
        message[message.AsSpan().IndexOf("samr"u8)] = 0xFF;
        var reader = new ActMessageReader(new ExporterDirectory());

        Assert.False(reader.TryRead(message, out _));

        Assert.Equal(1, reader.Counts.Rejected(WireRejection.UnknownValue));
    }
}
