using RpcCollector.Detection.Judgement;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>One change offered to the judge: of an activity or of a contact.</summary>
internal sealed record Step(ActivityChangeKind Kind, RpcActivity? Activity, AdministrationContact? Contact)
{
    public long Start => Activity?.StartUnixMilliseconds ?? Contact!.Value.Flow.StartUnixMilliseconds;

    public void Offer(Judge judge, long arrival)
    {
        if (Activity is { } activity) judge.Take(new ActivityChange(Kind, activity), arrival);
        else judge.Take(new ContactChange(Kind, Contact!.Value), arrival);
    }

    /// <summary>The same change as it looked before more was known.</summary>
    public Step Earlier(long milliseconds)
    {
        if (Activity is not { Mapper: { } mapper } activity) return this;
        var earlier = mapper with
        {
            StartUnixMilliseconds = mapper.StartUnixMilliseconds + milliseconds,
            EndUnixMilliseconds = mapper.EndUnixMilliseconds + milliseconds,
        };
        return this with { Activity = activity with { Mapper = earlier, Endpoint = null, Basis = JoinBasis.MapperOnly } };
    }
}

/// <summary>Two days of a small network with odd things in it, chosen by a seed.</summary>
internal static class TwoDays
{
    private const int NumHosts = 24;
    private const long Lateness = 3_600_000;

    /// <summary>In the order of their starts.</summary>
    public static List<Step> Steps(int seed)
    {
        var random = new Random(seed);
        var steps = new List<Step>();
        var ids = new HashSet<long>();
        for (var i = 0; i < 600; i++)
        {
            var hours = (random.Next(2) * 24) + 7 + (random.NextDouble() * 6);
            var client = Court.ClientAt(random.Next(NumHosts));
            var what = random.Next(20);
            var other = Court.ClientAt(random.Next(NumHosts));
            Step step = what switch
            {
                < 4 => Of(Court.Contact(hours, client, Court.Controller, 88)),
                < 7 => Of(Court.Rpc(hours, client, Court.Controller, JoinBasis.Extended)),
                < 12 => Of(Court.Contact(hours, client, Court.FileServer, 445)),
                < 14 => Of(Court.Contact(hours, client, other, 445, isAnswered: random.Next(2) == 0)),
                < 16 => Of(
                    Court.Rpc(
                        hours, client, other, random.Next(3) == 0 ? JoinBasis.MapperOnly : JoinBasis.Car,
                        sampling: random.Next(5) == 0 ? 100u : 1u)),
                < 17 => Of(Court.Contact(hours, client, Court.Controller, 5985)),
                < 18 => Of(Court.Contact(hours, Court.ClientAt(0), $"10.0.2.{random.Next(40)}", 445, isAnswered: random.Next(4) == 0)),
                _ => Of(Court.Rpc(10 + (random.NextDouble() / 80), Court.ClientAt(1), Court.ClientAt(2))),
            };
            if (ids.Add(step.Activity?.Id ?? step.Contact!.Value.Id)) steps.Add(step);
        }

        // The firewall's signature across the end of an hour.
        steps.Add(Of(Court.Rpc(10.9999, Court.ClientAt(5), Court.ClientAt(6), traffic: Court.Unanswered)));
        steps.Add(Of(Court.Contact(10.9999 + (21.02 / 3600), Court.ClientAt(5), Court.ClientAt(6), 445)));
        steps.Sort((left, right) => left.Start.CompareTo(right.Start));
        return steps;
    }

    /// <summary>In an order in which each step arrives up to nearly the lateness bound after its start.</summary>
    public static List<Step> Delayed(List<Step> steps, int seed)
    {
        var random = new Random(seed);
        return [.. steps.Select(
            step => (step, at: step.Start + (random.Next(3) == 0 ? random.NextInt64(Lateness - 10_000) : random.NextInt64(60_000))))
                .OrderBy(pair => pair.at).Select(pair => pair.step)];
    }

    /// <summary>Offers all steps in their order, with arrival times that never go back, and returns the final findings.</summary>
    public static List<string> Run(List<Step> steps, JudgementOptions? options = null, Func<int, Court, Court>? between = null)
    {
        var court = new Court(options);
        long arrival = 0;
        for (var i = 0; i < steps.Count; i++)
        {
            arrival = Math.Max(arrival, steps[i].Start + 1_000);
            if (between is not null) court = between(i, court);
            steps[i].Offer(court.Judge, arrival);
            court.Judge.AdvanceTo(arrival);
        }

        court.Complete();
        return [.. court.Findings.Values.Select(Describe)];
    }

    public static string Describe(Finding finding) =>
        $"{finding.Id} {finding.Kind} {finding.Severity} {finding.Confidence} {finding.Client} {finding.Server} {finding.Count} " +
            $"{finding.FirstSeenUnixMilliseconds} {finding.LastSeenUnixMilliseconds} {finding.Reason} " +
                $"{string.Join('/', finding.Techniques)} " +
            $"{string.Join(' ', finding.Flows.Select(flow => flow.CommunityId))}";

    private static Step Of(RpcActivity activity) => new(ActivityChangeKind.Added, activity, null);

    private static Step Of(AdministrationContact contact) => new(ActivityChangeKind.Added, null, contact);
}
