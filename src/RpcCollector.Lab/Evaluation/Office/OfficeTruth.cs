using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Office;

/// <summary>Whose doing the flows of the day are, by the two hosts or by the client alone.</summary>
/// <param name="isServer">True for servers: a workstation that fetches a package is no deployment.</param>
internal sealed class OfficeTruth(Func<byte, string> nameOf, PlacedFlows flows, Func<HostAddress, bool> isServer)
{
    private readonly Dictionary<(HostAddress Client, HostAddress Server), OfficePart> _ofPair = [];
    private readonly Dictionary<HostAddress, OfficePart> _ofClient = [];

    public void Note(in SimulatedConnection connection, AddressSwap swap)
    {
        var part = PartOf(nameOf(connection.Habit));
        if (part == OfficePart.None) return;
        var placed = flows.Of(connection.Placed);
        var at = placed?.Start ?? connection.Start;
        var client = swap.Of(placed?.Client ?? connection.Client.Host, at);
        var server = swap.Of(placed?.Server ?? connection.Server.Host, at);
        if (part is OfficePart.Deployment or OfficePart.Monitoring && !isServer(client)) return;
        _ofPair[(client, server)] = _ofPair.GetValueOrDefault((client, server)) | part;
        _ofClient[client] = _ofClient.GetValueOrDefault(client) | part;
    }

    /// <summary>Whose doing a finding is about; an intruder's flows weigh more than what else went on between the two.</summary>
    public OfficePart Of(Finding finding)
    {
        var part = finding.Server is { } server
            ? _ofPair.GetValueOrDefault((finding.Client, server))
            : _ofClient.GetValueOrDefault(finding.Client);
        return (part & OfficePart.Intruders) is not OfficePart.None and var intruder ? intruder : part;
    }

    /// <summary>What a client does on the day.</summary>
    public OfficePart OfClient(HostAddress client) => _ofClient.GetValueOrDefault(client);

    private static OfficePart PartOf(string habit) => habit switch
    {
        "first intruder" => OfficePart.FirstIntruder,
        "second intruder" => OfficePart.SecondIntruder,
        "deployment day" or "software deployment" => OfficePart.Deployment,
        "monitoring" => OfficePart.Monitoring,
        "busy administrator" or "administration" or "remote assistance" => OfficePart.Administration,
        _ => OfficePart.None,
    };
}
