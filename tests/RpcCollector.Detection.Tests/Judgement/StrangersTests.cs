using RpcCollector.Detection.Judgement;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>Two that never had to do with each other: a client that is known, and a server that is used by others.</summary>
public sealed class StrangersTests
{
    private const int Learned = 16;
    private const int Clients = 25;
    private const double Morning = (24 * Learned) + 10;
    private const string Server = "10.0.7.7";

    private static readonly string Attacker = Court.ClientAt(3);
    private static readonly FlowTraffic Reading = Court.Answered with { ClientOctets = 6_000, ServerOctets = 14_500 };

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void First_rpc_to_a_server_of_a_few_is_medium_where_the_client_never_had_to_do_with_it(bool metBefore, bool isMedium)
    {
        var court = OfAFew(metBefore);
        court.Take(Court.Rpc(Morning, Attacker, Server, endpointPort: 49_668)).Complete();

        Assert.Equal(isMedium, SeverityOf(court) == FindingSeverity.Medium);
    }

    [Theory]
    [InlineData(2, 14_500, 6_000, true)]
    [InlineData(2, 6_000, 14_500, true)] // What has few clients is nobody's share.
    [InlineData(12, 14_500, 6_000, true)]
    [InlineData(12, 4_500, 3_700, true)]
    [InlineData(12, 6_000, 14_500, false)]
    [InlineData(12, 4_500, 0, false)] // One way only was seen.
    public void First_smb_to_it_is_and_where_some_use_it_if_more_is_sent_than_comes_back(int users, uint sent, uint got, bool isMedium)
    {
        var court = OfAFew(users: users);
        court.Take(Smb(Morning, Attacker, Court.Answered with { ClientOctets = sent, ServerOctets = got })).Complete();

        Assert.Equal(isMedium, SeverityOf(court) == FindingSeverity.Medium);
    }

    [Fact]
    public void Question_to_its_mapper_alone_is_not()
    {
        var court = OfAFew();
        court.Take(Court.Rpc(Morning, Attacker, Server, basis: JoinBasis.MapperOnly)).Complete();

        Assert.NotEqual(FindingSeverity.Medium, SeverityOf(court));
    }

    [Fact]
    public void Nobody_who_does_not_answer_is()
    {
        var court = OfAFew();
        court.Take(Court.Contact(Morning, Attacker, Server, 445, isAnswered: false)).Complete();

        Assert.NotEqual(FindingSeverity.Medium, SeverityOf(court));
    }

    private static FindingSeverity? SeverityOf(Court court) => court.Find(FindingKind.NewRpcClient, Attacker, Server)?.Severity;

    private static AdministrationContact Smb(double hours, string client, FlowTraffic traffic) =>
        Court.Contact(hours, client, Server, 445) with { Traffic = traffic };

    /// <summary>A server that a few use by RPC and SMB, and somebody said that it is one.</summary>
    /// <param name="metBefore">The attacker asked it for a name once.</param>
    private static Court OfAFew(bool metBefore = false, int users = 2)
    {
        // In so small a network little surprises.
        var court = new Court(new JudgementOptions { Roles = [$"{Server}=server"], NoveltyBits = 4 });
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day, Clients);
            for (var i = 0; i < users; i++)
            {
                court.Take(Court.Rpc((24 * day) + 19 + (0.1 * i), Court.ClientAt(10 + i), Server, endpointPort: 49_668));
                court.Take(Smb((24 * day) + 20 + (0.1 * i), Court.ClientAt(10 + i), Reading));
            }

            if (metBefore && day == Learned - 3) court.Take(Court.Contact((24 * day) + 11, Attacker, Server, 389));
        }

        return court;
    }
}
