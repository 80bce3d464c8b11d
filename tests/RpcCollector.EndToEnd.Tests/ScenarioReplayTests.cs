namespace RpcCollector.EndToEnd.Tests;

public sealed class ScenarioReplayTests
{
    /// <summary>Exports whose clock is too coarse for the strict bounds of the pseudocode, though the packets satisfy it.</summary>
    private static readonly HashSet<(string Scenario, string Export)> BeyondTheExportersClock = [];

    public static IEnumerable<TheoryDataRow<string, string>> CarScenarios() =>
        Rows((scenario, export) => scenario.CarPairs > 0 && !BeyondTheExportersClock.Contains((scenario.Name, export)));

    public static IEnumerable<TheoryDataRow<string, string>> CoarseExports() => Rows((scenario, export) => BeyondTheExportersClock.Contains((scenario.Name, export)));

    public static IEnumerable<TheoryDataRow<string, string>> SlowScenarios() => Rows((scenario, _) => scenario.BestDeltaSeconds > 2);

    public static IEnumerable<TheoryDataRow<string, string>> UnjoinableScenarios() => Rows((scenario, _) => scenario.MapperFlows == 0 || scenario.DynamicFlows == 0);

    public static IEnumerable<TheoryDataRow<string, string>> AllScenarios() => Rows((_, _) => true);

    [Theory]
    [MemberData(nameof(CarScenarios))]
    public async Task Attack_whose_packets_satisfy_the_analytic_is_car_activity_from_client_to_server(string scenario, string export)
    {
        var (expected, replay) = await ReplayAsync(scenario, export);

        Assert.Contains(replay.Activities, activity => activity.Basis == "car" && (activity.Client, activity.Server) == (expected.Client, expected.Server));
    }

    [Theory]
    [MemberData(nameof(CoarseExports))]
    public async Task Attack_exported_by_a_clock_too_coarse_for_the_analytic_is_extended_activity(string scenario, string export)
    {
        var (expected, replay) = await ReplayAsync(scenario, export);

        Assert.Contains(replay.Activities, activity => activity.Basis == "extended" && (activity.Client, activity.Server) == (expected.Client, expected.Server));
        Assert.DoesNotContain(replay.Activities, activity => activity.Basis == "car");
    }

    [Theory]
    [MemberData(nameof(SlowScenarios))]
    public async Task Attack_whose_endpoint_flow_comes_after_more_than_two_seconds_is_extended_and_not_car_activity(string scenario, string export)
    {
        var (expected, replay) = await ReplayAsync(scenario, export);

        Assert.Contains(replay.Activities, activity => activity.Basis == "extended" && (activity.Client, activity.Server) == (expected.Client, expected.Server));
        Assert.DoesNotContain(replay.Activities, activity => activity.Basis == "car");
    }

    [Theory]
    [MemberData(nameof(UnjoinableScenarios))]
    public async Task Nothing_is_joined_where_there_is_no_mapper_flow_or_no_endpoint_flow(string scenario, string export)
    {
        var (_, replay) = await ReplayAsync(scenario, export);

        Assert.Empty(replay.Joined);
    }

    [Theory]
    [MemberData(nameof(AllScenarios))]
    public async Task Nothing_is_joined_but_the_attackers_flows_with_its_victims(string scenario, string export)
    {
        var (expected, replay) = await ReplayAsync(scenario, export);

        Assert.All(replay.Joined, activity => Assert.Equal((expected.Client, expected.Server), (activity.Client, activity.Server)));
        Assert.InRange(replay.Joined.Count(), 0, expected.DynamicFlows);
    }

    private static async Task<(Scenario Scenario, ReplayOutput Replay)> ReplayAsync(string name, string export)
    {
        Assert.SkipUnless(SharedData.IsPresent, "The shared test data is absent (RPC_COLLECTOR_SHARED).");
        var scenario = Scenario.Named(name);
        return (scenario, await ReplayOutput.OfAsync(scenario.PathOf(export)));
    }

    private static IEnumerable<TheoryDataRow<string, string>> Rows(Func<Scenario, string, bool> condition)
    {
        if (!SharedData.IsPresent) return [new TheoryDataRow<string, string>("absent", "absent") { Skip = "The shared test data is absent (RPC_COLLECTOR_SHARED)." }];
        return
        [
            .. from scenario in Scenario.All
               from export in scenario.Exports()
               where condition(scenario, export)
               select new TheoryDataRow<string, string>(scenario.Name, export),
        ];
    }
}
