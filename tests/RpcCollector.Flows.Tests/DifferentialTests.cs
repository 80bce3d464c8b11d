using Kaitai;
using RpcCollector.Flows.Messages;

namespace RpcCollector.Flows.Tests;

/// <summary>Compares the fast walk over a Message's Sets with the parser generated from the grammar, which reads whole Messages.</summary>
public sealed class DifferentialTests
{
    private const int MutationsPerCapture = 3000;

    public static IEnumerable<TheoryDataRow<string>> Captures() => RobustnessTests.Captures();

    [Theory]
    [MemberData(nameof(Captures))]
    public void Fast_reader_and_generated_parser_see_the_same_sets(string name)
    {
        var datagrams = CapturedDatagrams.Read(SharedData.PathOf("captures", name + ".pcap"));
        foreach (var datagram in datagrams) AssertSame(datagram.Payload);

        var random = new Random(name.Sum(letter => letter) + 1);
        var mutant = new byte[2048];
        for (var i = 0; i < MutationsPerCapture; i++)
        {
            var payload = datagrams[i % datagrams.Count].Payload;
            payload.CopyTo(mutant, 0);
            var length = payload.Length;
            Mutation.Apply(mutant, ref length, random);
            AssertSame(mutant.AsSpan(0, length).ToArray());
        }
    }

    private static void AssertSame(byte[] datagram)
    {
        var fault = ExportMessage.Read(datagram, out var message);
        // The generated parser is only meant for Messages, and a v5 Message has no Sets.
        if (fault != Rejection.None || message.Version == ExportMessage.NetFlowV5) return;

        var fast = WalkFast(message, out fault);
        var generated = ParseWhole(datagram, message.Version);

        // Where the walk stops at a fault, the generated parser must reject the whole Message, because it knows all or nothing. It also
        // reads Template Sets to the end, which the walk leaves to the Template reader, so it may reject what the walk accepts.
        if (fault != Rejection.None) Assert.Null(generated);
        else if (generated is not null) Assert.Equal(generated, fast);
        else Assert.Contains(fast, set => set.Id < 4);
    }

    private static List<(int Id, int Length)> WalkFast(in ExportMessage message, out Rejection fault)
    {
        var sets = new List<(int, int)>();
        var reader = new SetReader(message);
        while (reader.TryRead(out var id, out var content, out fault)) sets.Add((id, content.Length));
        return sets;
    }

    private static List<(int Id, int Length)>? ParseWhole(byte[] datagram, int version)
    {
        try
        {
            return version == ExportMessage.NetFlowV9
                ? [.. (new NetflowV9(new KaitaiStream(datagram)).FlowSets ?? []).Where(set => !set.IsFill)
                    .Select(set => ((int)set.FlowSetId, set.LenFlowSet - 4))]
                : [.. (new Ipfix(new KaitaiStream(datagram)).Sets ?? []).Where(set => !set.IsFill)
                    .Select(set => ((int)set.SetId, set.LenSet - 4))];
        }
        catch (Exception exception) when (exception is EndOfStreamException or ValidationFailedError)
        {
            return null;
        }
    }
}
