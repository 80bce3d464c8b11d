using RpcCollector.Detection.Judgement;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>Eight days of a small network whose servers earn their roles, with an intruder who poisons them, chosen by a seed.</summary>
internal static class EightDays
{
    private const int NumDays = 8;
    private const int NumClients = 9;
    private const long HalfAnHour = 1_800_000;

    /// <summary>In the order of their starts.</summary>
    public static List<Step> Steps(int seed)
    {
        var random = new Random(seed);
        var steps = new List<Step>();
        var ids = new HashSet<long>();
        for (var day = 0; day < NumDays; day++)
        {
            for (var hour = 8; hour < 12; hour++)
            {
                for (var i = 0; i < NumClients; i++) Live((24 * day) + hour + random.NextDouble(), Court.ClientAt(i));
            }

            for (var i = 0; i < 12; i++) Intrude((24 * day) + 7 + (random.NextDouble() * 6));
        }

        steps.Sort((left, right) => left.Start.CompareTo(right.Start));
        return steps;

        void Live(double at, string client)
        {
            Add(Court.Contact(at, client, Court.Controller, 88));
            Add(Court.Contact(at + 0.0001, client, Court.Controller, 389));
            Add(Court.Rpc(at + 0.0002, client, Court.Controller, JoinBasis.Extended));
            if (random.Next(3) > 0) Add(Court.Contact(at + 0.0003, client, Court.FileServer, 445));
        }

        void Intrude(double at)
        {
            var (host, other) = (Court.ClientAt(random.Next(NumClients)), Court.ClientAt(random.Next(NumClients)));
            switch (random.Next(7))
            {
                case 0:
                    Add(Court.Contact(at, $"10.0.66.{random.Next(8)}", host, 88, isAnswered: random.Next(3) > 0));
                    break;
                case 1:
                    Add(Court.Contact(at, $"10.0.66.{random.Next(8)}", host, 445));
                    break;
                case 2:
                    Add(Court.Rpc(at, Court.Controller, host, random.Next(2) == 0 ? JoinBasis.MapperOnly : JoinBasis.Car));
                    break;
                case 3:
                    Add(Court.Contact(at, Court.FileServer, host, 5985));
                    break;
                case 4:
                    for (var i = 0; i < 8; i++) Add(Court.Contact(at + (i * 0.002), host, $"10.0.9.{random.Next(30)}", 445));
                    break;
                default:
                    Add(Court.Rpc(at, host, other));
                    break;
            }
        }

        void Add<T>(T change)
        {
            Step step = change is RpcActivity activity
                ? new(ActivityChangeKind.Added, activity, null)
                : new(ActivityChangeKind.Added, null, (AdministrationContact)(object)change!);
            if (ids.Add(step.Activity?.Id ?? step.Contact!.Value.Id)) steps.Add(step);
        }
    }

    /// <summary>The final findings, the changes of roles, and what was withdrawn meanwhile.</summary>
    public static (List<string> Findings, List<string> Roles, List<string> Withdrawn) Run(List<Step> steps, int restartEvery = int.MaxValue)
    {
        var court = new Court(new JudgementOptions { LearningPeriod = TimeSpan.FromDays(4), ServerClients = 4 });
        long arrival = 0;
        for (var i = 0; i < steps.Count; i++)
        {
            // Time passes at night too.
            var next = Math.Max(arrival, steps[i].Start + 1_000);
            for (arrival = arrival == 0 ? next : arrival; arrival < next - HalfAnHour; arrival += HalfAnHour)
                court.Judge.AdvanceTo(arrival);
            arrival = next;
            if (i % restartEvery == restartEvery - 1) court.Restart();
            steps[i].Offer(court.Judge, arrival);
            court.Judge.AdvanceTo(arrival);
        }

        court.Complete();
        return (
            [.. court.Findings.Values.Select(TwoDays.Describe)],
            [.. court.Judge.RoleChanges.Select(change => $"{change with { Witnesses = [] }} {string.Join(' ', change.Witnesses)}")],
            [.. court.Withdrawn.Select(finding => $"{finding.Kind} {finding.Severity} {finding.Reason}")]);
    }
}
