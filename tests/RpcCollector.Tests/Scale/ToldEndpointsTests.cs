using RpcCollector.Detection;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Scale;

namespace RpcCollector.Tests.Scale;

/// <summary>What the judge tells a partition of known endpoints counts from its offset on, whole or not at all.</summary>
public sealed class ToldEndpointsTests
{
    private static readonly HostAddress Server = HostAddress.Parse("10.0.0.9");

    private readonly ToldEndpointsReader _reader = new();

    [Fact]
    public void Version_counts_from_its_last_part_on()
    {
        var messages = Messages(version: 7, count: 30_000);
        Assert.True(messages.Count > 2);
        foreach (var message in messages.SkipLast(1)) Assert.Equal(ToldOutcome.Noted, _reader.Take(message));
        Assert.Null(_reader.Current);

        Assert.Equal(ToldOutcome.Taken, _reader.Take(messages[^1]));
        Assert.Equal((7UL, 30_000), (_reader.Version, _reader.Current!.All.Count));
        Assert.True(_reader.Current.TryFind(Server, 100, 5_000, out var interfaces));
        Assert.Equal(RpcInterfaces.Samr, interfaces);
        Assert.False(_reader.Current.TryFind(Server, 100, 4_999, out _));
    }

    [Fact]
    public void Nothing_known_is_a_version_too()
    {
        Take(Messages(1, count: 3));
        Take(Messages(2, count: 0));

        Assert.Equal((2UL, 0), (_reader.Version, _reader.Current!.All.Count));
    }

    [Fact]
    public void Version_that_is_not_greater_is_passed_over()
    {
        Take(Messages(5, count: 3));

        Assert.Equal(ToldOutcome.Repeated, _reader.Take(Messages(5, count: 1)[0]));
        Assert.Equal(ToldOutcome.Repeated, _reader.Take(Messages(4, count: 1)[0]));
        Assert.Equal(3, _reader.Current!.All.Count);
    }

    [Fact]
    public void Of_two_judges_whose_parts_mix_the_one_that_began_last_is_completed()
    {
        var (one, other) = (Messages(5, 20_000, "one"), Messages(5, 20_000, "other"));
        Assert.Equal(ToldOutcome.Noted, _reader.Take(one[0]));
        Assert.Equal(ToldOutcome.Noted, _reader.Take(other[0]));
        Assert.Equal(ToldOutcome.Refused, _reader.Take(one[1]));
        foreach (var message in other.Skip(1)) _reader.Take(message);

        Assert.Equal((5UL, 20_000), (_reader.Version, _reader.Current!.All.Count));
    }

    [Fact]
    public void Part_that_is_missing_leaves_what_counted_before()
    {
        var messages = Messages(5, 30_000);
        Assert.Equal(ToldOutcome.Noted, _reader.Take(messages[0]));
        Assert.Equal(ToldOutcome.Refused, _reader.Take(messages[2]));

        Assert.Null(_reader.Current);
    }

    [Fact]
    public void Other_topics_contents_and_partitions_are_refused()
    {
        Assert.Equal(ToldOutcome.Refused, _reader.Take(Message("weather", [])));
        Assert.Equal(ToldOutcome.Refused, _reader.Take(Message(KnownEndpointsMessages.Topic, new byte[29])));
        Assert.Equal(ToldOutcome.Refused, _reader.Take(Message(KnownEndpointsMessages.Topic, new byte[60])));
        Assert.Equal(ToldOutcome.Refused, _reader.Take(Message(KnownEndpointsMessages.Topic, new byte[30], partition: 3)));
        Assert.Equal(ToldOutcome.Taken, _reader.Take(Message(KnownEndpointsMessages.Topic, new byte[30])));
    }

    [Fact]
    public void Damage_anywhere_is_refused_or_read_and_throws_nothing()
    {
        var message = Messages(5, 50)[0];
        var random = new Random(1);
        for (var i = 0; i < 2_000; i++)
        {
            var damaged = message[..(i % 3 == 0 ? random.Next(message.Length) : message.Length)];
            if (i % 3 != 0) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            var reader = new ToldEndpointsReader();
            if (reader.IsOne(damaged)) reader.Take(damaged);
            Assert.True((reader.Current?.All.Count ?? 0) <= 50);
        }
    }

    private void Take(IReadOnlyList<byte[]> messages)
    {
        foreach (var message in messages) _reader.Take(message);
    }

    private static IReadOnlyList<byte[]> Messages(ulong version, int count, string source = "judge") => KnownEndpointsMessages.Of(
        source, epoch: 1, version, clock: 0,
        new ToldEndpoints(
        [
            .. Enumerable.Range(1, count).Select(port => new LearnedEndpoint(Server, (ushort)port, RpcInterfaces.Samr, 5_000)),
        ]));

    private static byte[] Message(string topic, byte[] content, ushort partition = ActHeader.NoPartition)
    {
        var writer = new ActMessageWriter("judge", partition, 0, new ExporterDirectory());
        Assert.True(writer.TryAdd(topic, content));
        return writer.Finish(1, 0).ToArray();
    }
}
