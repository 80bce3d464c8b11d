using System.Text.Json;
using System.Text.Json.Serialization;
using RpcCollector.Detection.Incidents;

namespace RpcCollector.Store.Incidents;

/// <summary>The hosts of an incident as JSON keeps them.</summary>
internal sealed record IncidentContent(
    IReadOnlyList<KeptHost> Clients, IReadOnlyList<string> Servers, IReadOnlyList<KeptStep> Steps, string? RaisedBecause)
{
    // A story with more is told by the first of them.
    private const int MaxHosts = 256;

    public static string Of(Incident incident) => JsonSerializer.Serialize(
        new IncidentContent(
            [.. incident.Clients.Take(MaxHosts).Select(host => new KeptHost(host.Address.ToString(), host.Period))],
            [.. incident.Servers.Take(Incident.MaxServers).Select(server => server.ToString())],
            [.. incident.Steps.Take(MaxHosts)
                .Select(step => new KeptStep(step.From.ToString(), step.To.ToString(), step.Driven, step.WentOn))],
            incident.RaisedBecause),
        IncidentColumns.Default.IncidentContent);
}

/// <summary>A client, with which of the hosts that had its address it is.</summary>
internal sealed record KeptHost(string Address, long Period);

/// <summary>A host that was driven and became a client.</summary>
internal sealed record KeptStep(string From, string To, long Driven, long WentOn);

/// <summary>What a verdict on an incident made, so that it can be taken back.</summary>
/// <param name="Verdicts">Their numbers.</param>
internal sealed record MadeByVerdict(IReadOnlyList<long> Verdicts, IReadOnlyList<long> Suppressions);

/// <summary>The columns that hold JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IncidentContent))]
[JsonSerializable(typeof(MadeByVerdict))]
[JsonSerializable(typeof(IReadOnlyList<long>))]
internal sealed partial class IncidentColumns : JsonSerializerContext;
