using RpcCollector.Detection.Incidents;
using RpcCollector.Flows;
using static RpcCollector.Detection.Tests.Incidents.Book;

namespace RpcCollector.Detection.Tests.Incidents;

/// <summary>What an incident says of many hosts is what it says of few.</summary>
public sealed class LongStoryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(40)]
    public void Servers_of_a_client_are_each_told_once_the_worst_first(int servers)
    {
        // Each twice: by RPC, and by SMB a little later.
        var findings = Enumerable.Range(0, servers).SelectMany(i => (FindingOutline[])
        [
            Finding("10.0.0.1", $"10.1.0.{i}", i * Minute),
            Finding("10.0.0.1", $"10.1.0.{i}", (i * Minute) + 1, FindingSeverity.Low, FindingKind.FirstAdministration),
        ]);

        var incident = Assert.Single(Of(findings).InOrder());

        Assert.Equal(
            Enumerable.Range(0, servers).Take(Incident.MaxServers).Select(i => $"10.1.0.{i}"),
            incident.Servers.Select(server => server.Address.ToString()));
        Assert.Equal((servers, 2L * servers, 2 * servers), (incident.NumServers, incident.Count, incident.NumFindings));
        Assert.Equal([FindingKind.PeerToPeerRpc, FindingKind.FirstAdministration], incident.Kinds);
        Assert.Equal(servers, Assert.Single(incident.Acts).NumServers);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(40)]
    public void Clients_of_a_crowd_are_each_told_once_the_earliest_first(int clients)
    {
        var findings = Enumerable.Range(0, clients).Select(i => Finding($"10.0.0.{clients - i}", "10.1.0.1", i * Minute));

        var incident = Assert.Single(Of(findings).InOrder());

        Assert.Equal(
            Enumerable.Range(0, clients).Take(Incident.MaxActs).Select(i => $"10.0.0.{clients - i}"),
            incident.Acts.Select(act => act.Client.Address.ToString()));
        Assert.Equal((clients, 1, (long)clients), (incident.NumClients, incident.NumServers, incident.Count));
        Assert.All(incident.Acts, act => Assert.Equal(HostAddress.Parse("10.1.0.1"), act.Server!.Value.Address));
    }
}
