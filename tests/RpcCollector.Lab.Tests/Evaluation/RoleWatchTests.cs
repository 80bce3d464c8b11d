using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Tests.Evaluation;

public class RoleWatchTests
{
    [Fact]
    public void Controller_of_a_small_office_is_known_for_one_before_the_learning_period_is_over()
    {
        var shape = new EnterpriseShape(Hosts: 10, Days: 15, LearningDays: 14);
        var result = SeedRun.Run(shape, 1, [], campaigns: 0, new JudgementOptions
        {
            EvaluateEvery = TimeSpan.FromMinutes(10),
            ReviewEvery = TimeSpan.FromHours(1),
        });

        var controller = Assert.Single(result.Roles, time => time.Kind == MachineKind.DomainController);
        Assert.Equal(HostRole.DomainController, controller.Role);
        Assert.InRange(controller.Days ?? double.PositiveInfinity, 0, 14);
        Assert.Empty(result.Attacks);
    }

    [Fact]
    public void Server_that_was_never_known_counts_as_the_latest()
    {
        double?[] days = [1, 2, 3, 4, 5, null];
        var times = days.Select(day => new RoleTime(MachineKind.FileServer, HostRole.Server, day)).ToList();

        var delay = RoleDelay.Of(MachineKind.FileServer, HostRole.Server, times);

        Assert.Equal(new RoleDelay(MachineKind.FileServer, HostRole.Server, Count: 6, Median: 3, Ninetieth: null, Never: 1), delay);
    }
}
