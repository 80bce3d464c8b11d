using RpcCollector.Flows.Tests.Forged;

namespace RpcCollector.Flows.Tests.UnusableTemplates;

/// <summary>
/// Over stories drawn at random of definitions that can be used, definitions that cannot, and data: each record is read by the layout that
/// was in force by the exporter's own words, or not at all.
/// </summary>
public sealed class UnusableTemplatePropertyTests
{
    public static TheoryData<int, bool, int> Draws()
    {
        var draws = new TheoryData<int, bool, int>();
        for (var seed = 0; seed < 12; seed++)
        {
            draws.Add(9, false, seed);
            draws.Add(10, false, seed);
            draws.Add(10, true, seed);
        }

        return draws;
    }

    [Theory]
    [MemberData(nameof(Draws))]
    public void Every_record_is_read_by_the_layout_in_force_and_none_is_lost_when_it_is_stated_again(int version, bool isOverTcp, int seed)
    {
        for (var draw = 0; draw < 5; draw++)
        {
            var random = new Random((seed * 1000) + draw);
            var exports = new DrawnExports(random, version);
            var layout = DrawnLayout.Draw(random, version);
            var actual = new DecoderUnderTest();
            var expected = new List<(HostAddress, HostAddress, ushort, ushort)>();
            Decode(exports.Template(layout));
            for (var chapter = 0; chapter < 8; chapter++)
            {
                for (var i = random.Next(4); i > 0; i--) Data(layout);

                // What the record that cannot be used meant: another layout, or the former all along.
                var next = random.Next(2) == 0 ? layout : random.Next(2) == 0 ? layout.Shuffled(random) : DrawnLayout.Draw(random, version);
                Unusable(next);
                for (var i = random.Next(8); i > 0; i--)
                {
                    if (random.Next(4) == 0) Unusable(next);
                    else Data(next);
                }

                Decode(exports.Template(next));
                layout = next;
            }

            // And at last one that is never stated in a form that can be used: nothing of it is read.
            var unknown = DrawnLayout.Draw(random, version);
            Decode(exports.Unusable(random.Next(UnusableRecords.Kinds), unknown, random.Next(3, 9)));
            for (var i = random.Next(1, 8); i > 0; i--) Decode(exports.Data(unknown, random.Next(3, 9)));
            actual.Decoder.Complete();

            Assert.Equal(expected.Order(), actual.Collected.FlowStarts.Select(Ends).Order());
            actual.AssertEverythingIsAccountedFor();

            void Data(DrawnLayout by)
            {
                exports.Pass(random.Next(2_000));
                Read(exports.Data(by, random.Next(3, 9)), by);
            }

            void Unusable(DrawnLayout by)
            {
                exports.Pass(random.Next(2_000));
                Read(exports.Unusable(random.Next(UnusableRecords.Kinds), random.Next(2) == 0 ? by : null, random.Next(3, 9)), by);
            }

            // What a decoder reads that knows nothing but the right layout.
            void Read(CapturedDatagram datagram, DrawnLayout by)
            {
                Decode(datagram);
                var plain = new DecoderUnderTest();
                plain.Decode(exports.Template(by));
                plain.Decode(WithoutTemplates(datagram, version));
                expected.AddRange(plain.Collected.FlowStarts.Select(Ends));
            }

            void Decode(CapturedDatagram datagram) =>
                actual.Decode(datagram with { Session = datagram.Session with { IsOverTcp = isOverTcp } });
        }
    }

    private static (HostAddress Client, HostAddress Server, ushort ClientPort, ushort ServerPort) Ends(FlowStart start) =>
        (start.Client, start.Server, start.ClientPort, start.ServerPort);

    /// <summary>Only the Data Sets: the others get the id of a Set that is not read.</summary>
    private static CapturedDatagram WithoutTemplates(CapturedDatagram datagram, int version)
    {
        var octets = datagram.Payload.ToArray();
        for (var place = version == 9 ? 20 : 16; place + 4 <= octets.Length;)
        {
            if (octets[place] == 0) octets[place + 1] = 99;
            place += (octets[place + 2] << 8) | octets[place + 3];
        }

        return datagram with { Payload = octets };
    }
}
