using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>What is new to two hosts and no news to their network.</summary>
public sealed class NoNewsTests
{
    private const int Learned = 16;
    private const double Morning = (24 * Learned) + 8;
    private const string NewServer = "10.0.7.7";

    [Fact]
    public void First_five_clients_of_a_new_server_are_told_and_the_next_one_is_low()
    {
        var court = FirstContactTests.Lived(Learned);
        for (var i = 0; i < 6; i++)
            court.Take(Court.Rpc(Morning + (2 * i), Court.ClientAt(i), NewServer, endpointPort: (ushort)(49_700 + i)));
        court.Complete();

        for (var i = 0; i < 5; i++)
        {
            Assert.True(
                court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(i), NewServer)!.Severity.IsAtLeast(FindingSeverity.Medium),
                $"client {i}");
        }

        var sixth = court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(5), NewServer)!;
        Assert.Equal(FindingSeverity.Low, sixth.Severity);
        Assert.Contains("at least 5 known clients used RPC with 10.0.7.7 before it", sixth.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 49_801, true)]
    [InlineData(3, 49_801, false)]
    [InlineData(3, 49_802, true)]
    public void One_more_client_of_a_port_that_three_known_clients_used_is_low_and_of_another_port_is_told(
        int clients, int port, bool isTold)
    {
        var court = FirstContactTests.Lived(Learned);
        for (var i = 0; i < clients; i++) court.Take(Court.Rpc(Morning + (0.1 * i), Court.ClientAt(i), NewServer, endpointPort: 49_801));
        court.Take(Court.Rpc(Morning + 4, Court.ClientAt(5), NewServer, endpointPort: (ushort)port)).Complete();

        var finding = court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(5), NewServer)!;
        Assert.Equal(isTold, finding.Severity.IsAtLeast(FindingSeverity.Medium));
        if (!isTold) Assert.Contains("3 known clients used the same port", finding.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(2.5)]
    public void Port_of_a_new_server_that_was_shared_by_no_three_before_the_hour_could_be_seen_is_told(double hours)
    {
        var court = FirstContactTests.Lived(Learned);
        var spread = hours - 1.4;
        for (var i = 0; i < 3; i++)
            court.Take(Court.Rpc(Morning + (spread * i / 2), Court.ClientAt(i), NewServer, endpointPort: 49_801));
        court.Take(Court.Rpc(Morning + hours, Court.ClientAt(5), NewServer, endpointPort: 49_801)).Complete();

        Assert.True(court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(5), NewServer)!.Severity.IsAtLeast(FindingSeverity.Medium));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_uses_the_shared_port_of_a_server_and_an_hour_later_another_one_is_told(bool isRestarted)
    {
        var court = FirstContactTests.Lived(Learned);
        for (var i = 0; i < 3; i++) court.Take(Court.Rpc(Morning + (0.1 * i), Court.ClientAt(i), NewServer, endpointPort: 49_801));
        court.Take(Court.Rpc(Morning + 4, Court.ClientAt(5), NewServer, endpointPort: 49_801));
        if (isRestarted) court.AdvanceTo(Morning + 4.1).Restart();
        court.Take(Court.Rpc(Morning + 5, Court.ClientAt(5), NewServer, endpointPort: 49_900)).Complete();

        Assert.True(court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(5), NewServer)!.Severity.IsAtLeast(FindingSeverity.Medium));
    }

    [Fact]
    public void Third_client_of_a_host_within_days_is_medium_where_the_first_two_were_high()
    {
        var court = FirstContactTests.Lived(Learned);
        for (var i = 0; i < 3; i++) court.Take(Court.Rpc(Morning + (3 * i), Court.ClientAt(i), Court.ClientAt(9)));
        court.Complete();

        Assert.Equal(
            [FindingSeverity.High, FindingSeverity.High, FindingSeverity.Medium],
            Enumerable.Range(0, 3).Select(i => court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(i), Court.ClientAt(9))!.Severity));
    }

    [Fact]
    public void Clients_of_which_some_may_still_come_late_do_not_count()
    {
        var court = FirstContactTests.Lived(Learned);
        for (var i = 0; i < 6; i++)
            court.Take(Court.Rpc(Morning + (0.1 * i), Court.ClientAt(i), NewServer, endpointPort: (ushort)(49_700 + i)));

        Assert.True(
            court.Complete().Find(FindingKind.PeerToPeerRpc, Court.ClientAt(5), NewServer)!.Severity.IsAtLeast(FindingSeverity.Medium));
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Folder_that_three_colleagues_opened_on_earlier_days_is_opened_by_the_next_without_a_word(int colleagues, bool isTold)
    {
        var court = FirstContactTests.Lived(Learned + 5);
        for (var i = 0; i < colleagues; i++) court.Take(Court.Contact(Morning + 120 + (24 * i), Court.ClientAt(i), Court.ClientAt(9), 445));
        court.Take(Court.Contact(Morning + 120 + (24 * 3), Court.ClientAt(5), Court.ClientAt(9), 445)).Complete();

        var finding = court.Find(FindingKind.FirstAdministration, Court.ClientAt(5), Court.ClientAt(9))!;
        Assert.Equal(isTold, finding.Severity.IsAtLeast(FindingSeverity.Medium));
        if (!isTold) Assert.Contains("3 known clients used SMB with 10.0.1.19 on earlier days", finding.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(14_000, 9_000, true)]
    [InlineData(14_000, 11_700, false)] // Lookups of names send as much as they get,
    [InlineData(6_000, 18_000, false)] // who looks into a folder gets more,
    [InlineData(40_000, 8_000, false)] // and who leaves a file there sends far more.
    [InlineData(4_900, 3_500, false)]
    public void Calls_through_pipes_are_told_though_colleagues_opened_the_folder_on_earlier_days(uint sent, uint got, bool isTold)
    {
        var court = FirstContactTests.Lived(Learned + 5);
        for (var i = 0; i < 4; i++) court.Take(Court.Contact(Morning + 120 + (24 * i), Court.ClientAt(i), Court.ClientAt(9), 445));
        court.Take(Court.Contact(Morning + 120 + (24 * 5), Court.ClientAt(5), Court.ClientAt(9), 445) with
        {
            Traffic = Court.Answered with { ClientOctets = sent, ServerOctets = got },
        });

        var finding = court.Complete().Find(FindingKind.FirstAdministration, Court.ClientAt(5), Court.ClientAt(9))!;
        Assert.Equal(isTold, finding.Severity.IsAtLeast(FindingSeverity.Medium));
    }

    [Fact]
    public void Three_clients_of_the_same_day_are_no_reason_to_rate_the_fourth_lower()
    {
        var court = FirstContactTests.Lived(Learned);
        for (var i = 0; i < 4; i++) court.Take(Court.Contact(Morning + (2 * i), Court.ClientAt(i), Court.ClientAt(9), 445));

        Assert.Equal(
            FindingSeverity.Medium, court.Complete().Find(FindingKind.FirstAdministration, Court.ClientAt(3), Court.ClientAt(9))?.Severity);
    }

    [Fact]
    public void Clients_that_nobody_knew_five_days_before_do_not_make_a_server()
    {
        var court = FirstContactTests.Lived(Learned);
        for (var i = 0; i < 30; i++) court.Take(Court.Rpc(Morning + (0.1 * i), $"10.0.9.{i + 1}", NewServer));
        court.Take(Court.Rpc(Morning + 6, Court.ClientAt(5), NewServer)).Complete();

        Assert.True(court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(5), NewServer)!.Severity.IsAtLeast(FindingSeverity.Medium));
    }

    [Fact]
    public void Of_smb_and_rpc_between_two_the_first_is_told_and_the_second_refers_to_it()
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Court.Contact(Morning + 1.1, Court.ClientAt(3), NewServer, 445));
        court.Take(Court.Rpc(Morning + 1.2, Court.ClientAt(3), NewServer)).Complete();

        Assert.Equal(FindingSeverity.Medium, court.Find(FindingKind.FirstAdministration, Court.ClientAt(3), NewServer)!.Severity);
        var second = court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(3), NewServer)!;
        Assert.Equal(FindingSeverity.Low, second.Severity);
        Assert.Contains("it is told already that this client", second.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_worse_than_what_was_told_first_is_told_as_it_is()
    {
        var court = FirstContactTests.Lived(Learned);
        court.Take(Court.Contact(Morning + 1.1, Court.ClientAt(3), Court.ClientAt(7), 445));
        court.Take(Court.Rpc(Morning + 1.2, Court.ClientAt(3), Court.ClientAt(7))).Complete();

        Assert.Equal(FindingSeverity.High, court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(3), Court.ClientAt(7))!.Severity);
    }

    [Fact]
    public void Pivot_to_a_host_that_others_use_is_told_with_the_contact_and_to_one_that_nobody_uses_by_itself()
    {
        foreach (var (others, severity) in ((int, FindingSeverity)[])[(0, FindingSeverity.High), (2, FindingSeverity.Low)])
        {
            var court = FirstContactTests.Lived(Learned + 5);
            for (var i = 0; i < others; i++)
                court.Take(
                    Court.Rpc(Morning + 120.1 + (0.1 * i), Court.ClientAt(6 + i), Court.ClientAt(9), endpointPort: (ushort)(49_800 + i)));
            court.Take(Court.Rpc(Morning + 119.2, Court.ClientAt(4), Court.ClientAt(3)));
            court.Take(Court.Rpc(Morning + 120, Court.ClientAt(3), Court.ClientAt(9))).Complete();

            Assert.Equal(severity, court.Find(FindingKind.Pivot, Court.ClientAt(3), Court.ClientAt(9))!.Severity);
            Assert.True(
                court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(3), Court.ClientAt(9))!.Severity.IsAtLeast(FindingSeverity.Medium));
        }
    }

    [Fact]
    public void Collector_to_which_many_push_by_winrm_has_one_more_without_a_word()
    {
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day);
            for (var i = 0; i < 10; i++) court.Take(Court.Contact((24 * day) + 9 + (0.1 * i), Court.ClientAt(i), Court.FileServer, 5985));
        }

        court.Take(Court.Contact(Morning + 1, Court.ClientAt(11), Court.FileServer, 5985)).Complete();

        // What is there is of the first days, when the file server had no role.
        Assert.False(court.Find(FindingKind.FirstAdministration, Court.ClientAt(11), Court.FileServer)?.LastSeenUnixMilliseconds
            >= Court.At(Morning));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(4, true)]
    public void Winrm_of_a_handful_makes_the_next_one_no_news_unless_they_administer_others_by_it(int servers, bool isTold)
    {
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day);
            for (var i = 0; i < 7; i++)
                for (var to = 0; to < servers; to++)
                    court.Take(Court.Contact((24 * day) + 9 + (0.1 * i) + (0.01 * to), Court.ClientAt(i), Managed(to), 5985));
        }

        court.Take(Court.Contact(Morning + 1, Court.ClientAt(11), Court.FileServer, 5985)).Complete();

        var severity = court.Find(FindingKind.FirstAdministration, Court.ClientAt(11), Court.FileServer) is { } finding
            && finding.LastSeenUnixMilliseconds >= Court.At(Morning) ? finding.Severity : FindingSeverity.Low;
        Assert.Equal(isTold, severity.IsAtLeast(FindingSeverity.Medium));

        static string Managed(int index) => index == 0 ? Court.FileServer : $"10.0.6.{index}";
    }
}
