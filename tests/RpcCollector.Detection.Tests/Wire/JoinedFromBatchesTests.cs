using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Detection.Tests.Wire;

public sealed class JoinedFromBatchesTests
{
    private const int NumExporters = 6;

    [Theory]
    [InlineData(50)]
    [InlineData(51)]
    public void Flow_starts_from_batches_are_joined_as_those_of_this_process_whatever_number_an_exporter_has(int seed)
    {
        var (here, there) = (new ExporterDirectory(), new ExporterDirectory());
        for (uint i = 0; i < NumExporters; i++) here.TryGetId(HostAddress.FromIPv4(0xC000_0200 + i), out _);
        for (var id = NumExporters - 1; id >= 0; id--) there.TryGetId(here[id], out _);
        var starts = Starts(seed, 900);
        var (direct, batched) = (new ActivityLedger(), new ActivityLedger());

        new ClientShard(new JoinOptions(), direct, new HopCounters(), exporters: here).Offer(starts);
        var writer = new FlowBatchWriter("sensor", null, 1, 0, here);
        Assert.All(starts, start => Assert.True(writer.TryAdd(start)));
        var reader = new FlowBatchReader(there);
        Assert.True(reader.TryRead(writer.Finish(1, 0).Span, out _));
        new ClientShard(new JoinOptions(), batched, new HopCounters(), exporters: there).Offer(reader.FlowStarts);

        Assert.InRange(direct.Standing.Count, 50, 900);
        Assert.Contains(direct.Standing, activity => activity.Exporters.Count > 1);
        Assert.Equal(
            direct.Changes.Select(change => ActMessages.ByValue(change, here)),
            batched.Changes.Select(change => ActMessages.ByValue(change, there)));
        Assert.Equal(
            direct.ContactChanges.Select(change => ActMessages.ByValue(change, here)),
            batched.ContactChanges.Select(change => ActMessages.ByValue(change, there)));
    }

    /// <summary>Connections of a few hosts, each seen by several exporters that count other octets.</summary>
    private static FlowStart[] Starts(int seed, int count)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                var second = i / 9;
                var port = (ushort)(random.Next(4) switch { 0 or 1 => 135, 2 => 49_668 + random.Next(2), _ => 445 });
                var exporter = random.Next(NumExporters);
                return Lab.Flow(
                    second + (random.Next(3) * 0.001), second + 3, (ushort)(50_000 + (second % 40)), port, exporter,
                    client: HostAddress.FromIPv4(0x0A00_0001 + (uint)(second % 5))) with
                {
                    ArrivalUnixMilliseconds = Lab.At(second) + i,
                    ClientOctets = (ulong)(1_000 + exporter),
                };
            }),
        ];
    }
}
