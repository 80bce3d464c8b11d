namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>The same findings for every arrival order within the lateness bound.</summary>
public sealed class JudgementOrderTests
{
    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_arrival_order_within_the_lateness_bound_gives_the_same_findings(int seed)
    {
        var steps = TwoDays.Steps(seed);
        var inOrder = TwoDays.Run(steps);

        Assert.NotEmpty(inOrder);
        for (var shuffle = 1; shuffle <= 3; shuffle++) Assert.Equal(inOrder, TwoDays.Run(TwoDays.Delayed(steps, (100 * seed) + shuffle)));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Roles_that_are_earned_meanwhile_change_nothing_of_that_and_withdraw_nothing(int seed)
    {
        var steps = EightDays.Steps(seed);
        var (inOrder, roles, withdrawn) = EightDays.Run(steps);

        Assert.NotEmpty(inOrder);
        Assert.NotEmpty(roles);
        Assert.Empty(withdrawn);
        for (var shuffle = 1; shuffle <= 2; shuffle++)
        {
            // What comes late may show that a contact was not the first: that is a better reading of its flows.
            var (findings, changes, _) = EightDays.Run(TwoDays.Delayed(steps, (100 * seed) + shuffle));
            Assert.Equal(inOrder, findings);
            Assert.Equal(roles, changes);
        }

        var (restarted, again, withdrawnAgain) = EightDays.Run(steps, restartEvery: 700);
        Assert.Empty(withdrawnAgain);
        Assert.Equal(inOrder, restarted);
        Assert.Equal(roles, again);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void While_the_network_is_learned_open_hours_say_the_same_for_every_order_once_they_were_reviewed(int seed)
    {
        // 1. A day, and the first of the next day's hours in which much happens.
        var steps = TwoDays.Steps(seed);
        var former = steps.FindAll(step => step.Start < Court.At(24));
        var open = steps.FindAll(step => step.Start >= Court.At(24) && step.Start < steps[^1].Start - 3_600_000);
        var until = open[^1].Start;
        open.RemoveAll(step => step.Start < until - 3_000_000);
        Assert.NotEmpty(open);

        // 2. All of it in order; and in whatever order, with a look at what is there now and then.
        var inOrder = Run(open, every: 1);
        Assert.NotEmpty(inOrder);
        var random = new Random(seed);
        for (var shuffle = 1; shuffle <= 3; shuffle++)
            Assert.Equal(inOrder, Run([.. open.OrderBy(_ => random.Next())], every: 1 + random.Next(5)));

        List<string> Run(List<Step> order, int every)
        {
            var court = new Court();
            foreach (var step in former) step.Offer(court.Judge, step.Start + 1_000);
            court.Judge.AdvanceTo(until);
            for (var i = 0; i < order.Count; i++)
            {
                order[i].Offer(court.Judge, until);
                if (i % every == 0) court.Judge.JudgeChanged();
            }

            court.Judge.AdvanceTo(until + 60_000);
            return [.. court.Findings.Values.Select(TwoDays.Describe)];
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void How_often_is_evaluated_does_not_matter(int seed)
    {
        var steps = TwoDays.Steps(seed);

        Assert.Equal(TwoDays.Run(steps), TwoDays.Run(steps, new JudgementOptions { EvaluateEvery = TimeSpan.FromHours(1) }));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Revised_and_withdrawn_activity_leaves_what_it_would_have_been_at_once(int seed)
    {
        var steps = TwoDays.Steps(seed);
        var detours = new List<Step>();
        var random = new Random(seed);
        foreach (var step in steps)
        {
            var detour = random.Next(4);
            if (detour == 0)
            {
                // Less is known at first: it looks like mapper-only, and has another start.
                detours.Add(step.Earlier(random.Next(1_000)));
                detours.Add(step with { Kind = ActivityChangeKind.Revised });
            }
            else if (detour == 1)
            {
                detours.Add(step);
                detours.Add(step with { Kind = ActivityChangeKind.Withdrawn });
                detours.Add(step);
            }
            else
            {
                detours.Add(step);
            }
        }

        Assert.Equal(TwoDays.Run(steps), TwoDays.Run(detours));
    }
}
