using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>Who calls by name and was seen in no flow: each call counts once, whenever its hour ends.</summary>
public sealed class OperationSumsTests
{
    private const string Client = "10.0.1.5";
    private const string Server = "10.0.0.4";

    private static readonly JudgementOptions Told = new() { Roles = [$"{Client}=workstation", $"{Server}=server"] };

    // The end of an hour is between them.
    private static readonly RpcOperation[] Creating =
    [
        Court.Call(10.95, Client, Server, "svcctl", "CreateServiceW"), Court.Call(10.96, Client, Server, "svcctl", "StartServiceW"),
        Court.Call(11.02, Client, Server, "svcctl", "CreateServiceW", uid: "C2"),
    ];

    // Five distinct operations of which no hour has enough.
    private static readonly RpcOperation[] Enumerating =
    [
        Court.Call(10.98, Client, Server, "samr", "SamrEnumerateUsersInDomain"),
        Court.Call(10.985, Client, Server, "samr", "SamrEnumerateGroupsInDomain"),
        Court.Call(10.99, Client, Server, "samr", "SamrGetMembersInGroup"),
        Court.Call(11.001, Client, Server, "srvsvc", "NetrSessionEnum"), Court.Call(11.002, Client, Server, "srvsvc", "NetrShareEnum"),
        Court.Call(11.003, Client, Server, "srvsvc", "NetrConnectionEnum"),
    ];

    public static TheoryData<FindingKind, int> Orders() =>
        [.. from kind in (FindingKind[])[FindingKind.RemoteService, FindingKind.Enumeration, FindingKind.NetlogonBurst]
            from seed in Enumerable.Range(0, 8) select (kind, seed)];

    [Theory]
    [MemberData(nameof(Orders))]
    public void Calls_on_both_sides_of_an_hours_end_count_once_in_any_order_and_with_a_restart_in_between(FindingKind kind, int seed)
    {
        var random = new Random(seed);
        var calls = CallsOf(kind);
        if (seed > 0) random.Shuffle(calls);

        // The first hour that is closed of a day lets go of hosts without edges; with a call before, that was an earlier one.
        var court = new Court(Told);
        if (seed % 2 == 0) court.Take(Court.Call(9, "10.0.9.9", "10.0.9.8", "IObjectExporter", "ServerAlive2"));
        for (var i = 0; i < calls.Length; i++)
        {
            court.Take(calls[i]);
            if (random.Next(3) == 0) court.AdvanceTo(11.01 + (random.NextDouble() * 0.9));
            if (random.Next(5) == 0) court.Restart();
        }

        court.AdvanceTo(11.99);
        if (random.Next(2) == 0) court.Restart();

        // The first hour closes, then the second.
        court.AdvanceTo(12.5);
        Assert.Equal(calls.Length, court.Find(kind, Client, Server)!.Count);
        if (random.Next(2) == 0) court.Restart();
        court.AdvanceTo(14).AdvanceTo(40).Restart().AdvanceTo(41);
        Assert.Equal(calls.Length, court.Find(kind, Client, Server)!.Count);
        Assert.Empty(court.Withdrawals);
    }

    [Fact]
    public void What_is_told_of_a_server_counts_though_no_flow_was_seen_of_it()
    {
        var role = new JudgementOptions { Roles = [$"{Client}=workstation", $"{Server}=domain-controller"] };
        var court = new Court(role).Take(Court.Call(10, Client, Server, "netlogon", "NetrServerAuthenticate3")).Complete();

        Assert.Empty(court.Findings);
    }

    [Fact]
    public void A_role_that_is_told_while_the_hour_is_open_counts_for_who_was_seen_in_no_flow()
    {
        var court = new Court().Take(Court.Call(10, Client, Server, "svcctl", "CreateServiceW")).AdvanceTo(10.5);
        court.Judge.Tell(new ToldRole(AddressPrefix.Of(HostAddress.Parse(Client)), HostRole.Scanner, "Ada", "why", Court.At(10.5)));
        court.Take(Court.Call(11.5, Client, Server, "svcctl", "CreateServiceW", uid: "C2")).Complete();

        Assert.Equal(2, court.Find(FindingKind.RemoteService, Client, Server)!.Count);
    }

    private static RpcOperation[] CallsOf(FindingKind kind) => kind switch
    {
        FindingKind.RemoteService => [.. Creating],
        FindingKind.Enumeration => [.. Enumerating],
        _ => [.. Enumerable.Range(0, 60).Select(i => Court.Call(
            11 + ((i - 25) / 3600.0), Client, Server, "netlogon", "NetrServerAuthenticate3", uid: $"C{i}") with
            {
                ClientPort = (ushort)(50_000 + i),
            })],
    };
}
