using RpcCollector.Flows;
using RpcCollector.Tests.Captures;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Transport;

public class MessageFramerTests
{
    private static readonly byte[][] Messages =
    [
        Exports.IpfixTemplate(), Exports.Ipfix(), Exports.IpfixData(0, Exports.MapperAndEndpointFlows()),
        Exports.IpfixSet(300, new byte[20]),
    ];

    [Fact]
    public void Messages_come_out_whole_wherever_the_stream_is_split()
    {
        var stream = Messages.SelectMany(message => message).ToArray();

        for (var split = 0; split <= stream.Length; split++)
        {
            var framer = new MessageFramer();
            var messages = new List<byte[]>();
            Feed(framer, stream.AsSpan(0, split), messages);
            Feed(framer, stream.AsSpan(split), messages);
            Assert.Equal(Messages, messages);
            Assert.False(framer.HasPart);
        }
    }

    [Fact]
    public void Messages_come_out_whole_when_octets_come_one_by_one()
    {
        var framer = new MessageFramer();
        var messages = new List<byte[]>();

        foreach (var octet in Messages.SelectMany(message => message)) Feed(framer, [octet], messages);

        Assert.Equal(Messages, messages);
    }

    [Fact]
    public void The_longest_Message_there_can_be_fits_behind_a_part_of_another()
    {
        byte[][] messages = [Exports.Ipfix(), Exports.IpfixSet(300, new byte[ushort.MaxValue - 20]), Exports.Ipfix()];
        var framer = new MessageFramer();
        var read = new List<byte[]>();

        ReadOnlySpan<byte> stream = messages.SelectMany(message => message).ToArray();
        while (stream.Length > 0)
        {
            var free = framer.Free().Span;
            Assert.False(free.IsEmpty);
            var count = Math.Min(free.Length, stream.Length);
            stream[..count].CopyTo(free);
            framer.Fill(count);
            stream = stream[count..];
            while (framer.TryRead(out var message, out _)) read.Add(message.ToArray());
        }

        Assert.Equal(messages, read);
    }

    [Theory]
    [InlineData(new byte[] { 0, 9 }, Rejection.UnknownVersion)]
    [InlineData(new byte[] { 1, 10, 0, 16 }, Rejection.UnknownVersion)]
    [InlineData(new byte[] { 0, 10, 0, 15 }, Rejection.MessageShorterThanHeader)]
    [InlineData(new byte[] { 0, 10, 0, 0 }, Rejection.MessageShorterThanHeader)]
    public void What_is_no_IPFIX_is_known_by_its_first_octets(byte[] octets, Rejection expected)
    {
        var framer = new MessageFramer();
        octets.CopyTo(framer.Free());
        framer.Fill(octets.Length);

        Assert.False(framer.TryRead(out _, out var fault));
        Assert.Equal(expected, fault);
    }

    private static void Feed(MessageFramer framer, ReadOnlySpan<byte> octets, List<byte[]> messages)
    {
        octets.CopyTo(framer.Free().Span);
        framer.Fill(octets.Length);
        while (framer.TryRead(out var message, out _)) messages.Add(message.ToArray());
    }
}
