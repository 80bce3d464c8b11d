namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>Which first contacts between workstations are high, and which are worth a look only.</summary>
public sealed class AlarmTests
{
    private const int Learned = 15;
    private const double Morning = (24 * Learned) + 9.5;

    private static readonly string Attacker = Court.ClientAt(3);
    private static readonly string Victim = Court.ClientAt(4);

    [Fact]
    public void Client_of_many_file_servers_is_no_management_server_and_its_first_contact_to_a_workstation_is_high()
    {
        var court = Lived((court, day) =>
        {
            for (var client = 0; client < 12; client++)
            {
                for (var server = 0; server < 14; server++)
                    court.Take(
                        Court.Contact(
                            (24 * day) + 16.8 + (client * 0.01) + (server * 0.0001), Court.ClientAt(client), $"10.0.0.{40 + server}", 445));
            }
        });
        court.Take(Court.Rpc(Morning, Attacker, Victim)).Complete();

        Assert.Equal(HostRole.Workstation, FirstContactTests.RoleOf(court, Attacker));
        Assert.Equal(FindingSeverity.High, SeverityOf(court, Attacker, Victim));
    }

    [Fact]
    public void First_contact_to_a_workstation_seen_since_yesterday_is_medium()
    {
        const string Newcomer = "10.0.1.99";
        var court = Lived((court, day) =>
        {
            if (day < Learned - 1) return;
            court.Take(Court.Contact((24 * day) + 16.9, Newcomer, Court.Controller, 88));
            court.Take(Court.Contact((24 * day) + 16.91, Newcomer, Court.FileServer, 445));
        });
        court.Take(Court.Rpc(Morning, Attacker, Newcomer)).Complete();

        Assert.Equal(HostRole.Workstation, FirstContactTests.RoleOf(court, Newcomer));
        Assert.Equal(FindingSeverity.Medium, SeverityOf(court, Attacker, Newcomer));
    }

    [Fact]
    public void Second_client_of_a_host_within_a_day_makes_it_no_server()
    {
        var court = Lived();
        court.Take(Court.Rpc(Morning, Court.ClientAt(5), Victim));
        court.Take(Court.Rpc(Morning + 5, Attacker, Victim)).Complete();

        Assert.Equal(
            (FindingSeverity.High, FindingSeverity.High),
            (SeverityOf(court, Court.ClientAt(5), Victim), SeverityOf(court, Attacker, Victim)));
    }

    [Fact]
    public void Further_client_of_a_host_that_two_others_use_day_after_day_is_medium_and_says_why()
    {
        var court = Lived((court, day) =>
        {
            for (var client = 5; client < 7; client++)
                court.Take(Court.Rpc((24 * day) + 16.9 + (client * 0.001), Court.ClientAt(client), Victim));
        });
        court.Take(Court.Rpc(Morning, Attacker, Victim)).Complete();

        var finding = court.Find(FindingKind.PeerToPeerRpc, Attacker, Victim);
        Assert.Equal(FindingSeverity.Medium, finding?.Severity);
        Assert.Contains($"rated lower because others use {Victim} too", finding?.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Client_that_helped_another_while_it_was_learned_raises_no_alarm_by_helping_a_third()
    {
        var court = Lived((court, day) =>
        {
            if (day == 5) court.Take(Court.Rpc((24 * day) + 16.9, Attacker, Court.ClientAt(7)));
        });
        court.Take(Court.Rpc(Morning, Attacker, Victim)).Complete();

        Assert.Equal(FindingSeverity.Medium, SeverityOf(court, Attacker, Victim));
    }

    [Fact]
    public void Reply_that_replication_of_one_account_takes_is_a_hint_and_a_shorter_one_is_none()
    {
        foreach (var octets in (uint[])[4_095, 4_096])
        {
            var court = Lived();
            court.Take(
                Court.Rpc(
                    Morning, Attacker, Court.Controller, traffic: Court.Answered with { ClientOctets = 2_000, ServerOctets = octets }))
                        .Complete();

            Assert.Equal(
                octets == 4_096,
                court.Find(FindingKind.ReplicationToClient, Attacker, Court.Controller) is { Severity: FindingSeverity.Low });
        }
    }

    private static FindingSeverity? SeverityOf(Court court, string client, string server) =>
        court.Find(FindingKind.PeerToPeerRpc, client, server)?.Severity;

    private static Court Lived(Action<Court, int>? onDay = null)
    {
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day);
            onDay?.Invoke(court, day);
        }

        return court;
    }
}
