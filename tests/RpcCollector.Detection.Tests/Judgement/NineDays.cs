using RpcCollector.Detection.Judgement;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>
/// The ports of <see cref="TenDays"/>, and besides uploads that are started or not, bursts of mapper flows and of calls, and contacts in
/// return, many of them around the end of an hour or of a day; chosen by a seed.
/// </summary>
internal static class NineDays
{
    private const string Server = UnusualEndpointTests.Server;
    private const double Second = 1 / 3600.0;

    /// <summary>In the order of their starts.</summary>
    public static List<Step> Steps(int seed)
    {
        var random = new Random(seed);
        var steps = TenDays.Steps(seed);
        var ids = steps.Select(IdOf).ToHashSet();
        for (var day = 0; day < 9; day++)
        {
            for (var i = random.Next(3); i > 0; i--) Upload(TimeOf(day));
            for (var i = random.Next(3); i > 0; i--) Burst(TimeOf(day));
            if (random.Next(2) == 0) Return(TimeOf(day));
        }

        // A busy pair at midnight, whose bursts are more than those of any day before.
        for (var day = 5; day < 9; day++) Mapper((24 * day) + random.Next(-2, 4) + random.NextDouble(), Court.ClientAt(1), 12 + (8 * day));
        steps.Sort((left, right) => left.Start.CompareTo(right.Start));
        return steps;

        // Near the end of an hour more often than not, by day or around midnight.
        double TimeOf(int day) => (24 * day) + (random.Next(3) == 0 ? random.Next(-2, 3) : 8 + random.Next(6))
            + (random.Next(2) == 0 ? random.NextDouble() : random.Next(-40, 40) * Second);

        void Upload(double at)
        {
            var (client, server) = (Court.ClientAt(random.Next(8)), random.Next(2) == 0 ? Server : Court.ClientAt(random.Next(20)));
            if (client == server) return;
            for (var i = random.Next(1, 3); i > 0; i--, at += random.Next(2) * 40 * 60 * Second)
            {
                var traffic = Court.Answered with { ClientOctets = (uint)random.Next(40_000, 300_000), ServerOctets = 5_000 };
                Add(new(ActivityChangeKind.Added, null, Court.Contact(at, client, server, 445) with { Traffic = traffic }));
                if (random.Next(2) == 0)
                    Add(new(ActivityChangeKind.Added, Court.Rpc(at + (random.Next(-50, 50) * Second), client, server), null));
            }
        }

        void Burst(double at)
        {
            var client = Court.ClientAt(random.Next(3));
            if (random.Next(4) > 0) Mapper(at, client, random.Next(9, 40));
            else
            {
                var calls = Court.Answered with { ClientOctets = 114_000, ServerOctets = 70_000 };
                Add(new(ActivityChangeKind.Added, Court.Rpc(at, client, Court.Controller, endpointPort: 49_690, traffic: calls), null));
            }
        }

        void Mapper(double at, string client, int number)
        {
            for (var i = 0; i < number; i++)
                Add(new(
                    ActivityChangeKind.Added, Court.Rpc(at + (i * 9.8 / number * Second), client, Court.Controller, JoinBasis.MapperOnly),
                    null));
        }

        void Return(double at)
        {
            var (client, server) = (Court.ClientAt(random.Next(8)), random.Next(2) == 0 ? Server : Court.Controller);
            Add(new(ActivityChangeKind.Added, Court.Rpc(at, client, server, endpointPort: 49_690), null));
            var back = at + (random.Next(1, 6) * Second);
            Add(random.Next(3) > 0
                ? new(ActivityChangeKind.Added, null, Court.Contact(back, server, client, 445))
                : new(ActivityChangeKind.Added, Court.Rpc(back, server, client), null));
        }

        void Add(Step step)
        {
            if (step.Start > Court.At(0) && ids.Add(IdOf(step))) steps.Add(step);
        }
    }

    public static JudgementOptions Options(int lateness) => new()
    {
        LearningPeriod = TimeSpan.FromDays(4),
        ServerClients = 4,
        Lateness = TimeSpan.FromHours(lateness),
    };

    /// <summary>In an order in which each step arrives up to nearly the lateness bound after its start.</summary>
    public static List<Step> Delayed(List<Step> steps, int lateness, int seed)
    {
        var random = new Random(seed);
        return [.. steps.Select(
            step => (step, at: step.Start + random.NextInt64(random.Next(3) == 0 ? (lateness * 3_600_000L) - 10_000 : 60_000)))
            .OrderBy(pair => pair.at).Select(pair => pair.step)];
    }

    /// <summary>The final findings.</summary>
    /// <param name="isReplayed">No time passes but with a step, and where there is none for long.</param>
    public static List<string> Run(List<Step> steps, int lateness, int restartEvery = int.MaxValue, bool isReplayed = false)
    {
        var court = Lived(steps, Options(lateness), restartEvery, isReplayed).Complete();
        return [.. court.Findings.Values.Select(TwoDays.Describe)];
    }

    public static Court Lived(List<Step> steps, JudgementOptions options, int restartEvery = int.MaxValue, bool isReplayed = false)
    {
        var court = new Court(options);
        long arrival = 0;
        for (var i = 0; i < steps.Count; i++)
        {
            var next = Math.Max(arrival, steps[i].Start + 1_000);
            for (arrival = arrival == 0 ? next : arrival; arrival < next - 1_800_000; arrival += 1_800_000)
                court.Judge.AdvanceTo(arrival);
            arrival = next;
            if (i % restartEvery == restartEvery - 1) court.Restart();
            steps[i].Offer(court.Judge, arrival);
            if (!isReplayed) court.Judge.AdvanceTo(arrival);
        }

        return court;
    }

    private static long IdOf(Step step) => step.Activity?.Id ?? step.Contact!.Value.Id;
}
