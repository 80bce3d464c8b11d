using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>More mapper flows, or calls, of a pair than Windows makes, by what the pair did before.</summary>
public sealed class MapperBurstTests
{
    // The controller has earned its role by then.
    private const int Known = 5;
    private const int Learned = 16;
    private const double Morning = (24 * Learned) + 10.5;

    private static readonly string Intruder = Court.ClientAt(3);

    [Theory]
    [InlineData(15, 9.9, false)]
    [InlineData(16, 9.9, true)]
    [InlineData(16, 16, false)]
    [InlineData(60, 59.9, false)]
    [InlineData(61, 59.9, true)] // Spread thin.
    public void Sixteen_mapper_flows_within_ten_seconds_are_a_burst_and_so_are_sixty_one_within_a_minute(
        int number, double seconds, bool isFound)
    {
        var court = Burst(FirstContactTests.Lived(Learned), Morning, Intruder, number, seconds);

        Assert.Equal(
            isFound ? FindingSeverity.High : null,
            court.Complete().Find(FindingKind.MapperBurst, Intruder, Court.Controller)?.Severity);
    }

    [Theory]
    [InlineData(0, 31, false)]
    [InlineData(0, 32, true)]
    [InlineData(10, 11, false)]
    [InlineData(10, 12, true)]
    public void Of_calls_without_a_mapper_flow_two_count_as_one(int withMapper, int without, bool isFound)
    {
        // An exporter that saw one way only, or a tool that asks the mapper once.
        var court = Burst(FirstContactTests.Lived(Learned), Morning, Intruder, withMapper, 9);
        for (var i = 0; i < without; i++)
        {
            court.Take(Court.Rpc(
                Morning + (i * 9.0 / without / 3600), Intruder, Court.Controller, JoinBasis.KnownEndpoint, id: Id(Morning + 100, i)));
        }

        var finding = court.Complete().Find(FindingKind.MapperBurst, Intruder, Court.Controller);
        Assert.Equal(isFound ? FindingSeverity.High : null, finding?.Severity);
        if (isFound) Assert.Contains("16 calls within 10 s", finding!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(31, true)]
    public void Connections_that_rest_on_one_mapper_flow_count_as_those_without_one(int connections, bool isFound)
    {
        var court = FirstContactTests.Lived(Learned);
        var mapper = Court.Rpc(Morning, Intruder, Court.Controller, JoinBasis.MapperOnly).Mapper;
        for (var i = 0; i < connections; i++)
        {
            var call = Court.Rpc(
                Morning + (i * 9.0 / connections / 3600), Intruder, Court.Controller, JoinBasis.Extended, id: Id(Morning + 100, i));
            court.Take(call with { Mapper = mapper });
        }

        var finding = court.Complete().Find(FindingKind.MapperBurst, Intruder, Court.Controller);
        Assert.Equal(isFound ? FindingSeverity.High : null, finding?.Severity);
    }

    [Fact]
    public void Busy_pair_is_measured_by_twice_what_it_did_on_earlier_days()
    {
        foreach (var (number, isFound) in ((int, bool)[])[(34, false), (35, true)])
        {
            var court = Exchange(numDays: Learned);
            Burst(court, Morning, Intruder, number, 9.9);

            var finding = court.Complete().Find(FindingKind.MapperBurst, Intruder, Court.Controller);
            Assert.Equal(isFound, finding!.LastSeenUnixMilliseconds >= Court.At(Morning));
            Assert.Equal(isFound ? FindingSeverity.High : FindingSeverity.Medium, finding.Severity);
        }
    }

    [Fact]
    public void Busy_pair_is_medium_on_its_first_day_and_silent_from_the_second_on()
    {
        var finding = Exchange(numDays: 3).Complete().Find(FindingKind.MapperBurst, Intruder, Court.Controller);

        Assert.Equal(FindingSeverity.Medium, finding?.Severity);
        Assert.InRange(finding!.LastSeenUnixMilliseconds, Court.At(8), Court.At(24));
    }

    [Fact]
    public void What_was_reported_after_the_learning_period_raises_no_bound()
    {
        var court = FirstContactTests.Lived(Learned);
        Burst(court, Morning, Intruder, 30, 9.9);
        Burst(court, Morning + 24, Intruder, 30, 9.9);

        Assert.InRange(
            court.Complete().Find(FindingKind.MapperBurst, Intruder, Court.Controller)!.LastSeenUnixMilliseconds,
            Court.At(Morning + 24), Court.At(Morning + 25));
    }

    [Theory]
    [InlineData(21, FindingSeverity.High)]
    [InlineData(422, FindingSeverity.High)]
    public void Told_workstation_that_tries_an_exploit_on_a_told_controller_is_high_in_the_first_hour(int number, FindingSeverity severity)
    {
        var court = new Court(new JudgementOptions { Roles = [$"{Court.Controller}=domain-controller", $"{Intruder}=workstation"] });
        Burst(court, 10, Intruder, number, 7);

        Assert.Equal(severity, court.Complete().Find(FindingKind.MapperBurst, Intruder, Court.Controller)?.Severity);
    }

    [Fact]
    public void Burst_hides_in_no_hour_of_which_more_was_seen_than_is_held()
    {
        var court = FirstContactTests.Lived(Learned, new JudgementOptions { MaxOpenFactsPerEdge = 64 });
        for (var i = 0; i < 300; i++) court.Take(Court.Rpc(Morning + (i * 5.0 / 3600), Intruder, Court.Controller, JoinBasis.MapperOnly));
        Assert.Null(court.AdvanceTo(Morning + 0.45).Find(FindingKind.MapperBurst, Intruder, Court.Controller));

        court.Restart();
        Burst(court, Morning + 0.45, Intruder, 40, 9.9);
        var finding = court.Complete().Find(FindingKind.MapperBurst, Intruder, Court.Controller);
        Assert.Equal((FindingSeverity.High, 340), (finding?.Severity, finding?.Count));
    }

    [Fact]
    public void Withdrawn_mapper_flows_beyond_what_is_held_are_counted_no_longer()
    {
        var court = FirstContactTests.Lived(Learned, new JudgementOptions { MaxOpenFactsPerEdge = 64 });
        for (var i = 0; i < 70; i++) court.Take(Court.Rpc(Morning + (i * 5.0 / 3600), Intruder, Court.Controller, JoinBasis.MapperOnly));
        var burst = Enumerable.Range(0, 40)
            .Select(i => Court.Rpc(Morning + 0.2 + (i * 0.2 / 3600), Intruder, Court.Controller, JoinBasis.MapperOnly)).ToList();
        foreach (var one in burst) court.Take(one);
        Assert.NotNull(court.AdvanceTo(Morning + 0.21).Find(FindingKind.MapperBurst, Intruder, Court.Controller));

        foreach (var one in burst) court.Take(one, ActivityChangeKind.Withdrawn);
        Assert.Null(court.AdvanceTo(Morning + 0.22).Complete().Find(FindingKind.MapperBurst, Intruder, Court.Controller));
    }

    [Fact]
    public void Burst_of_which_only_the_number_is_known_goes_with_its_flows_to_the_machine_that_a_lease_names()
    {
        var court = FirstContactTests.Lived(Learned, new JudgementOptions { MaxOpenFactsPerEdge = 64 });
        var former = court.Judge.Host(HostAddress.Parse(Intruder));
        court.Take(LeaseTests.LeaseOf(Intruder, AddressLease.MachineOf("laptop"u8), Morning - 2));
        for (var i = 0; i < 100; i++) court.Take(Court.Rpc(Morning + (i * 5.0 / 3600), Intruder, Court.Controller, JoinBasis.MapperOnly));
        Burst(court, Morning + 0.2, Intruder, 40, 9.9);
        court.AdvanceTo(Morning + 0.21);

        // Another machine has had the address since before the burst, as is known only now.
        court.Take(LeaseTests.LeaseOf(Intruder, AddressLease.MachineOf("other"u8), Morning - 0.1)).Complete();

        var finding = Assert.Single(court.Findings.Values, finding => finding.Kind == FindingKind.MapperBurst);
        Assert.NotNull(former);
        Assert.True(finding.ClientPeriod > 0);
        Assert.Equal(140, finding.Count);
    }

    [Theory]
    [InlineData(24.5, 25.5)]
    [InlineData(24.5, 26.5)]
    [InlineData(25.5, 26.5)]
    public void Burst_after_midnight_is_measured_alike_in_the_open_hour_and_when_that_closes_however_late_that_is(double seen, double burst)
    {
        // What was learned on the day that has just ended counts in no hour that was open beside its last ones.
        var runs = new List<List<string>>();
        foreach (var every in (double[])[0.01, 1_000])
        {
            var court = new Court(new JudgementOptions { Lateness = TimeSpan.FromHours(3), EvaluateEvery = TimeSpan.FromHours(every) });
            for (var day = 0; day < Learned; day++) court.SimulateDay(day, atHour: at => Burst(court, at, Intruder, 17, 9.9));
            court.SimulateDay(Learned, atHour: at => Burst(court, at, Intruder, 30, 9.9));
            court.Take(Court.Rpc((24 * Learned) + seen, Intruder, Court.Controller, JoinBasis.MapperOnly));
            Burst(court, (24 * Learned) + burst, Intruder, 40, 9.9).AdvanceTo((24 * Learned) + burst + 0.2);
            court.Complete();
            runs.Add([.. court.Findings.Values.Where(finding => finding.Kind == FindingKind.MapperBurst)
                .Select(finding => $"{TwoDays.Describe(finding)} {finding.Notes.Count}")]);
            Assert.InRange(
                court.Find(FindingKind.MapperBurst, Intruder, Court.Controller)!.LastSeenUnixMilliseconds,
                Court.At((24 * Learned) + burst), Court.At((24 * Learned) + burst + 0.1));
        }

        Assert.Equal(runs[0], runs[1]);
    }

    [Theory]
    [InlineData(114_000, 70_000, 1_100, FindingSeverity.High)]
    [InlineData(114_000, 70_000, 60_000, null)]
    [InlineData(114_000, 20_000, 1_100, null)]
    [InlineData(114_000, 160_000, 1_100, null)]
    [InlineData(40_000, 25_000, 1_100, FindingSeverity.Medium)] // Fewer, and faster.
    [InlineData(40_000, 25_000, 4_000, null)]
    [InlineData(15_000, 9_200, 150, FindingSeverity.Medium)]
    [InlineData(14_999, 9_200, 1_000, null)]
    [InlineData(102_000, 92_000, 1_750, FindingSeverity.Medium)] // So fast, answers may be as large as what is asked.
    [InlineData(20_000, 18_000, 1_100, null)]
    [InlineData(8_000, 10_100, 150, null)]
    [InlineData(7_500, 4_700, 150, FindingSeverity.Medium)] // Fewer still, at half the pace of the recorded one.
    [InlineData(7_499, 4_700, 150, null)]
    [InlineData(7_500, 4_700, 151, null)]
    public void Hundreds_of_small_calls_to_a_controller_over_one_connection_are_a_burst(
        uint sent, uint got, int milliseconds, FindingSeverity? severity)
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Calls(Morning, sent, got, milliseconds)).Complete();

        Assert.Equal(severity, court.Find(FindingKind.MapperBurst, Intruder, Court.Controller)?.Severity);
    }

    [Fact]
    public void Few_fast_calls_are_nothing_by_another_port_than_that_of_the_directory_nor_while_ports_are_learned()
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Calls(Morning, 40_000, 25_000, 400, port: 49_900)).Complete();
        Assert.Null(court.Find(FindingKind.MapperBurst, Intruder, Court.Controller));

        court = FirstContactTests.Lived(5);
        court.Take(Calls((24 * 5) + 10.5, 40_000, 25_000, 400)).Complete();
        Assert.Null(court.Find(FindingKind.MapperBurst, Intruder, Court.Controller));
    }

    [Theory]
    [InlineData(39_000, false)]
    [InlineData(49_000, true)]
    public void Few_fast_calls_of_a_pair_are_measured_by_twice_what_it_did_on_earlier_days(uint sent, bool isFound)
    {
        // Some eighty calls a day while the network is learned.
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day);
            if (day < 10) court.Take(Calls((24 * day) + 18, 20_000, 12_000, 400));
        }

        court.Take(Calls(Morning, sent, sent * 10 / 16, 400)).Complete();
        Assert.Equal(isFound, court.Find(FindingKind.MapperBurst, Intruder, Court.Controller) is not null);
    }

    [Theory]
    [InlineData(1, 20_000, true)]
    [InlineData(2, 20_000, true)]
    [InlineData(3, 20_000, false)]
    [InlineData(2, 114_000, true)]
    [InlineData(3, 114_000, false)]
    public void Calls_over_one_connection_are_a_pairs_measure_once_it_made_as_many_on_three_days(int days, uint sent, bool isFound)
    {
        // With a restart after the second.
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day);
            if (day >= Known && day < Known + days) court.Take(Calls((24 * day) + 18, sent, sent * 10 / 16, (int)(sent / 100)));
            if (day == Known + 1) court.AdvanceTo((24 * day) + 23).Restart();
        }

        court.Take(Calls(Morning, sent, sent * 10 / 16, (int)(sent / 100))).Complete();
        var finding = court.Find(FindingKind.MapperBurst, Intruder, Court.Controller);
        Assert.Equal(isFound, finding?.LastSeenUnixMilliseconds >= Court.At(Morning));
    }

    [Fact]
    public void Lower_days_of_three_are_the_measure()
    {
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day);
            var sent = day == Known ? 8_000u : 20_000;
            if (day is >= Known and < Known + 3) court.Take(Calls((24 * day) + 18, sent, sent * 10 / 16, 100));
        }

        court.Take(Calls(Morning, 30_000, 19_000, 300)).Complete();
        Assert.NotNull(court.Find(FindingKind.MapperBurst, Intruder, Court.Controller));
    }

    [Fact]
    public void Few_fast_calls_that_a_person_called_benign_are_a_measure_from_their_next_day_on()
    {
        var court = FirstContactTests.Lived(Learned);
        for (var day = 0; day < 4; day++)
        {
            court.Take(Calls(Morning + (24 * day), 20_000, 12_000, 400)).SimulateDay(Learned + day + 1);
            court.AdvanceTo(Morning + (24 * day) + 23);
            var told = court.Find(FindingKind.MapperBurst, Intruder, Court.Controller)!;
            if (day == 0)
                court.Judge.Apply(new Verdict(
                    told.Kind, told.Client, told.Server, VerdictMeaning.Benign, "Ada", "her scripts", Court.At(Morning + 23), null));
        }

        Assert.Equal(2, court.Complete().Find(FindingKind.MapperBurst, Intruder, Court.Controller)?.Count);
    }

    [Fact]
    public void Few_fast_calls_that_were_reported_are_no_measure_of_the_next()
    {
        var court = FirstContactTests.Lived(Learned);
        for (var day = 0; day < 4; day++)
        {
            court.Take(Calls(Morning + (24 * day), 20_000, 12_000, 400)).SimulateDay(Learned + day + 1);
            court.AdvanceTo(Morning + (24 * day) + 23);
        }

        var finding = court.Complete().Find(FindingKind.MapperBurst, Intruder, Court.Controller);
        Assert.Equal((FindingSeverity.Medium, 4), (finding?.Severity, finding?.Count));
    }

    private static RpcActivity Calls(double at, uint sent, uint got, int milliseconds, ushort port = 49_700)
    {
        var calls = Court.Rpc(
            at, Intruder, Court.Controller, traffic: Court.Answered with { ClientOctets = sent, ServerOctets = got }, endpointPort: port);
        var endpoint = calls.Endpoint!.Value;
        return calls with { Endpoint = endpoint with { EndUnixMilliseconds = endpoint.StartUnixMilliseconds + milliseconds } };
    }

    /// <summary>Days on which one client opens 17 mapper flows within 10 s each hour.</summary>
    private static Court Exchange(int numDays)
    {
        var court = new Court();
        for (var day = 0; day < numDays; day++)
            court.SimulateDay(day, atHour: at => Burst(court, at, Intruder, 17, 9.9));
        return court;
    }

    private static Court Burst(Court court, double at, string client, int number, double seconds)
    {
        for (var i = 0; i < number; i++)
            court.Take(Court.Rpc(at + (i * seconds / number / 3600), client, Court.Controller, JoinBasis.MapperOnly, id: Id(at, i)));
        return court;
    }

    // Two that begin in the same millisecond are two.
    private static long Id(double at, int i) => (Court.At(at) * 1_000) + i;
}
