using System.Buffers;
using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Naming;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Ecs;

/// <summary>Writes an incident as one document of the Elastic Common Schema.</summary>
internal sealed class EcsIncident(IncidentTexts texts)
{
    public const string DataSet = "rpc_collector.incident";

    private const int MostHosts = 32;
    private const int MostFlows = 64;
    private const int MostUsers = 8;

    /// <summary>The document without a line end.</summary>
    public byte[] ToUtf8(
        StoredIncident incident, IReadOnlyList<StoredFinding> findings, EcsOccasion? occasion = null, EcsDetail detail = EcsDetail.Full)
    {
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using (var json = new Utf8JsonWriter(buffer)) Write(json, incident, findings, occasion, detail);
        return buffer.WrittenSpan.ToArray();
    }

    /// <param name="findings">Its findings, or some of them; its worst says where to look next.</param>
    /// <param name="occasion">What has happened to it; null where it is only shown as it is.</param>
    public void Write(
        Utf8JsonWriter json, StoredIncident incident, IReadOnlyList<StoredFinding> findings, EcsOccasion? occasion = null,
        EcsDetail detail = EcsDetail.Full)
    {
        var at = incident.LastSeenUnixMilliseconds;
        IncidentAct? first = incident.Acts.Count > 0 ? incident.Acts[0] : null;
        string[] users =
        [
            .. incident.Acts.Select(act => act.Client.Address).Distinct().SelectMany(client => texts.UsersOf(client, incident))
                .OrderByDescending(seen => seen.AtUnixMilliseconds).Select(seen => seen.User).Distinct(StringComparer.Ordinal)
                .Take(MostUsers),
        ];
        IncidentHost[] hosts = [.. incident.Acts.Select(act => act.Client).Concat(incident.Servers).Distinct()];
        var lead = findings.FirstOrDefault(finding => finding.Id == incident.Lead);

        json.WriteStartObject();
        EcsFields.Head(
            json, occasion?.AtUnixMilliseconds ?? incident.UpdatedUnixMilliseconds, EcsFields.Text(texts.TitleOf(incident), detail));
        EcsFields.Event(
            json,
            new EcsEvent(
                DataSet, incident.Severity, incident.Confidence, incident.RecordedUnixMilliseconds, incident.FirstSeenUnixMilliseconds,
                at, EcsFields.Text(incident.Reason, detail), texts.LinkOf(incident)),
            occasion is null ? "incident" : $"incident-{occasion.Event}", EcsFields.Id(incident.Id), occasion);
        if (lead is not null) EcsFields.Rule(json, lead.Kind);
        else if (incident.Kinds.Count > 0) EcsFields.Rule(json, incident.Kinds[0]);
        EcsFields.Threat(json, incident.Techniques);
        if (first is { } act)
        {
            Host("source", act.Client);
            if (act.Server is { } server) Host("destination", server);
        }

        EcsFields.User(json, users.FirstOrDefault());
        EcsFields.Network(
            json,
            EcsFields.Some(
                findings.SelectMany(finding => finding.Flows).Select(flow => flow.CommunityId).Distinct(StringComparer.Ordinal), detail,
                MostFlows),
            findings.Any(finding => finding.Operations.Count > 0));
        EcsFields.Observer(json);
        EcsFields.Related(
            json, EcsFields.Some(hosts.Select(host => host.Address.ToString()), detail, MostHosts),
            EcsFields.Some(hosts.Select(host => texts.NameOf(host.Address, at) ?? "").Where(name => name.Length > 0), detail, MostHosts),
            EcsFields.Some(users, detail, MostUsers));
        Own(json, incident, lead, occasion, detail);
        json.WriteEndObject();

        void Host(string name, IncidentHost host) =>
            EcsFields.Host(json, name, host.Address.ToString(), texts.NameOf(host.Address, at), port: null);
    }

    private void Own(
        Utf8JsonWriter json, StoredIncident incident, StoredFinding? lead, EcsOccasion? occasion, EcsDetail detail)
    {
        json.WriteStartObject("rpc_collector");
        json.WriteString("type", "incident");
        json.WriteString("id", EcsFields.Id(incident.Id));
        if (occasion is not null) json.WriteString("event", occasion.Event);
        if (occasion is { IsTest: true }) json.WriteBoolean("test", true);
        json.WriteString("severity", KebabCase<FindingSeverity>.Of(incident.Severity));
        json.WriteString("confidence", KebabCase<FindingConfidence>.Of(incident.Confidence));
        json.WriteString("state", KebabCase<IncidentState>.Of(incident.State));
        if (incident.ClosedAs is { } meaning) json.WriteString("verdict", KebabCase<VerdictMeaning>.Of(meaning));
        if (incident.Assignee is { } assignee) json.WriteString("assignee", EcsFields.Text(assignee, detail));
        if (incident.RaisedBecause is { } raised) json.WriteString("raised_because", EcsFields.Text(raised, detail));
        if (incident.LoweredBecause is { } lowered) json.WriteString("lowered_because", EcsFields.Text(lowered, detail));
        if (incident.ProposedRole is { } role) json.WriteString("proposed_role", KebabCase<HostRole>.Of(role));
        if (incident.MergedInto is { } into) json.WriteString("merged_into", EcsFields.Id(into));
        if (incident.Related is { } related) json.WriteString("related", EcsFields.Id(related));
        if (incident.WithdrawnUnixMilliseconds is { } withdrawn) json.WriteString("withdrawn_at", EcsFields.Time(withdrawn));
        json.WriteBoolean("hidden", incident.IsHidden);
        EcsFields.Array(json, "kinds", EcsFields.Some(incident.Kinds.Select(KebabCase<FindingKind>.Of), detail, MostHosts));
        json.WriteNumber("findings", incident.NumFindings);
        json.WriteNumber("clients", incident.NumClients);
        json.WriteNumber("servers", incident.NumServers);
        json.WriteNumber("count", incident.Count);
        EcsFields.Array(
            json, "client_ips", EcsFields.Some(incident.Acts.Select(act => act.Client.Address.ToString()), detail, MostHosts));
        EcsFields.Array(
            json, "server_ips", EcsFields.Some(incident.Servers.Select(server => server.Address.ToString()), detail, MostHosts));
        EcsFields.Array(
            json, "pivots",
            EcsFields.Some(incident.Steps.Select(step => $"{step.From.Address} > {step.To.Address}"), detail, MostHosts));
        EcsRarity.Write(json, lead?.Rarity);
        if (lead is not null) json.WriteString("next", EcsFields.Text(texts.NextOf(lead), detail));
        json.WriteEndObject();
    }
}
