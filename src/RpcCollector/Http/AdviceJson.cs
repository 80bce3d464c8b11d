using System.ComponentModel;
using RpcCollector.Detection;
using RpcCollector.Detection.Advice;
using RpcCollector.Naming;

namespace RpcCollector.Http;

/// <summary>What is known of a kind of finding, whatever the hosts.</summary>
internal sealed record KindJson
{
    [Description("The kind, such as remote-service.")]
    public required string Kind { get; init; }

    [Description("What the client did, to be followed by the server: 'created or started a service on'.")]
    public required string Deed { get; init; }

    [Description("What it means.")]
    public required string Means { get; init; }

    [Description("What may be behind it when it is malicious.")]
    public required IReadOnlyList<CauseJson> Malicious { get; init; }

    [Description("What may be behind it when it is harmless.")]
    public required IReadOnlyList<CauseJson> Harmless { get; init; }

    [Description("What it would mean for the business if it is what it looks like.")]
    public required string Business { get; init; }

    [Description("Three questions that tell them apart.")]
    public required IReadOnlyList<QuestionJson> Questions { get; init; }

    [Description("Windows events to look for, the most telling first.")]
    public required IReadOnlyList<EventLeadJson> Events { get; init; }

    [Description("Processes that would be behind it.")]
    public required IReadOnlyList<ProcessLeadJson> Processes { get; init; }

    [Description("What prevents it, the most effective first.")]
    public required IReadOnlyList<HardeningJson> Hardening { get; init; }

    [Description("ATT&CK techniques that it may serve.")]
    public required IReadOnlyList<string> Techniques { get; init; }

    [Description("RPC interfaces, by Zeek's names, whose operations make such a finding; empty when flows alone make it.")]
    public required IReadOnlyList<string> Interfaces { get; init; }

    public static KindJson From(KindAdvice advice) => new()
    {
        Kind = KebabCase<FindingKind>.Of(advice.Kind),
        Deed = advice.Deed,
        Means = advice.Means,
        Malicious = [.. advice.Malicious.Select(CauseJson.From)],
        Harmless = [.. advice.Harmless.Select(CauseJson.From)],
        Business = advice.Business,
        Questions = [.. advice.Questions.Select(QuestionJson.From)],
        Events = [.. advice.Events.Select(lead => EventLeadJson.From(lead, null))],
        Processes = [.. advice.Processes.Select(process => ProcessLeadJson.From(process, null))],
        Hardening = [.. advice.Hardening.Select(hardening => HardeningJson.From(hardening, null))],
        Techniques = advice.Techniques,
        Interfaces = advice.Interfaces,
    };
}

/// <summary>Every kind, in the order of their numbers.</summary>
internal sealed record KindsPage(IReadOnlyList<KindJson> Items);

/// <summary>Where a fact is written down.</summary>
internal sealed record SourceJson(string Name, string Url)
{
    public static SourceJson From(SourceDocument source) => new(source.Name, source.Url);
}

/// <summary>What may be behind a finding.</summary>
internal sealed record CauseJson(string Text, SourceJson Source)
{
    public static CauseJson From(Cause cause) => new(cause.Text, SourceJson.From(cause.Source));
}

/// <summary>A question, and which answer speaks for what.</summary>
internal sealed record QuestionJson(string Ask, string Harmless, string Malicious)
{
    public static QuestionJson From(TellingQuestion question) => new(question.Ask, question.Harmless, question.Malicious);
}

/// <summary>The host on which to look, or where something is set.</summary>
internal sealed record PlaceJson(
    [property: Description("client, server, domain-controllers or certificate-authorities.")] string Role,
    [property: Description("Such as: the server 10.1.2.3. Absent when no finding is asked about.")] string? InWords,
    [property: Description("Its address; of many servers those that the finding's flows name. Absent when not known.")]
    IReadOnlyList<string>? Addresses)
{
    /// <param name="advice">The finding's; null when it is about the kind.</param>
    public static PlaceJson From(AdviceHost host, FindingAdvice? advice)
    {
        var place = advice?.PlaceOf(host);
        return new PlaceJson(
            KebabCase<AdviceHost>.Of(host), place?.InWords,
            place is { Addresses.Count: > 0 } ? [.. place.Addresses.Select(address => address.ToString())] : null);
    }
}

/// <summary>An event to look for.</summary>
internal sealed record EventLeadJson(
    int Id, string Log, string Provider, string Title,
    [property: Description("On which host.")] PlaceJson On,
    [property: Description("What to read in it.")] string Read,
    [property: Description("What must be on for it to be written.")] string Policy,
    SourceJson Source)
{
    public static EventLeadJson From(EventLead lead, FindingAdvice? advice) => new(
        lead.Event.Id, lead.Event.Log, lead.Event.Provider, lead.Event.Title, PlaceJson.From(lead.On, advice), lead.Read, lead.Event.Policy,
        SourceJson.From(lead.Event.Source));
}

/// <summary>A process that would be behind it.</summary>
internal sealed record ProcessLeadJson(string Name, PlaceJson On, string What, SourceJson Source)
{
    public static ProcessLeadJson From(ProcessLead process, FindingAdvice? advice) =>
        new(process.Name, PlaceJson.From(process.On, advice), process.What, SourceJson.From(process.Source));
}

/// <summary>How the door is closed.</summary>
internal sealed record HardeningJson(
    string Name,
    [property: Description("Where it is set.")] PlaceJson On,
    string Prevents,
    [property: Description("A command, a policy or a value of the registry; it may have several lines.")] string How,
    [property: Description("What it may break.")] string Caution,
    SourceJson Source)
{
    public static HardeningJson From(Hardening hardening, FindingAdvice? advice) => new(
        hardening.Name, PlaceJson.From(hardening.On, advice), hardening.Prevents, hardening.How, hardening.Caution,
        SourceJson.From(hardening.Source));
}
