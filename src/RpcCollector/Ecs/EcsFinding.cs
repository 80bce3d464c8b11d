using System.Buffers;
using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Names;
using RpcCollector.Naming;
using RpcCollector.Options;
using RpcCollector.Store.Findings;

namespace RpcCollector.Ecs;

/// <summary>Writes a finding as one document of the Elastic Common Schema.</summary>
internal sealed class EcsFinding(NameBook names, PublicLinks links)
{
    public const string DataSet = "rpc_collector.finding";

    private const int MostFlows = 64;
    private const int MostOperations = 64;
    private const int MostUsers = 8;

    // A Kerberos ticket is good for ten hours, as Windows has it (maximum lifetime for service ticket).
    private const long BeforeMilliseconds = 10 * 3_600_000;
    private const long AfterMilliseconds = 10 * 60_000;

    /// <summary>The document without a line end.</summary>
    public byte[] ToUtf8(StoredFinding finding, EcsOccasion? occasion = null, EcsDetail detail = EcsDetail.Full)
    {
        var buffer = new ArrayBufferWriter<byte>(2_048);
        using (var json = new Utf8JsonWriter(buffer)) Write(json, finding, occasion, detail);
        return buffer.WrittenSpan.ToArray();
    }

    /// <param name="occasion">What has happened to it; null where it is only shown as it is.</param>
    public void Write(Utf8JsonWriter json, StoredFinding finding, EcsOccasion? occasion = null, EcsDetail detail = EcsDetail.Full)
    {
        var kind = KebabCase<FindingKind>.Of(finding.Kind);
        var (client, server) = (finding.Client.ToString(), finding.Server?.ToString());
        var clientName = names.Find(finding.Client, finding.FirstSeenUnixMilliseconds)?.Name;
        var serverName = finding.Server is { } address ? names.Find(address, finding.FirstSeenUnixMilliseconds)?.Name : null;
        var users = UsersOf(finding);
        var reason = EcsFields.Text(finding.Reason, detail);
        var flow = finding.Flows.Count > 0 ? finding.Flows[0] : null;
        var ports = finding.Flows.Select(known => known.ServerPort).Distinct().Take(2).ToArray();

        json.WriteStartObject();
        EcsFields.Head(json, occasion?.AtUnixMilliseconds ?? finding.UpdatedUnixMilliseconds, reason);
        EcsFields.Event(
            json,
            new EcsEvent(
                DataSet, finding.Severity, finding.Confidence, finding.RecordedUnixMilliseconds, finding.FirstSeenUnixMilliseconds,
                finding.LastSeenUnixMilliseconds, reason, links.OfFinding(finding.Id)),
            kind, EcsFields.Id(finding.Id), occasion);
        EcsFields.Rule(json, finding.Kind);
        EcsFields.Threat(json, finding.Techniques);

        // Ports are those of a connection, where it rests on one.
        EcsFields.Host(json, "source", client, clientName, finding.Flows.Count == 1 ? flow!.ClientPort : null);
        if (server is not null) EcsFields.Host(json, "destination", server, serverName, ports is [var only] ? only : null);
        EcsFields.User(json, users.FirstOrDefault());
        EcsFields.Network(
            json, EcsFields.Some(finding.Flows.Select(known => known.CommunityId), detail, MostFlows), finding.Operations.Count > 0);
        EcsFields.Observer(json);
        EcsFields.Related(
            json,
            EcsFields.Some(
                finding.Flows.SelectMany(known => (string[])[known.Client, known.Server]).Prepend(server ?? "").Prepend(client)
                    .Distinct(StringComparer.Ordinal), detail, MostFlows),
            [clientName ?? "", serverName ?? ""], EcsFields.Some(users, detail, MostUsers));
        Own(json, finding, kind, occasion, detail);
        json.WriteEndObject();
    }

    private static void Own(Utf8JsonWriter json, StoredFinding finding, string kind, EcsOccasion? occasion, EcsDetail detail)
    {
        json.WriteStartObject("rpc_collector");
        json.WriteString("type", "finding");
        json.WriteString("id", EcsFields.Id(finding.Id));
        if (occasion is not null) json.WriteString("event", occasion.Event);
        if (occasion is { IsTest: true }) json.WriteBoolean("test", true);
        json.WriteString("kind", kind);
        json.WriteString("severity", KebabCase<FindingSeverity>.Of(finding.Severity));
        json.WriteString("confidence", KebabCase<FindingConfidence>.Of(finding.Confidence));
        json.WriteNumber("count", finding.Count);
        json.WriteNumber("servers", finding.NumServers);
        EcsRarity.Write(json, finding.Rarity);
        if (finding.Incident is { } incident) json.WriteString("incident", EcsFields.Id(incident));
        if (finding.Verdict is { } verdict) json.WriteString("verdict", KebabCase<VerdictMeaning>.Of(verdict.Meaning));
        json.WriteBoolean("hidden", finding.IsHidden);
        if (finding.WithdrawnUnixMilliseconds is { } withdrawn) json.WriteString("withdrawn_at", EcsFields.Time(withdrawn));
        if (finding.Withdrawal is { } why) json.WriteString("withdrawn_reason", KebabCase<FindingWithdrawal>.Of(why));
        EcsFields.Array(json, "analytics", finding.Analytics);
        EcsFields.Array(json, "operations", EcsFields.Some(finding.Operations, detail, MostOperations));
        EcsFields.Array(
            json, "exporters",
            EcsFields.Some(finding.Flows.SelectMany(flow => flow.Exporters).Distinct(StringComparer.Ordinal), detail, 16));
        json.WriteNumber("sampling_interval", finding.SamplingInterval);
        if (finding.Completeness is { } completeness) json.WriteNumber("completeness", completeness);
        json.WriteEndObject();
    }

    private string[] UsersOf(StoredFinding finding)
    {
        var (from, until) =
            (finding.FirstSeenUnixMilliseconds - BeforeMilliseconds, finding.LastSeenUnixMilliseconds + AfterMilliseconds);
        var known = names.UsersOf(finding.Client, finding.Server, from, until);
        if (known.Count == 0 && finding.Server is not null) known = names.UsersOf(finding.Client, server: null, from, until);
        return [.. known.Select(seen => seen.User).Distinct(StringComparer.Ordinal).Take(MostUsers)];
    }
}
