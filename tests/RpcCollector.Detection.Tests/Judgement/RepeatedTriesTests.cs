using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>What an exploit does that is tried hundreds of times is high in the first hour, and what resembles it is not.</summary>
public sealed class RepeatedTriesTests
{
    private const double Noon = 12;
    private const string Target = "10.0.9.1";
    private const int Bound = 15;

    private static readonly string Intruder = Court.ClientAt(3);
    private static readonly FlowTraffic Try = Court.Answered with { ClientOctets = 744, ServerOctets = 396 };
    private static readonly FlowTraffic Hundreds = Court.Answered with { ClientOctets = 90_000, ServerOctets = 56_000 };

    [Theory]
    [InlineData(Bound, null)]
    [InlineData(Bound + 1, FindingSeverity.High)]
    [InlineData(40, FindingSeverity.High)]
    public void One_call_again_and_again_each_with_its_own_question_to_the_mapper_is_high(int number, FindingSeverity? severity)
    {
        var court = Take(new Court(), Tries(number));

        Assert.Equal(severity, SeverityOf(court));
    }

    [Fact]
    public void Calls_of_all_sizes_to_several_endpoints_or_to_none_are_a_busy_program()
    {
        var ofAllSizes = Tries(24, (call, i) => call with { Traffic = Try with { ServerOctets = (uint)(300 * Math.Pow(1.15, i)) } });
        var toSeveral =
            Tries(24, (call, i) => call with { Endpoint = call.Endpoint!.Value with { ServerPort = (ushort)(49_700 + (i % 3)) } });
        var toNone = Tries(24, (call, _) => call with { Basis = JoinBasis.MapperOnly, Endpoint = null });
        var sampled = Tries(24, (call, _) => call with { SamplingInterval = 100 });

        Assert.All(
            (IEnumerable<RpcActivity>[])[ofAllSizes, toSeveral, toNone, sampled],
            calls => Assert.Equal(FindingSeverity.Medium, SeverityOf(Take(new Court(), calls))));
    }

    [Fact]
    public void Pair_that_had_met_in_an_earlier_hour_is_busy_by_nature()
    {
        var court = new Court().Take(Court.Rpc(Noon - 2, Intruder, Target));

        Assert.Equal(FindingSeverity.Medium, SeverityOf(Take(court, Tries(24))));
    }

    [Fact]
    public void Client_that_many_come_to_is_a_server_that_asks()
    {
        var court = new Court();
        for (var i = 0; i < 30; i++) court.Take(Court.Contact(Noon - 0.5 + (i / 100.0), $"10.0.7.{i}", Intruder, 445));

        Assert.Equal(FindingSeverity.Medium, SeverityOf(Take(court, Tries(24))));
    }

    [Theory]
    [InlineData("10.0.9.1=server", FindingSeverity.Medium)]
    [InlineData("10.0.1.13=management-server", FindingSeverity.Low)]
    [InlineData("10.0.1.13=server", FindingSeverity.Medium)]
    public void Roles_that_were_told_soften_it(string told, FindingSeverity severity)
    {
        var court = new Court(new JudgementOptions { Roles = [told] });

        Assert.Equal(severity, SeverityOf(Take(court, Tries(24))));
    }

    [Fact]
    public void Neither_the_order_of_arrival_nor_a_restart_in_the_middle_changes_anything()
    {
        foreach (var seed in Enumerable.Range(1, 6))
        {
            var calls = Tries(24).ToArray();
            new Random(seed).Shuffle(calls);
            var court = Take(new Court(), calls[..12]);
            court.AdvanceTo(Noon + 0.2);
            if (seed % 2 == 0) court.Restart();

            Assert.Equal(FindingSeverity.High, SeverityOf(Take(court, calls[12..])));
        }
    }

    [Fact]
    public void Hundreds_of_calls_over_one_connection_that_was_opened_for_them_are_high_where_the_server_is_hardly_used()
    {
        Assert.Equal(FindingSeverity.High, SeverityOf(Take(new Court(), [OneConnection()])));
    }

    [Theory]
    [InlineData(88, FindingSeverity.High)]
    [InlineData(445, null)]
    public void Of_what_many_use_they_are_told_where_those_ask_for_tickets_and_not_of_an_applications_server(
        ushort port, FindingSeverity? severity)
    {
        var court = new Court();
        for (var i = 0; i < 30; i++) court.Take(Court.Contact(Noon - 0.5 + (i / 100.0), $"10.0.7.{i}", Target, port));

        Assert.Equal(severity, SeverityOf(Take(court, [OneConnection()])));
    }

    [Fact]
    public void Program_that_keeps_its_connection_that_reads_or_writes_or_that_was_there_before_is_none()
    {
        Assert.Null(
            SeverityOf(Take(new Court(), [OneConnection(seconds: 40, Hundreds with { ClientOctets = 900_000, ServerOctets = 600_000 })])));
        Assert.Null(SeverityOf(Take(new Court(), [OneConnection(traffic: Hundreds with { ServerOctets = 9_000 })])));
        Assert.Null(SeverityOf(Take(new Court(), [OneConnection(traffic: Hundreds with { ServerOctets = 560_000 })])));
        Assert.Null(SeverityOf(Take(new Court(), [OneConnection() with { Basis = JoinBasis.KnownEndpoint, Mapper = null }])));
        Assert.Null(SeverityOf(Take(new Court().Take(Court.Rpc(Noon - 2, Intruder, Target)), [OneConnection()])));
    }

    [Fact]
    public void Servers_that_exchange_as_much_both_ways_replicate_and_as_that_can_be_forged_they_are_medium()
    {
        Assert.Equal(
            FindingSeverity.Medium, SeverityOf(Take(new Court().Take(Court.Rpc(Noon + 0.1, Target, Intruder)), [OneConnection()])));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(30)]
    public void Clients_that_are_forged_for_the_intruder_make_it_no_less_than_medium(int clients)
    {
        var court = new Court();
        for (var i = 0; i < clients; i++) court.Take(Court.Contact(Noon - 0.5 + (i / 100.0), $"10.0.7.{i}", Intruder, 445));

        Assert.True(SeverityOf(Take(court, [OneConnection()]))?.IsAtLeast(FindingSeverity.Medium));
    }

    private static RpcActivity OneConnection(double seconds = 1.5, FlowTraffic? traffic = null)
    {
        var calls = Court.Rpc(Noon, Intruder, Target, traffic: traffic ?? Hundreds);
        var endpoint = calls.Endpoint!.Value;
        return calls with
        {
            Endpoint = endpoint with { EndUnixMilliseconds = endpoint.StartUnixMilliseconds + (long)(seconds * 1_000) },
        };
    }

    private static IEnumerable<RpcActivity> Tries(int number, Func<RpcActivity, int, RpcActivity>? but = null) =>
        Enumerable.Range(0, number).Select(i =>
        {
            var call = Court.Rpc(Noon + (i * 9.0 / number / 3_600), Intruder, Target, traffic: Try, id: 1_000_000 + i);
            return but?.Invoke(call, i) ?? call;
        });

    private static Court Take(Court court, IEnumerable<RpcActivity> calls)
    {
        foreach (var call in calls) court.Take(call);
        return court;
    }

    private static FindingSeverity? SeverityOf(Court court) => court.Complete().Find(FindingKind.MapperBurst, Intruder, Target)?.Severity;
}
