namespace RpcCollector.Flows.Tests.Forged;

/// <summary>Over layouts drawn at random: forged Templates change nothing of what is read, and a true change is followed at once.</summary>
public sealed class ForgedTemplatePropertyTests
{
    public static TheoryData<int, int> Draws()
    {
        var draws = new TheoryData<int, int>();
        for (var seed = 0; seed < 20; seed++)
        {
            draws.Add(9, seed);
            draws.Add(10, seed);
        }

        return draws;
    }

    [Theory]
    [MemberData(nameof(Draws))]
    public void Forged_templates_at_any_place_change_no_flow(int version, int seed)
    {
        for (var draw = 0; draw < 5; draw++)
        {
            var random = new Random((seed * 1000) + draw);
            var layout = DrawnLayout.Draw(random, version);
            var exports = new DrawnExports(random, version);
            var (honest, disturbed) = (new DecoderUnderTest(), new DecoderUnderTest());
            Both(exports.Template(layout));
            for (var i = 0; i < 60; i++)
            {
                while (random.Next(3) == 0)
                {
                    var forged = layout.Forge(random, version);
                    if (!forged.Fields.SequenceEqual(layout.Fields)) disturbed.Decode(exports.Forged(forged));
                }

                exports.Pass(random.Next(3_000));
                Both(random.Next(15) == 0 ? exports.Template(layout) : exports.Data(layout, random.Next(1, 12)));
            }

            Assert.Equal(honest.Collected.FlowStarts, disturbed.Collected.FlowStarts);
            Assert.Equal(honest.Collected.Mirrors, disturbed.Collected.Mirrors);
            var sequence = Assert.Single(disturbed.Catalog.Exporters()).Sequence;
            Assert.Equal((0, 0), (sequence.Lost, sequence.Resets));
            disturbed.AssertEverythingIsAccountedFor();

            void Both(CapturedDatagram datagram)
            {
                honest.Decode(datagram);
                disturbed.Decode(datagram);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Draws))]
    public void Data_is_read_by_the_layout_it_was_written_with_when_the_exporter_changes_it(int version, int seed) =>
        Change(version, seed, areForged: false);

    [Theory]
    [MemberData(nameof(Draws))]
    public void Change_of_the_exporter_is_followed_while_others_forge(int version, int seed) => Change(version, seed, areForged: true);

    // Sets of three records and more: one alone fits both layouts now and then, one Set in some ten thousand.
    private static void Change(int version, int seed, bool areForged)
    {
        for (var draw = 0; draw < 5; draw++)
        {
            var random = new Random((seed * 1000) + draw);
            var former = DrawnLayout.Draw(random, version);
            var next = random.Next(2) == 0 ? former.Shuffled(random) : DrawnLayout.Draw(random, version);
            if (former.Fields.SequenceEqual(next.Fields)) continue;
            var exports = new DrawnExports(random, version);
            var (expected, actual) = (new DecoderUnderTest(), new DecoderUnderTest());
            foreach (var layout in (DrawnLayout[])[former, next])
            {
                var fresh = new DecoderUnderTest();
                Decode(exports.Template(layout));
                for (var i = random.Next(1, 40); i > 0; i--)
                {
                    if (areForged && random.Next(4) == 0) Forge(layout);
                    exports.Pass(random.Next(3_000));
                    if (random.Next(10) == 0) Decode(exports.Template(layout));
                    else Decode(exports.Data(layout, random.Next(3, 12)));
                }

                expected.Collected.FlowStarts.AddRange(fresh.Collected.FlowStarts);

                void Forge(DrawnLayout like)
                {
                    var forged = like.Forge(random, version);
                    if (forged.Fields.SequenceEqual(former.Fields) || forged.Fields.SequenceEqual(next.Fields)) return;
                    actual.Decode(exports.Forged(forged));
                }

                void Decode(CapturedDatagram datagram)
                {
                    fresh.Decode(datagram);
                    actual.Decode(datagram);
                }
            }

            // All but the clocks' corrections, which a decoder that knew the exporter before knows better.
            Assert.Equal(
                expected.Collected.FlowStarts.Select(start => (start.Client, start.Server, start.ClientPort, start.ServerPort)),
                actual.Collected.FlowStarts.Select(start => (start.Client, start.Server, start.ClientPort, start.ServerPort)));
        }
    }
}
