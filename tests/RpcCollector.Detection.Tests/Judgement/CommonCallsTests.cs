namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>
/// What many clients of a network call day after day tells nothing of who calls it; an intruder alone makes nothing common.
/// </summary>
public sealed class CommonCallsTests
{
    private const string Controller = "10.0.0.1";
    private const string Intruder = "10.0.1.250";

    // None of them is called by Windows by itself.
    private static readonly string[] Telling =
        ["SamrEnumerateUsersInDomain", "SamrEnumerateGroupsInDomain", "SamrGetMembersInGroup", "SamrGetMembersInAlias",
            "SamrQueryDisplayInformation"];

    [Theory]
    [InlineData(20, 3, true)]
    [InlineData(19, 3, false)]
    [InlineData(20, 2, false)]
    [InlineData(1, 30, false)]
    public void An_operation_is_common_once_twenty_clients_called_it_on_three_days(int clients, int days, bool isCommon)
    {
        var court = Called(clients, days);
        Enumerate(court, days + 1);

        Assert.Equal(isCommon ? null : FindingSeverity.Medium, court.Find(FindingKind.Enumeration, Intruder, Controller)?.Severity);
    }

    [Fact]
    public void What_is_common_stays_so_over_a_restart_and_other_operations_tell_as_before()
    {
        var court = Called(20, 3).Restart();
        Enumerate(court, 4);
        Assert.Null(court.Find(FindingKind.Enumeration, Intruder, Controller));

        string[] others = ["NetrSessionEnum", "NetrConnectionEnum", "NetrFileEnum", "NetrShareEnum", "NetrServerTransportEnum"];
        for (var i = 0; i < others.Length; i++)
            court.Take(Court.Call((24 * 5) + 9 + (i / 3600.0), Intruder, Controller, "srvsvc", others[i]));
        court.AdvanceTo((24 * 5) + 14);
        Assert.Equal(FindingSeverity.Medium, court.Find(FindingKind.Enumeration, Intruder, Controller)?.Severity);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_is_the_same_for_every_order_of_arrival(int seed)
    {
        var random = new Random(seed);
        var court = new Court(Options);
        for (var day = 0; day < 3; day++)
        {
            var calls = (from client in Enumerable.Range(0, 20) from operation in Telling select (client, operation)).ToArray();
            random.Shuffle(calls);
            foreach (var (client, operation) in calls)
                court.Take(Court.Call((24 * day) + 9 + (client / 60.0), $"10.0.2.{client}", Controller, "samr", operation));
            if (random.Next(2) == 0) court.Restart();
        }

        court.AdvanceTo((24 * 3) + 1);
        Enumerate(court, 4);
        Assert.Null(court.Find(FindingKind.Enumeration, Intruder, Controller));
    }

    [Theory]
    [InlineData(100, null)]
    [InlineData(300, FindingSeverity.Low)]
    public void Lookups_of_names_are_nothing_unless_there_are_very_many(int calls, FindingSeverity? severity)
    {
        var court = new Court(Options);
        for (var i = 0; i < calls; i++)
            court.Take(Court.Call(9 + (i / 3600.0), Intruder, Controller, "lsarpc", i % 2 == 0 ? "LsarLookupSids" : "LsarLookupNames3"));

        Assert.Equal(severity, court.Complete().Find(FindingKind.Enumeration, Intruder, Controller)?.Severity);
    }

    private static JudgementOptions Options => new() { Roles = [$"{Controller}=domain-controller", $"{Intruder}=workstation"] };

    private static Court Called(int clients, int days)
    {
        var court = new Court(Options);
        for (var day = 0; day < days; day++)
        {
            for (var client = 0; client < clients; client++)
                foreach (var operation in Telling)
                    court.Take(Court.Call((24 * day) + 9 + (client / 60.0), $"10.0.2.{client}", Controller, "samr", operation));
        }

        return court.AdvanceTo(24 * days);
    }

    private static void Enumerate(Court court, int day)
    {
        for (var i = 0; i < Telling.Length; i++)
            court.Take(Court.Call((24 * day) + 9 + (i / 3600.0), Intruder, Controller, "samr", Telling[i]));
        court.AdvanceTo((24 * day) + 14);
    }
}
