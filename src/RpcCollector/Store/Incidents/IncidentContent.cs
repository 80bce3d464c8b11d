using System.Text.Json;
using System.Text.Json.Serialization;
using RpcCollector.Detection.Incidents;

namespace RpcCollector.Store.Incidents;

/// <summary>The hosts of an incident as JSON keeps them.</summary>
internal sealed record IncidentContent(
    IReadOnlyList<KeptAct> Acts, IReadOnlyList<KeptHost> Servers, IReadOnlyList<KeptStep> Steps, string? RaisedBecause,
    string? LoweredBecause = null, int? ProposedRole = null)
{
    public static string Of(Incident incident) => JsonSerializer.Serialize(
        new IncidentContent(
            [.. incident.Acts.Select(act => new KeptAct(
                KeptHost.Of(act.Client), (int)act.Kind, act.Server is { } server ? KeptHost.Of(server) : null, act.NumServers,
                act.Finding))],
            [.. incident.Servers.Select(KeptHost.Of)],
            [.. incident.Steps.Select(step => new KeptStep(KeptHost.Of(step.From), KeptHost.Of(step.To), step.Driven, step.WentOn))],
            incident.RaisedBecause, incident.LoweredBecause, (int?)incident.ProposedRole),
        IncidentColumns.Default.IncidentContent);
}

/// <summary>A host, with which of those that had its address it is.</summary>
internal sealed record KeptHost(string Address, long Period)
{
    public static KeptHost Of(IncidentHost host) => new(host.Address.ToString(), host.Period);
}

/// <summary>What a client did at worst.</summary>
internal sealed record KeptAct(KeptHost Client, int Kind, KeptHost? Server, int NumServers, long Finding);

/// <summary>A host that was driven and became a client.</summary>
internal sealed record KeptStep(KeptHost From, KeptHost To, long Driven, long WentOn);

/// <summary>What a verdict on an incident made, so that it can be taken back.</summary>
/// <param name="Verdicts">Their numbers.</param>
internal sealed record MadeByVerdict(IReadOnlyList<long> Verdicts, IReadOnlyList<long> Suppressions);

/// <summary>The columns that hold JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IncidentContent))]
[JsonSerializable(typeof(MadeByVerdict))]
internal sealed partial class IncidentColumns : JsonSerializerContext;
