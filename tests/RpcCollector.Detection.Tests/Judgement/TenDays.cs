using RpcCollector.Detection.Judgement;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>
/// Ten days of a controller and a server whose services have ports, restart, and are used rarely or often, and are called through pipes,
/// chosen by a seed.
/// </summary>
internal static class TenDays
{
    private const int NumDays = 10;
    private const int NumClients = 8;
    private const string Server = UnusualEndpointTests.Server;
    private const long HalfAnHour = 1_800_000;

    /// <summary>In the order of their starts.</summary>
    public static List<Step> Steps(int seed)
    {
        var (random, calls) = (new Random(seed), new Random(1_000 + seed));
        var steps = new List<Step>();
        var ids = new HashSet<long>();

        // The ports of lsass, of a service that many use, and of others, change when the server restarts.
        var restarts = Enumerable.Range(0, 3).Select(_ => (24 * (3 + random.Next(7))) + 8 + (random.NextDouble() * 6)).Order().ToList();
        for (var day = 0; day < NumDays; day++)
        {
            for (var hour = 8; hour < 14; hour++)
            {
                for (var i = 0; i < NumClients; i++)
                    if (random.Next(3) > 0) Live((24 * day) + hour + random.NextDouble(), Court.ClientAt(i));
            }

            for (var i = random.Next(6); i > 0; i--) Rare((24 * day) + 8 + (random.NextDouble() * 6));
            for (var i = calls.Next(4); i > 0; i--) Call((24 * day) + 8 + (calls.NextDouble() * 6));
        }

        steps.Sort((left, right) => left.Start.CompareTo(right.Start));
        return steps;

        ushort PortAt(double at, int service) => (ushort)(49_700 + (restarts.Count(restart => restart <= at) * 16) + service);

        void Live(double at, string client)
        {
            Add(Court.Contact(at, client, Court.Controller, 88));
            Add(Court.Contact(at + 0.0001, client, Court.Controller, 389));
            Add(Court.Rpc(at + 0.0002, client, Court.Controller, JoinBasis.Extended, endpointPort: 49_690));
            Add(Court.Rpc(at + 0.0003, client, Server, endpointPort: PortAt(at, 0)));
            if (calls.Next(3) == 0) Add(Court.Contact(at + 0.0005, client, Server, 445));
            if (random.Next(4) == 0) Add(Court.Rpc(at + 0.0004, client, Server, JoinBasis.KnownEndpoint, endpointPort: PortAt(at, 1)));
        }

        void Rare(double at)
        {
            var client = Court.ClientAt(random.Next(NumClients));
            var server = random.Next(3) == 0 ? Court.Controller : Server;
            var large = Court.Answered with { ClientOctets = 4_000, ServerOctets = (uint)random.Next(3_000, 30_000) };
            if (random.Next(4) == 0) Add(Court.Rpc(at, client, server, JoinBasis.MapperOnly, traffic: large));
            else Add(Court.Rpc(at, client, server, endpointPort: PortAt(at, random.Next(6)), traffic: large));
        }

        // By a tool's own SMB: by few clients again and again, and by any.
        void Call(double at)
        {
            var client = Court.ClientAt(calls.Next(calls.Next(2) == 0 ? 2 : NumClients));
            var traffic = Court.Answered with { ClientOctets = (uint)calls.Next(4_500, 15_000), ServerOctets = 4_000 };
            Add(Court.Contact(at, client, Server, 445) with { Traffic = traffic });
        }

        void Add<T>(T change)
        {
            Step step = change is RpcActivity activity
                ? new(ActivityChangeKind.Added, activity, null)
                : new(ActivityChangeKind.Added, null, (AdministrationContact)(object)change!);
            if (ids.Add(step.Activity?.Id ?? step.Contact!.Value.Id)) steps.Add(step);
        }
    }

    /// <summary>The final findings, and what was withdrawn meanwhile that was more than low.</summary>
    public static (List<string> Findings, List<string> Withdrawn) Run(
        List<Step> steps, int restartEvery = int.MaxValue, bool isReplayed = false)
    {
        var court = new Court(new JudgementOptions { LearningPeriod = TimeSpan.FromDays(4), ServerClients = 4 });
        long arrival = 0;
        for (var i = 0; i < steps.Count; i++)
        {
            // Time passes at night too, where it is not read from a journal.
            var next = Math.Max(arrival, steps[i].Start + 1_000);
            for (arrival = arrival == 0 ? next : arrival; !isReplayed && arrival < next - HalfAnHour; arrival += HalfAnHour)
                court.Judge.AdvanceTo(arrival);
            arrival = next;
            if (i % restartEvery == restartEvery - 1) court.Restart();
            steps[i].Offer(court.Judge, arrival);
            if (!isReplayed) court.Judge.AdvanceTo(arrival);
        }

        court.Complete();
        return (
            [.. court.Findings.Values.Select(TwoDays.Describe)],
            [.. court.Withdrawn.Where(finding => finding.Severity.IsAtLeast(FindingSeverity.Medium))
                .Select(finding => $"{finding.Kind} {finding.Severity} {finding.Reason}")]);
    }
}
