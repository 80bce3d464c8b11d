namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>
/// PrintNightmare, as it was recorded, on a server that its clients, and the attacker, have used every day of a week.
/// </summary>
public sealed class WeekOfHabitsTests
{
    private const int Week = 7;
    private const ushort Lsass = 49_668;

    // The recorded call of the spooler: 1,782 octets for 602 within 0.25 s.
    private const ushort Spooler = 49_677;

    private static readonly string Attacker = Court.ClientAt(3);

    [Theory]
    [InlineData(UnusualEndpointTests.Server, FindingSeverity.Medium)]
    [InlineData(Court.Controller, FindingSeverity.High)]
    public void It_is_found_on_a_server_that_came_a_week_ago_and_on_a_controller(string server, FindingSeverity severity)
    {
        var court = Lived(new Court(), since: 9, days: 9 + Week);

        Assert.Equal(severity, Attack(court, 9 + Week, server));
    }

    [Theory]
    [InlineData(UnusualEndpointTests.Server, FindingSeverity.Medium)]
    [InlineData(Court.Controller, FindingSeverity.High)]
    public void It_is_found_where_the_sensor_has_learned_for_a_week_and_that_is_its_learning_period(string server, FindingSeverity severity)
    {
        var court = Lived(new Court(new JudgementOptions { LearningPeriod = TimeSpan.FromDays(Week) }), since: 0, days: Week);

        Assert.Equal(severity, Attack(court, Week, server));
    }

    [Theory]
    [InlineData(UnusualEndpointTests.Server)]
    [InlineData(Court.Controller)]
    public void While_the_sensor_is_still_learning_it_is_low(string server)
    {
        Assert.Equal(FindingSeverity.Low, Attack(Lived(new Court(), since: 0, days: Week), Week, server));
    }

    [Fact]
    public void On_a_server_whose_clients_print_every_day_the_port_says_nothing()
    {
        var court = Lived(new Court(), since: 9, days: 9 + Week, doPrint: true);

        Assert.Null(Attack(court, 9 + Week, UnusualEndpointTests.Server, doPrint: true));
    }

    private static FindingSeverity? Attack(Court court, int day, string server, bool doPrint = false)
    {
        LiveOn(court, day, 8, 10, hasServer: true, doPrint);
        var call = Court.Rpc(
            (24 * day) + 10.5, Attacker, server, endpointPort: Spooler,
            traffic: Court.Answered with { ClientOctets = 1_782, ServerOctets = 602 });
        var (mapper, endpoint) = (call.Mapper!.Value, call.Endpoint!.Value);
        court.Take(call with
        {
            Mapper = mapper with { EndUnixMilliseconds = mapper.StartUnixMilliseconds + 260 },
            Endpoint = endpoint with { EndUnixMilliseconds = endpoint.StartUnixMilliseconds + 250 },
        });
        LiveOn(court, day, 11, 15, hasServer: true, doPrint).Complete();
        return court.Find(FindingKind.UnusualEndpoint, Attacker, server)?.Severity;
    }

    private static Court Lived(Court court, int since, int days, bool doPrint = false)
    {
        for (var day = 0; day < days; day++) LiveOn(court, day, 8, 16, hasServer: day >= since, doPrint);
        return court;
    }

    private static Court LiveOn(Court court, int day, int from, int until, bool hasServer, bool doPrint)
    {
        for (var hour = (24 * day) + from; hour < (24 * day) + until; hour++)
        {
            for (var i = 0; i < 12; i++)
            {
                var at = hour + (i / 60.0);
                court.Take(Court.Contact(at, Court.ClientAt(i), Court.Controller, 88));
                court.Take(Court.Contact(at + 0.001, Court.ClientAt(i), Court.Controller, 389));
                court.Take(Court.Rpc(at + 0.002, Court.ClientAt(i), Court.Controller, endpointPort: Lsass));
                if (!hasServer) continue;
                court.Take(Court.Rpc(at + 0.003, Court.ClientAt(i), UnusualEndpointTests.Server, endpointPort: Lsass));
                if (doPrint) court.Take(Court.Rpc(at + 0.004, Court.ClientAt(i), UnusualEndpointTests.Server, endpointPort: Spooler));
            }
        }

        return court;
    }
}
