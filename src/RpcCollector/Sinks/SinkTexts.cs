using RpcCollector.Detection;
using RpcCollector.Ecs;
using RpcCollector.Names;
using RpcCollector.Naming;
using RpcCollector.Options;
using RpcCollector.Store.Incidents;
using RpcCollector.Store.Outbox;

namespace RpcCollector.Sinks;

/// <summary>What is said in a message: to programs as an ECS document, to people in words.</summary>
internal sealed class SinkTexts(IncidentTexts incidents, NameBook names, PublicLinks links)
{
    private readonly EcsIncident _ofIncidents = new(incidents);
    private readonly EcsFinding _ofFindings = new(names, links);

    public byte[] Ecs(SinkMessage message, EcsDetail detail = EcsDetail.Full) => message.Incident is { } incident
        ? _ofIncidents.ToUtf8(incident, message.Findings, message.Occasion, detail)
        : _ofFindings.ToUtf8(message.Findings[0], message.Occasion, detail);

    /// <summary>The document with as much detail as there is room for.</summary>
    public byte[] Ecs(SinkMessage message, int mostBytes)
    {
        var document = Ecs(message);
        for (var detail = EcsDetail.Short; document.Length > mostBytes && detail <= EcsDetail.Least; detail++)
            document = Ecs(message, detail);
        return document;
    }

    /// <summary>Who drove whom; of a finding its kind and its hosts.</summary>
    public string Title(SinkMessage message)
    {
        if (message.Incident is { } incident) return Printable.Of(incidents.TitleOf(incident));
        var finding = message.Findings[0];
        var server = finding.Server is { } address ? $" to {Shown.Of(names, address, finding.LastSeenUnixMilliseconds)}" : "";
        return Printable.Of(
            $"{KebabCase<FindingKind>.Of(finding.Kind)}: {Shown.Of(names, finding.Client, finding.LastSeenUnixMilliseconds)}{server}");
    }

    public string Reason(SinkMessage message) => Printable.Of(message.Incident?.Reason ?? message.Findings[0].Reason);

    public IReadOnlyList<string> Techniques(SinkMessage message) => message.Incident?.Techniques ?? message.Findings[0].Techniques;

    /// <summary>Where to look next; empty where nothing is known of it.</summary>
    public string Next(SinkMessage message)
    {
        var lead = message.Incident is { } incident
            ? message.Findings.FirstOrDefault(finding => finding.Id == incident.Lead)
                ?? (message.Findings is [var first, ..] ? first : null)
            : message.Findings[0];
        return lead is null ? "" : Printable.Of(incidents.NextOf(lead));
    }

    /// <summary>An absolute link; null where Http:PublicUrl is not set.</summary>
    public string? Link(SinkMessage message) => !links.AreAbsolute ? null
        : message.Incident is { } incident ? links.OfIncident(incident.Id) : links.OfFinding(message.Findings[0].Id);

    /// <summary>What has happened, in words.</summary>
    public static string Headline(SinkMessage message)
    {
        var what = message.Incident is null ? "Finding" : "Incident";
        var severity = KebabCase<FindingSeverity>.Of(message.Severity);
        var happened = message.Event switch
        {
            OutboxEvent.Added => $"{what}, {severity}",
            OutboxEvent.Worsened => $"{what} is worse now, {severity}",
            OutboxEvent.Revised => $"{what} goes on, {severity}",
            OutboxEvent.Merged => $"{what} is part of another now, {severity}",
            OutboxEvent.Withdrawn => $"{what} was taken back: its flows read otherwise by now",
            _ => $"{what}, {severity}: {State(message)}",
        };
        return message.IsTest ? $"Test: {happened}" : happened;
    }

    private static string State(SinkMessage message) => message.Incident switch
    {
        { State: IncidentState.Closed, ClosedAs: { } meaning } => $"closed as {KebabCase<VerdictMeaning>.Of(meaning)}",
        { } incident => KebabCase<IncidentState>.Of(incident.State),
        null => message.Findings[0].Verdict is { } verdict
            ? $"called {KebabCase<VerdictMeaning>.Of(verdict.Meaning)}" : "its verdict was taken back",
    };
}
