using System.Buffers.Binary;
using RpcCollector.Detection.Operations;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Detection.Tests.Wire;

public sealed class ActMessageTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Changes_come_out_of_a_message_as_they_went_in_whatever_their_fields_hold(int seed)
    {
        var (message, changes, exporters) = ActMessages.Of(seed, 600);
        var own = new ExporterDirectory();
        var reader = new ActMessageReader(own);

        Assert.True(reader.TryRead(message, out var header));

        Assert.Equal(
            new ActHeader("correlator-2", ActMessages.Partition, 0, 4_711, RandomChanges.Began, 0, IsLast: true, changes.Count), header);
        foreach (var change in changes)
        {
            Assert.True(reader.Read());
            Assert.Equal(ActMessages.ByValue(change, exporters), ActMessages.ByValue(ActMessages.Current(reader), own));
            if (change is RpcOperation or AddressLease) Assert.Equal(ActMessages.Arrival, reader.ArrivalUnixMilliseconds);
        }

        Assert.False(reader.Read());
        Assert.Equal(ActChangeKind.None, reader.Kind);
        Assert.Equal(1, reader.Counts.Used);
    }

    [Fact]
    public void Exporters_of_an_activity_are_in_the_order_of_their_addresses_however_this_process_numbers_them()
    {
        var random = new RandomChanges(4);
        var writer = ActMessages.Writer(random.Exporters);
        var change = random.Activity();
        while (change.Activity.Exporters.Count < 3) change = random.Activity();
        writer.TryAdd(change);
        var own = new ExporterDirectory();
        for (var id = random.Exporters.Count - 1; id >= 0; id--) own.TryGetId(random.Exporters[id], out _);
        var reader = new ActMessageReader(own);

        reader.TryRead(writer.Finish(1, 0), out _);
        reader.Read();

        Assert.Equal(ActMessages.ByValue(change, random.Exporters), ActMessages.ByValue(reader.Activity, own));
        Assert.NotEqual(change.Activity.Exporters, reader.Activity.Activity.Exporters);
    }

    [Fact]
    public void Changes_of_one_offset_that_do_not_fit_into_one_message_come_in_numbered_parts()
    {
        var random = new RandomChanges(5);
        var writer = ActMessages.Writer(random.Exporters, ActMessageWriter.FewestOctets);
        var reader = new ActMessageReader(random.Exporters);
        var (read, headers) = (new List<object>(), new List<ActHeader>());
        var changes = Enumerable.Range(0, 2_000).Select(_ => random.Next()).ToList();
        foreach (var change in changes)
        {
            if (ActMessages.TryAdd(writer, change)) continue;
            Take(writer.Finish(9, RandomChanges.Began, isLast: false));
            Assert.True(ActMessages.TryAdd(writer, change));
        }

        Take(writer.Finish(9, RandomChanges.Began));
        Take(writer.Finish(10, RandomChanges.Began));

        Assert.Equal(changes, read);
        Assert.Equal(
            [.. Enumerable.Range(0, headers.Count - 1).Select(part => (9UL, (uint)part, part == headers.Count - 2)), (10UL, 0U, true)],
            headers.Select(header => (header.InputOffset, header.Part, header.IsLast)));
        Assert.InRange(headers.Count, 4, 20);

        void Take(ReadOnlyMemory<byte> message)
        {
            Assert.True(reader.TryRead(message, out var header));
            headers.Add(header);
            while (reader.Read()) read.Add(ActMessages.Current(reader));
        }
    }

    [Fact]
    public void A_deed_comes_with_its_topic_and_its_content()
    {
        var writer = new ActMessageWriter("judge-1", ActHeader.NoPartition, 3, new ExporterDirectory());
        var content = new byte[ActMessageWriter.MostContentOctets];
        new Random(6).NextBytes(content);
        Assert.True(writer.TryAdd("suppression", content));
        Assert.True(writer.TryAdd("sink-cursor", []));
        var reader = new ActMessageReader(new ExporterDirectory());

        Assert.True(reader.TryRead(writer.Finish(12, 0), out var header));

        Assert.Equal((ActHeader.NoPartition, 3UL, "judge-1"), (header.Partition, header.SourceEpoch, header.Source));
        Assert.True(reader.Read());
        Assert.Equal((ActChangeKind.Deed, "suppression"), (reader.Kind, reader.Topic));
        Assert.Equal(content, reader.Content.ToArray());
        Assert.True(reader.Read());
        Assert.Equal((ActChangeKind.Deed, "sink-cursor", 0), (reader.Kind, reader.Topic, reader.Content.Length));
        Assert.False(reader.Read());
    }

    [Fact]
    public void A_text_that_is_too_long_is_cut_at_a_whole_character()
    {
        var writer = ActMessages.Writer(new ExporterDirectory());
        writer.TryAdd(new RpcOperation { Uid = string.Concat(Enumerable.Repeat("漢", 20_000)), Interface = "samr", Operation = "" }, 1);
        var reader = new ActMessageReader(new ExporterDirectory());

        Assert.True(reader.TryRead(writer.Finish(1, 0), out _));
        reader.Read();

        Assert.Equal(string.Concat(Enumerable.Repeat("漢", 16_384 / 3)), reader.Operation.Uid);
        Assert.Equal(("samr", ""), (reader.Operation.Interface, reader.Operation.Operation));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_version_that_is_not_known_is_refused(ushort version)
    {
        var (message, _, _) = ActMessages.Of(7, 10);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(4), version);
        var reader = new ActMessageReader(new ExporterDirectory());

        Assert.False(reader.TryRead(message, out _));

        Assert.False(reader.Read());
        Assert.Equal(1, reader.Counts.Rejected(WireRejection.UnknownVersion));
    }

    [Fact]
    public void A_change_of_a_kind_that_is_not_known_rejects_the_whole_message()
    {
        var (message, _, _) = ActMessages.Of(8, 10);
        message[WireForm.HeaderOctets + 4] = 8;
        var reader = new ActMessageReader(new ExporterDirectory());

        Assert.Equal(WireRejection.None, reader.ReadHeader(message, out _));
        Assert.False(reader.TryRead(message, out _));

        Assert.Equal(1, reader.Counts.Rejected(WireRejection.UnknownValue));
    }

    [Fact]
    public void Writing_and_reading_activities_and_contacts_allocates_nothing_in_steady_state()
    {
        var random = new RandomChanges(9);
        var activities = Enumerable.Range(0, 500).Select(_ => random.Activity()).ToArray();
        var contacts = Enumerable.Range(0, 500).Select(_ => random.Contact()).ToArray();
        var writer = ActMessages.Writer(random.Exporters, WireForm.MostOctets);
        var reader = new ActMessageReader(new ExporterDirectory());
        var (offset, read, least) = (0UL, 0, long.MaxValue);
        Pass();

        // The runtime's own allocations on the thread show in some rounds; those of a change would show in every round.
        for (var round = 0; round < 11; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Pass();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal((0, 12_000), (least, read));

        void Pass()
        {
            foreach (ref readonly var activity in activities.AsSpan()) writer.TryAdd(activity);
            foreach (ref readonly var contact in contacts.AsSpan()) writer.TryAdd(contact);
            reader.TryRead(writer.Finish(++offset, RandomChanges.Began), out _);
            while (reader.Read()) read++;
        }
    }
}
