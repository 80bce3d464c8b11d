using RpcCollector.Lab.Evaluation.Adversary;
using RpcCollector.Lab.Evaluation.Adversary.Staging;
using RpcCollector.Lab.Evaluation.Adversary.Tricks;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Options;

namespace RpcCollector.Lab.Tests.Evaluation;

public class CheapTricksTests
{
    private const int Moves = 10;

    private static readonly EnterpriseShape Shape = new(Hosts: 150, Days: 9, LearningDays: 5);

    // One network for all: it is the same for each.
    private static readonly Lazy<AdversarySeed> Network = new(() =>
        new AdversarySeed(Shape, 3, [], Moves, Options, TrickCatalogue.All.Select(trick => trick.LeadDays)));

    private static readonly Lazy<int> FoundWithoutTrick = new(() => Found(new NoTrick()));

    [Theory]
    [InlineData("syn-from-88")]
    [InlineData("syn-from-88-after")]
    [InlineData("answered-on-88")]
    [InlineData("answered-on-88-after")]
    [InlineData("stated-server")]
    [InlineData("clients-5-1h-known")]
    [InlineData("clients-20-1h-known")]
    [InlineData("clients-5-3d-known")]
    [InlineData("owned-10-3d")]
    [InlineData("victim-clients-20-1h-known")]
    [InlineData("clients-20-1h-known-after")]
    [InlineData("crowd-2-at-victim")]
    [InlineData("crowd-20-at-victim")]
    [InlineData("told-of-three-servers")]
    [InlineData("port-445")]
    [InlineData("port-88-always")]
    [InlineData("own-endpoint")]
    [InlineData("own-endpoint-always-135")]
    public void A_cheap_trick_hides_no_move_between_workstations(string name)
    {
        var trick = TrickCatalogue.All.Single(trick => trick.Name.Equals(name, StringComparison.Ordinal));
        Assert.True(trick.Cost.IsCheap);

        // Where the trick comes after the attack, those whose findings a person has read are counted by themselves.
        var result = Network.Value.Run(trick);
        var moves = result.Attacks.Count(attack => attack.Sort == MoveSort.BetweenWorkstations);
        var found = result.Attacks.Count(attack => attack is { Sort: MoveSort.BetweenWorkstations, IsFound: true });

        Assert.InRange(moves, 5, 8);
        Assert.InRange(found, moves - (8 - FoundWithoutTrick.Value), moves);
        Assert.Equal(result.NumCalledMalicious, result.NumMaliciousKept);
    }

    [Fact]
    public void Every_trick_can_be_played_in_every_move()
    {
        foreach (var trick in TrickCatalogue.All)
        {
            var stage = Network.Value.Play(trick);

            Assert.True(stage.Attacks.Count > 0, $"{trick.Name} attacks nobody");
        }
    }

    private static int Found(ITrick trick) =>
        Network.Value.Run(trick).Attacks.Count(attack => attack is { Sort: MoveSort.BetweenWorkstations, IsFound: true });

    private static CollectorOptions Options()
    {
        var options = new CollectorOptions();
        options.Judgement.LearningPeriod = TimeSpan.FromDays(Shape.LearningDays);
        (options.Judgement.EvaluateEvery, options.Judgement.ReviewEvery) = (TimeSpan.FromMinutes(10), TimeSpan.FromHours(1));
        return options;
    }
}
