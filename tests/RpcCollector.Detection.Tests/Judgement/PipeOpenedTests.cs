using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>A pipe that was opened says which interface was wanted, and nothing of what was done.</summary>
public sealed class PipeOpenedTests
{
    private const double Morning = (24 * 15) + 9;

    private static readonly string Client = Court.ClientAt(3);
    private static readonly string Peer = Court.ClientAt(4);

    [Fact]
    public void Pipe_of_the_service_manager_on_another_workstation_is_medium_and_claims_no_call()
    {
        var court = Lived().Take(Court.Contact(Morning, Client, Peer, 445)).Take(Pipe(Morning, Client, Peer, "svcctl")).Complete();

        var finding = court.Find(FindingKind.PipeOpened, Client, Peer)!;
        Assert.Equal((FindingSeverity.Medium, FindingConfidence.Low, 1), (finding.Severity, finding.Confidence, finding.Count));
        Assert.Equal(["svcctl"], finding.Operations);
        Assert.Contains("opened the named pipe of svcctl", finding.Reason, StringComparison.Ordinal);
        Assert.Contains("no call through it was seen", finding.Reason, StringComparison.Ordinal);
        Assert.Null(court.Find(FindingKind.RemoteService, Client, Peer));
        Assert.NotNull(court.Find(FindingKind.FirstAdministration, Client, Peer));
    }

    [Theory]
    [InlineData("svcctl", true)]
    [InlineData("samr", false)]
    [InlineData("srvsvc", false)]
    public void On_a_server_only_pipes_that_change_it_are_told_and_those_as_low(string pipe, bool isTold)
    {
        var court = Lived().Take(Court.Contact(Morning, Client, Court.FileServer, 445))
            .Take(Pipe(Morning, Client, Court.FileServer, pipe)).Complete();

        Assert.Equal(isTold ? FindingSeverity.Low : null, court.Find(FindingKind.PipeOpened, Client, Court.FileServer)?.Severity);
    }

    [Fact]
    public void Ordinary_pipe_between_workstations_is_low() => Assert.Equal(
        FindingSeverity.Low,
        Lived().Take(Court.Contact(Morning, Client, Peer, 445)).Take(Pipe(Morning, Client, Peer, "samr")).Complete()
            .Find(FindingKind.PipeOpened, Client, Peer)!.Severity);

    [Fact]
    public void While_the_network_is_learned_a_pipe_is_medium_at_most()
    {
        var court = new Court().Take(Court.Contact(1, Client, Peer, 445)).Take(Pipe(1, Client, Peer, "svcctl")).Complete();

        Assert.InRange(court.Find(FindingKind.PipeOpened, Client, Peer)!.Severity, FindingSeverity.Low, FindingSeverity.Medium);
    }

    [Theory]
    [InlineData(HostRole.ManagementServer)]
    [InlineData(HostRole.Scanner)]
    public void Told_manager_or_scanner_opens_pipes_as_its_work(HostRole role)
    {
        var court = new Court(new JudgementOptions { Roles = [$"{Client}={RoleName.Of(role)}"] });
        court.Take(Court.Contact(1, Client, Peer, 445)).Take(Pipe(1, Client, Peer, "svcctl")).Complete();

        Assert.Equal(FindingSeverity.Low, court.Find(FindingKind.PipeOpened, Client, Peer)!.Severity);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void A_call_through_it_says_more_in_any_order_and_many_pipes_take_no_room_from_calls(int seed)
    {
        var random = new Random(seed);
        var steps = Enumerable.Range(0, 200).Select(i => Pipe(Morning + (i / 1000.0), Client, Peer, "svcctl", $"P{i}"))
            .Append(Pipe(Morning + 0.05, Client, Peer, "atsvc", "A")).ToArray();
        var call = Court.Call(Morning + 0.3, Client, Peer, "svcctl", "CreateServiceW", 445, "Call");
        random.Shuffle(steps);
        var court = Lived(new JudgementOptions { MaxOperationsPerPair = 64 });
        for (var i = 0; i < steps.Length; i++)
        {
            if (i == seed * 30) court.Take(call);
            court.Take(steps[i]);
            if (random.Next(20) == 0) court.AdvanceTo(Morning + 0.5);
            if (random.Next(50) == 0) court.Restart();
        }

        court.AdvanceTo(Morning + 4);
        Assert.NotNull(court.Find(FindingKind.RemoteService, Client, Peer));
        var pipe = court.Find(FindingKind.PipeOpened, Client, Peer)!;
        Assert.Equal(["atsvc"], pipe.Operations);
        Assert.Equal((1, Court.At(Morning + 0.05)), (pipe.Count, pipe.FirstSeenUnixMilliseconds));
        Assert.Equal(0, court.Judge.Counts.Ahead);
    }

    [Fact]
    public void Who_opens_a_pipe_does_not_say_what_the_server_serves()
    {
        var court = Lived().Take(Court.Contact(Morning, Client, Peer, 445)).Take(Pipe(Morning, Client, Peer, "svcctl")).Complete();

        Assert.Equal(RpcInterfaces.None, court.Judge.Host(HostAddress.Parse(Peer))!.Serves);
    }

    private static RpcOperation Pipe(double hours, string client, string server, string pipe, string uid = "P") =>
        Court.Call(hours, client, server, pipe, RpcOperation.None, 445, uid);

    private static Court Lived(JudgementOptions? options = null)
    {
        var court = new Court(options);
        for (var day = 0; day < 15; day++) court.SimulateDay(day);
        return court.AdvanceTo(Morning);
    }
}
