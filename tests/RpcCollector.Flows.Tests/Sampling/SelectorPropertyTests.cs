namespace RpcCollector.Flows.Tests.Sampling;

/// <summary>
/// Over sets of selectors, samplers and interfaces drawn at random, described in every way that there is, in any order: each flow has the
/// interval of the one that it names.
/// </summary>
public sealed class SelectorPropertyTests
{
    public static TheoryData<int, int> Draws()
    {
        var draws = new TheoryData<int, int>();
        for (var seed = 0; seed < 25; seed++)
        {
            draws.Add(9, seed);
            draws.Add(10, seed);
        }

        return draws;
    }

    [Theory]
    [MemberData(nameof(Draws))]
    public void Flows_have_the_interval_of_what_they_name(int version, int seed)
    {
        for (var draw = 0; draw < 20; draw++)
        {
            var random = new Random((seed * 1000) + draw);
            var decoder = new DecoderUnderTest();
            var exports = new DrawnSampling(random, version);
            var expected = new List<uint>();
            var steps = exports.Descriptions().ToList();
            for (var i = random.Next(5, 30); i > 0; i--)
            {
                // A flow of what was described so far, or of what never is.
                if (steps.Count > 0 && random.Next(2) == 0)
                {
                    var next = random.Next(steps.Count);
                    decoder.Decode(steps[next].Describe());
                    if (random.Next(4) == 0) decoder.Decode(steps[next].Describe());
                    else steps.RemoveAt(next);
                }

                var (flow, interval) = exports.Flow();
                decoder.Decode(flow);
                expected.Add(interval);
            }

            Assert.Equal(expected, decoder.Collected.FlowStarts.Select(start => start.SamplingInterval));
            Assert.Equal(0, decoder.Counters.Noted(Irregularity.OptionsContested));
            decoder.AssertEverythingIsAccountedFor();
        }
    }
}
