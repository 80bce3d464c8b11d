using RpcCollector.Detection.Judgement;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>A server that everybody uses and hardly anybody drives, such as one for files.</summary>
public sealed class HardlyDrivenTests
{
    private const int Learned = 16;
    private const int Clients = 25;
    private const double Morning = (24 * Learned) + 10;
    private const string Backup = "10.0.5.5";

    private static readonly string Attacker = Court.ClientAt(3);

    [Fact]
    public void First_flow_to_an_endpoint_of_a_file_server_by_one_who_opens_files_there_every_day_is_medium()
    {
        var court = Lived();
        court.Take(Court.Rpc(Morning, Attacker, Court.FileServer, endpointPort: 49_668)).Complete();

        var finding = court.Find(FindingKind.NewRpcClient, Attacker, Court.FileServer)!;
        Assert.Equal(FindingSeverity.Medium, finding.Severity);
        Assert.Contains("of the 25 that use it ever drove an endpoint of it", finding.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Question_to_its_mapper_alone_is_not()
    {
        var court = Lived();
        court.Take(Court.Rpc(Morning, Attacker, Court.FileServer, basis: JoinBasis.MapperOnly)).Complete();

        Assert.NotEqual(FindingSeverity.Medium, court.Find(FindingKind.NewRpcClient, Attacker, Court.FileServer)?.Severity);
    }

    [Fact]
    public void Where_many_drive_the_server_one_more_is_not()
    {
        var court = Lived(drivers: 8);
        court.Take(Court.Rpc(Morning, Court.ClientAt(20), Court.FileServer, endpointPort: 49_668)).Complete();

        Assert.NotEqual(FindingSeverity.Medium, court.Find(FindingKind.NewRpcClient, Court.ClientAt(20), Court.FileServer)?.Severity);
    }

    [Theory]
    [InlineData(49_668, false)]
    [InlineData(49_670, true)]
    public void Who_goes_where_three_known_clients_went_is_nothing_and_who_goes_elsewhere_is_told(int port, bool isTold)
    {
        var court = new Court();
        for (var day = 0; day < Learned; day++) court.SimulateDay(day, numClients: 50);
        for (var i = 0; i < 3; i++) court.Take(Court.Rpc(Morning + (0.1 * i), Court.ClientAt(i), Court.FileServer, endpointPort: 49_668));
        court.Take(Court.Rpc(Morning + 5, Court.ClientAt(20), Court.FileServer, endpointPort: (ushort)port)).Complete();

        var finding = court.Find(FindingKind.NewRpcClient, Court.ClientAt(20), Court.FileServer);
        Assert.Equal(isTold, finding?.Severity == FindingSeverity.Medium);
    }

    [Fact]
    public void Told_management_server_may_drive_it()
    {
        var court = Lived(new JudgementOptions { Roles = [$"{Attacker}=management-server"] });
        court.Take(Court.Rpc(Morning, Attacker, Court.FileServer, endpointPort: 49_668)).Complete();

        Assert.Null(court.Find(FindingKind.NewRpcClient, Attacker, Court.FileServer));
    }

    [Fact]
    public void Who_goes_on_is_one_finding_and_after_a_restart_the_same_one()
    {
        var court = Lived();
        court.Take(Court.Rpc(Morning, Attacker, Court.FileServer, endpointPort: 49_668)).RestartAt(Morning + 0.5);
        court.Take(Court.Rpc(Morning + 1.2, Attacker, Court.FileServer, endpointPort: 49_668)).Complete();

        var finding = court.Find(FindingKind.NewRpcClient, Attacker, Court.FileServer)!;
        Assert.Equal((FindingSeverity.Medium, 2), (finding.Severity, finding.Count));
    }

    [Theory]
    [InlineData(0, 2_000, true)]
    [InlineData(8, 2_000, false)]
    [InlineData(0, 90_000, false)]
    [InlineData(0, 0, false)] // One way only was seen.
    public void First_smb_as_of_calls_to_a_server_that_many_use_and_hardly_anybody_opens_files_of_is_medium(
        int others, uint got, bool isTold)
    {
        // An application's server: services and tasks can be made by SMB alone, through pipes.
        const string Application = "10.0.6.6";
        var court = new Court();
        for (var day = 0; day < Learned; day++)
        {
            court.SimulateDay(day, Clients);
            for (var i = 0; i < Clients; i++) court.Take(Court.Rpc((24 * day) + 19 + (0.01 * i), Court.ClientAt(i), Application));
            for (var i = 0; i < others; i++)
                court.Take(Court.Contact((24 * day) + 20 + (0.1 * i), Court.ClientAt(i + 10), Application, 445));
        }

        var opened = Court.Contact(Morning, Attacker, Application, 445);
        court.Take(opened with { Traffic = Court.Answered with { ServerOctets = got } }).Complete();

        var finding = court.Find(FindingKind.NewRpcClient, Attacker, Application);
        Assert.Equal(isTold, finding?.Severity == FindingSeverity.Medium);
        if (isTold) Assert.Contains("0 of the 25 that use it ever opened SMB to it", finding!.Reason, StringComparison.Ordinal);
    }

    /// <param name="drivers">Besides the backup server, which drives it each night.</param>
    private static Court Lived(JudgementOptions? options = null, int drivers = 0)
    {
        var court = new Court(options);
        for (var day = 0; day < Learned; day++)
        {
            court.Take(Court.Rpc((24 * day) + 1, Backup, Court.FileServer, endpointPort: (ushort)(50_000 + day)));
            court.SimulateDay(day, Clients);
            for (var i = 0; i < drivers; i++)
                court.Take(Court.Rpc((24 * day) + 20 + (0.1 * i), Court.ClientAt(i), Court.FileServer, endpointPort: (ushort)(51_000 + i)));
        }

        return court;
    }
}
