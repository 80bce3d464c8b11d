namespace RpcCollector.EndToEnd.Tests;

public sealed class ScenarioReplayTests
{
    /// <summary>The domain controller of the recorded network: its clients do their daily RPC with it in these exports too.</summary>
    private const string Controller = "172.18.38.5";

    private static readonly HashSet<(string Scenario, string Client)> EverydayClients =
        [("find-local-admin", "172.18.39.5"), ("smbexec", "172.18.39.5"), ("smbexec", "172.18.39.6")];

    public static IEnumerable<TheoryDataRow<string, string>> CarScenarios() => Rows((scenario, _) => scenario.CarPairs > 0);

    public static IEnumerable<TheoryDataRow<string, string>> SlowScenarios() => Rows((scenario, _) => scenario.BestDeltaSeconds > 2);

    public static IEnumerable<TheoryDataRow<string, string>> UnjoinableScenarios() =>
        Rows((scenario, _) => scenario.MapperFlows == 0 || scenario.DynamicFlows == 0);

    public static IEnumerable<TheoryDataRow<string, string>> AllScenarios() => Rows((_, _) => true);

    /// <remarks>
    /// NetFlow v9 too, whose header has whole seconds: the boot time estimated over several datagrams is right to the millisecond.
    /// </remarks>
    [Theory]
    [MemberData(nameof(CarScenarios))]
    public async Task Attack_whose_packets_satisfy_the_analytic_is_car_activity_from_client_to_server(string scenario, string export)
    {
        var (attack, replay) = await ReplayAsync(scenario, export);

        Assert.Equal(attack.CarPairs, replay.Activities.Count(activity => activity.Basis == "car" && attack.IsBetween(activity)));
    }

    [Theory]
    [MemberData(nameof(SlowScenarios))]
    public async Task Attack_whose_endpoint_flow_comes_after_more_than_two_seconds_is_extended_and_not_car_activity(
        string scenario, string export)
    {
        var (attack, replay) = await ReplayAsync(scenario, export);

        Assert.Contains(replay.Activities, activity => activity.Basis == "extended" && attack.IsBetween(activity));
        Assert.DoesNotContain(replay.Activities, activity => activity.Basis == "car");
    }

    [Theory]
    [MemberData(nameof(UnjoinableScenarios))]
    public async Task Attack_without_a_mapper_flow_or_without_an_endpoint_flow_is_not_joined(string scenario, string export)
    {
        var (attack, replay) = await ReplayAsync(scenario, export);

        Assert.DoesNotContain(replay.Joined, attack.IsBetween);
        Assert.Equal(
            attack.MapperFlows, replay.Activities.Count(activity => activity.Basis == "mapper-only" && attack.IsBetween(activity)));
    }

    [Theory]
    [MemberData(nameof(AllScenarios))]
    public async Task Nothing_is_joined_but_the_attackers_flows_with_the_victims_and_what_clients_do_every_day(
        string scenario, string export)
    {
        var (attack, replay) = await ReplayAsync(scenario, export);

        Assert.InRange(replay.Joined.Count(attack.IsBetween), 0, attack.DynamicFlows);
        Assert.All(
            replay.Joined.Where(activity => !attack.IsBetween(activity)),
            activity =>
                Assert.True(activity.Server == Controller && EverydayClients.Contains((scenario, activity.Client)), activity.ToString()));
    }

    private static async Task<(Scenario Scenario, ReplayOutput Replay)> ReplayAsync(string name, string export)
    {
        Assert.SkipUnless(SharedData.IsPresent, "The shared test data is absent (RPC_COLLECTOR_SHARED).");
        var scenario = Scenario.Named(name);
        return (scenario, await ReplayOutput.OfAsync(scenario.PathOf(export)));
    }

    private static IEnumerable<TheoryDataRow<string, string>> Rows(Func<Scenario, string, bool> condition)
    {
        if (!SharedData.IsPresent)
            return [new TheoryDataRow<string, string>("absent", "absent")
            {
                Skip = "The shared test data is absent (RPC_COLLECTOR_SHARED).",
            }];
        return
        [
            .. from scenario in Scenario.All
               from export in scenario.Exports()
               where condition(scenario, export)
               select new TheoryDataRow<string, string>(scenario.Name, export),
        ];
    }
}
