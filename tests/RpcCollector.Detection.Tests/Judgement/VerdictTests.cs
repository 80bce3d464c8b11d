using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

public sealed class VerdictTests
{
    private const int Learned = 15;

    private static readonly string Client = Court.ClientAt(3);
    private static readonly string Server = Court.ClientAt(4);

    [Fact]
    public void What_was_reported_is_not_learned()
    {
        var court = Reported();
        court.Take(Court.Rpc((24 * (Learned + 1)) + 18, Client, Server)).Complete();

        Assert.False(IsLearned(court));
        Assert.Equal(2, court.Find(FindingKind.PeerToPeerRpc, Client, Server)?.Count);
    }

    [Fact]
    public void What_a_person_called_benign_is_learned_and_counted_no_more()
    {
        var court = Reported();
        court.Judge.Apply(Of(VerdictMeaning.Benign));
        Assert.True(IsLearned(court));

        court.Take(Court.Rpc((24 * (Learned + 1)) + 18, Client, Server)).Complete();

        Assert.Equal(1, court.Find(FindingKind.PeerToPeerRpc, Client, Server)?.Count);
    }

    [Fact]
    public void What_a_person_called_malicious_is_not_learned_however_low_it_is_while_that_holds()
    {
        var court = Reported();
        court.Judge.Apply(
            Of(VerdictMeaning.Benign) with { Meaning = VerdictMeaning.Malicious, ExpiresUnixMilliseconds = Court.At(24 * (Learned + 5)) });
        for (var day = Learned + 1; day < Learned + 8; day++)
        {
            court.SimulateDay(day).Take(Court.Rpc((24 * day) + 18, Client, Server));
            Assert.False(IsLearned(court));
        }
    }

    private static Court Reported() =>
        FirstContactTests.Lived(Learned).Take(Court.Rpc((24 * Learned) + 10, Client, Server)).SimulateDay(Learned + 1);

    private static Verdict Of(VerdictMeaning meaning) =>
        new(FindingKind.PeerToPeerRpc, HostAddress.Parse(Client), HostAddress.Parse(Server), meaning, "alex", "help desk",
            Court.At(24 * (Learned + 1)), null);

    private static bool IsLearned(Court court) =>
        court.Judge.Edges(HostAddress.Parse(Client))
            .Single(edge => edge.Server == HostAddress.Parse(Server) && edge.Service == EdgeService.Rpc).IsLearned;
}
