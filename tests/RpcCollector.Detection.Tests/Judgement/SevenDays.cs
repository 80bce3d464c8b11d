namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>
/// Seven days of a small network in which servers come back to clients, files are written and mappers are asked without pause, often at the
/// ends of hours; chosen by a seed.
/// </summary>
internal static class SevenDays
{
    private const int NumDays = 7;
    private const int NumClients = 9;
    private const double Second = 1 / 3600.0;

    public static JudgementOptions Options => new()
    {
        LearningPeriod = TimeSpan.FromDays(3),
        ServerClients = 4,
        MaxOpenFactsPerEdge = 1_024,
    };

    /// <summary>In the order of their starts.</summary>
    public static List<Step> Steps(int seed)
    {
        var random = new Random(seed);
        var steps = new List<Step>();
        var ids = new HashSet<long>();
        for (var day = 0; day < NumDays; day++)
        {
            for (var hour = 8; hour < 12; hour++)
                for (var i = 0; i < NumClients; i++) Live((24 * day) + hour + random.NextDouble(), Court.ClientAt(i));
            for (var i = 0; i < 10; i++) Intrude((24 * day) + At());
        }

        steps.Sort((left, right) => left.Start.CompareTo(right.Start));
        return steps;

        // Half of them at the end of an hour.
        double At() => 8 + (random.Next(2) == 0 ? random.NextDouble() * 4 : random.Next(1, 5) - (random.NextDouble() * 3 * Second));

        void Live(double at, string client)
        {
            Add(Court.Contact(at, client, Court.Controller, 88));
            Add(Court.Contact(at + 0.0001, client, Court.Controller, 389));
            Add(Court.Rpc(at + 0.0002, client, Court.Controller, JoinBasis.Extended));
            if (random.Next(3) > 0) Add(Upload(at + 0.0003, client, Court.FileServer));
        }

        void Intrude(double at)
        {
            var (host, other) = (Court.ClientAt(random.Next(NumClients)), Court.ClientAt(random.Next(NumClients)));
            var server = random.Next(3) == 0 ? other : random.Next(2) == 0 ? Court.Controller : Court.FileServer;
            switch (random.Next(5))
            {
                case 0:
                    Add(Court.Contact(at, host, server, 445));
                    Add(Court.Contact(at + (random.NextDouble() * 6 * Second), server, host, 445, isAnswered: random.Next(3) > 0));
                    break;
                case 1:
                    Add(Court.Rpc(at, host, server));
                    Add(Court.Rpc(
                        at + (random.NextDouble() * 3 * Second), server, host, random.Next(3) == 0 ? JoinBasis.MapperOnly : JoinBasis.Car));
                    break;
                case 2:
                    Add(Upload(at, host, server));
                    if (random.Next(2) == 0) Add(Court.Rpc(at + (random.NextDouble() * 80 * Second), host, server));
                    break;
                case 3:
                    Add(Court.Contact(at - (random.NextDouble() * 0.5), server, host, 445));
                    break;
                default:
                    var number = 12 + random.Next(14);
                    for (var i = 0; i < number; i++) Add(Court.Rpc(at + (i * 0.5 * Second), host, Court.Controller, JoinBasis.MapperOnly));
                    break;
            }
        }

        AdministrationContact Upload(double at, string client, string server) => Court.Contact(at, client, server, 445) with
        {
            Traffic = Court.Answered with
            {
                ClientOctets = (uint)random.Next(20_000, 120_000),
                ServerOctets = (uint)random.Next(2_000, 12_000),
            },
        };

        void Add<T>(T change)
        {
            Step step = change is RpcActivity activity
                ? new(ActivityChangeKind.Added, activity, null)
                : new(ActivityChangeKind.Added, null, (AdministrationContact)(object)change!);
            if (ids.Add(step.Activity?.Id ?? step.Contact!.Value.Id)) steps.Add(step);
        }
    }
}
