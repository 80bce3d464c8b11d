using System.Globalization;
using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Flows;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using RpcCollector.Store.Outbox;

namespace RpcCollector.Sinks;

/// <summary>What <c>sinks test</c> tells: an incident between addresses that are nobody's (RFC 5737).</summary>
internal static class ExampleMessage
{
    private const long Id = 0x7e57;

    public static SinkMessage At(long now)
    {
        var (client, server) = (HostAddress.Parse("192.0.2.15"), HostAddress.Parse("192.0.2.20"));
        const string Reason = "This is a test of the way to you: nothing has happened.";
        var finding = new StoredFinding
        {
            Id = Id,
            Kind = FindingKind.RemoteService,
            Severity = FindingSeverity.Low,
            Confidence = FindingConfidence.High,
            Client = client,
            Server = server,
            Count = 1,
            FirstSeenUnixMilliseconds = now,
            LastSeenUnixMilliseconds = now,
            Techniques = ["T1021.002", "T1569.002"],
            Analytics = [],
            Reason = Reason,
            Flows = [],
            Operations = ["svcctl::CreateServiceW"],
            Completeness = null,
            SamplingInterval = 1,
            RecordedUnixMilliseconds = now,
            UpdatedUnixMilliseconds = now,
            WithdrawnUnixMilliseconds = null,
            Verdict = null,
            SuppressedBy = [],
            Incident = Id,
        };
        var incident = new StoredIncident
        {
            Id = Id,
            Severity = FindingSeverity.Low,
            Confidence = FindingConfidence.High,
            RaisedBecause = null,
            Acts = [new IncidentAct(new IncidentHost(client, 0), finding.Kind, new IncidentHost(server, 0), 1, Id)],
            Servers = [new IncidentHost(server, 0)],
            Steps = [],
            NumClients = 1,
            NumServers = 1,
            NumFindings = 1,
            Kinds = [finding.Kind],
            Techniques = finding.Techniques,
            Count = 1,
            FirstSeenUnixMilliseconds = now,
            LastSeenUnixMilliseconds = now,
            Lead = Id,
            Reason = Reason,
            RecordedUnixMilliseconds = now,
            UpdatedUnixMilliseconds = now,
            WithdrawnUnixMilliseconds = null,
            MergedInto = null,
            State = IncidentState.Open,
            ClosedAs = null,
            ClosedUnixMilliseconds = null,
            Assignee = null,
            Related = null,
            Verdict = null,
            IsHidden = false,
        };
        var key = string.Create(CultureInfo.InvariantCulture, $"test-{now}");
        return new SinkMessage(key, 0, now, OutboxEvent.Added, incident, [finding])
        {
            IsTest = true,
        };
    }
}
