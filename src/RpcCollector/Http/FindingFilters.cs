using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using RpcCollector.Detection;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Http;

/// <summary>By what findings are chosen: the same for the list and for exports.</summary>
/// <remarks>
/// The parameters are declared only for the API's description. Their values are read from the request, so that all mistakes are reported
/// at once.
/// </remarks>
internal sealed class FindingFilters
{
    private static readonly string[] Names =
    [
        "kind", "severity", "confidence", "known_hosts", "client", "server", "host", "incident", "technique", "since", "until", "verdict",
        "suppressed", "state", "sort",
    ];

    // The verdicts that a filter can ask for.
    private enum VerdictFilter
    {
        None,
        Benign,
        Malicious,
    }

    [FromQuery(Name = "kind"), Description("The kind of finding, such as peer-to-peer-rpc; may be repeated.")]
    public string[]? Kind { get; init; }

    [FromQuery(Name = "severity"), Description("Of this severity at least: low, medium, high or critical.")]
    public string? Severity { get; init; }

    [FromQuery(Name = "confidence"), Description("Of this confidence at least: low, medium or high.")]
    public string? Confidence { get; init; }

    [FromQuery(Name = "known_hosts"),
        Description("At least so many of its hosts were known before, 1 or 2: leaves out what names unknown hosts alone.")]
    public string? KnownHosts { get; init; }

    [FromQuery(Name = "client"), Description("Address of the client, or a prefix such as 10.0.0.0/8.")]
    public string? Client { get; init; }

    [FromQuery(Name = "server"), Description("Address of the server, or a prefix such as 10.0.0.0/8.")]
    public string? Server { get; init; }

    [FromQuery(Name = "host"), Description("Address at either end, or a prefix such as 10.0.0.0/8.")]
    public string? Host { get; init; }

    [FromQuery(Name = "incident"),
        Description("Id of the incident that they belong to; one that has gone into another leads there.")]
    public string? Incident { get; init; }

    [FromQuery(Name = "technique"), Description("An ATT&CK technique, its sub-techniques included: T1021 or T1021.003.")]
    public string? Technique { get; init; }

    [FromQuery(Name = "since"), Description("Last seen then or later: RFC 3339 or Unix seconds.")]
    public string? Since { get; init; }

    [FromQuery(Name = "until"), Description("First seen before: RFC 3339 or Unix seconds.")]
    public string? Until { get; init; }

    [FromQuery(Name = "verdict"),
        Description("none, benign or malicious; may be repeated. Asking for benign also shows hidden findings.")]
    public string[]? Verdict { get; init; }

    [FromQuery(Name = "suppressed"), Description("true also shows findings that are suppressed or called benign.")]
    public string? Suppressed { get; init; }

    [FromQuery(Name = "state"), Description("standing, withdrawn or all; standing when absent.")]
    public string? State { get; init; }

    [FromQuery(Name = "sort"),
        Description(
            "last-seen, first-seen (the latest first), severity (the worst, then the surest), count (the most), client or server (the " +
            "lowest address); what is alike goes by when it was seen last. last-seen when absent.")]
    public string? Sort { get; init; }

    /// <summary>A reader that knows these parameters and some more.</summary>
    public static QueryReader ReaderOf(HttpContext context, params ReadOnlySpan<string> more) =>
        new(context.Request.Query, [.. Names, .. more]);

    /// <param name="leadsTo">The incident that an id leads to; null when there is none.</param>
    public static FindingQuery Read(QueryReader reader, Func<long, long?> leadsTo)
    {
        var verdicts = reader.AllNamed<VerdictFilter>("verdict");
        return new FindingQuery
        {
            Kinds = reader.AllNamed<FindingKind>("kind"),
            LeastSeverity = reader.Named<FindingSeverity>("severity"),
            LeastConfidence = reader.Named<FindingConfidence>("confidence"),
            KnownHosts = reader.Text("known_hosts") is null ? null : reader.Limit("known_hosts", byDefault: 1, most: 2),
            Client = reader.Addresses("client"),
            Server = reader.Addresses("server"),
            Host = reader.Addresses("host"),
            Incident = reader.Id("incident") is { } incident ? leadsTo(incident) ?? incident : null,
            Technique = reader.Technique("technique"),
            SinceUnixMilliseconds = reader.Time("since"),
            UntilUnixMilliseconds = reader.Time("until"),
            Verdicts = [.. verdicts.Select(MeaningOf)],
            State = reader.Named<FindingState>("state") ?? FindingState.Standing,
            WithHidden = reader.Flag("suppressed") || verdicts.Contains(VerdictFilter.Benign),
            Order = reader.Named<FindingOrder>("sort") ?? FindingOrder.LastSeen,
        };
    }

    /// <summary>The incident that an id leads to, as the store has it.</summary>
    public static Func<long, long?> LeadsTo(IncidentStore incidents) => id => incidents.Find(id)?.Incident.Id;

    private static VerdictMeaning? MeaningOf(VerdictFilter verdict) => verdict switch
    {
        VerdictFilter.Benign => VerdictMeaning.Benign,
        VerdictFilter.Malicious => VerdictMeaning.Malicious,
        _ => null,
    };
}
