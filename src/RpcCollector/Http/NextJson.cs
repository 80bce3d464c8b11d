using System.ComponentModel;
using RpcCollector.Detection;
using RpcCollector.Detection.Advice;
using RpcCollector.Naming;

namespace RpcCollector.Http;

/// <summary>What to look at next for one finding: what is known of its kind, filled in with its hosts and minutes.</summary>
internal sealed record NextJson
{
    [Description("The finding's id.")]
    public required string Finding { get; init; }

    public required string Kind { get; init; }

    public required string Client { get; init; }

    public string? Server { get; init; }

    [Description("What the client did, as exactly as its operations tell; to be followed by the server.")]
    public required string Deed { get; init; }

    [Description("The next step in one sentence of at most 160 characters.")]
    public required string NextStep { get; init; }

    [Description("Look since then: two minutes before it was first seen, in whole minutes.")]
    public required DateTimeOffset Since { get; init; }

    [Description("Look until then: five minutes after it was last seen.")]
    public required DateTimeOffset Until { get; init; }

    [Description("Windows events to look for in these minutes, the most telling first.")]
    public required IReadOnlyList<EventLeadJson> Events { get; init; }

    [Description("Processes that would be behind it.")]
    public required IReadOnlyList<ProcessLeadJson> Processes { get; init; }

    [Description("Filters to paste: addresses, numbers and words of the table alone, so there is nothing to escape.")]
    public required IReadOnlyList<FilterJson> Filters { get; init; }

    public required string Means { get; init; }

    public required IReadOnlyList<CauseJson> Malicious { get; init; }

    public required IReadOnlyList<CauseJson> Harmless { get; init; }

    public required string Business { get; init; }

    [Description("Three questions that tell malicious causes from harmless ones.")]
    public required IReadOnlyList<QuestionJson> Questions { get; init; }

    [Description("What prevents it, the most effective first.")]
    public required IReadOnlyList<HardeningJson> Hardening { get; init; }

    [Description("ATT&CK techniques that its kind may serve.")]
    public required IReadOnlyList<string> Techniques { get; init; }

    public static NextJson From(string finding, FindingAdvice advice) => new()
    {
        Finding = finding,
        Kind = KebabCase<FindingKind>.Of(advice.Kind.Kind),
        Client = advice.Subject.Client.ToString(),
        Server = advice.Subject.Server?.ToString(),
        Deed = advice.Deed,
        NextStep = advice.NextStep,
        Since = advice.Window.From,
        Until = advice.Window.Until,
        Events = [.. advice.Kind.Events.Select(lead => EventLeadJson.From(lead, advice))],
        Processes = [.. advice.Kind.Processes.Select(process => ProcessLeadJson.From(process, advice))],
        Filters = [.. advice.Filters.Select(filter => FilterJson.From(filter, advice))],
        Means = advice.Kind.Means,
        Malicious = [.. advice.Kind.Malicious.Select(CauseJson.From)],
        Harmless = [.. advice.Kind.Harmless.Select(CauseJson.From)],
        Business = advice.Kind.Business,
        Questions = [.. advice.Kind.Questions.Select(QuestionJson.From)],
        Hardening = [.. advice.Kind.Hardening.Select(hardening => HardeningJson.From(hardening, advice))],
        Techniques = advice.Kind.Techniques,
    };
}

/// <summary>A filter to paste.</summary>
internal sealed record FilterJson(
    [property: Description(
        "wireshark, tshark, zeek-columns, zeek-json, kibana-flows, kibana-events, splunk-flows, splunk-events or power-shell.")]
    string Tool,
    [property: Description("The host whose events it reads; absent when it reads traffic.")] PlaceJson? On,
    [property: Description("The filter itself; it may have several lines.")] string Text,
    [property: Description("What must be known to use it.")] string Note)
{
    public static FilterJson From(AdviceFilter filter, FindingAdvice advice) => new(
        KebabCase<AdviceTool>.Of(filter.Tool), filter.Place is { } place ? PlaceJson.From(place.Host, advice) : null, filter.Text,
        filter.Note);
}
