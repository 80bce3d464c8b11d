using System.ComponentModel;
using System.Text.Json.Serialization;
using RpcCollector.Detection;
using RpcCollector.Naming;
using RpcCollector.Store.Findings;

namespace RpcCollector.Http;

/// <summary>A verdict as it is given.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record VerdictRequest(
    [property: Description("benign or malicious.")] string? Verdict,
    [property: Description("Who says so.")] string? Who,
    [property: Description("Why.")] string? Why,
    [property: Description("When it expires, RFC 3339; never when absent.")] string? ExpiresAt);

/// <summary>A verdict as it is given on many findings at once.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ManyVerdictsRequest(
    [property: Description("Ids of 1 to 1000 findings.")] IReadOnlyList<string>? Ids,
    [property: Description("benign or malicious.")] string? Verdict,
    [property: Description("Who says so.")] string? Who,
    [property: Description("Why.")] string? Why,
    [property: Description("When it expires, RFC 3339; never when absent.")] string? ExpiresAt);

/// <summary>What became of it.</summary>
internal sealed record ManyVerdictsAnswer(
    [property: Description("How many of the findings have this verdict now, those included that had it before.")] int Given,
    [property: Description("Ids that no finding has.")] IReadOnlyList<string> Missing);

/// <summary>A verdict as the API shows it.</summary>
internal sealed record VerdictJson(
    [property: Description("benign or malicious.")] string Verdict,
    string Who,
    string Why,
    DateTimeOffset GivenAt,
    [property: Description("Absent when it never expires.")] DateTimeOffset? ExpiresAt,
    [property: Description("Absent unless it was withdrawn.")] DateTimeOffset? WithdrawnAt,
    [property: JsonPropertyName("from"), Description("The address that it came from; absent when it is not known.")] string? SaidFrom,
    [property: Description("The address that its withdrawal came from; absent when it is not known.")] string? WithdrawnFrom)
{
    public static VerdictJson From(GivenVerdict verdict) => new(
        KebabCase<VerdictMeaning>.Of(verdict.Meaning), verdict.Who, verdict.Why, UtcMilliseconds.From(verdict.GivenUnixMilliseconds),
        verdict.ExpiresUnixMilliseconds is { } expires ? UtcMilliseconds.From(expires) : null,
        verdict.WithdrawnUnixMilliseconds is { } withdrawn ? UtcMilliseconds.From(withdrawn) : null, verdict.From, verdict.WithdrawnFrom);
}

/// <summary>The verdicts on a finding.</summary>
internal sealed record VerdictHistory(
    [property: Description("The verdict that holds; absent when there is none.")] VerdictJson? Current,
    [property: Description("All of them, the latest first.")] IReadOnlyList<VerdictJson> History);
