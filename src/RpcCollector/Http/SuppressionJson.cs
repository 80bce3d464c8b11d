using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using RpcCollector.Detection;
using RpcCollector.Naming;
using RpcCollector.Store.Findings;

namespace RpcCollector.Http;

/// <summary>A suppression as it is written: at least one of kind, client and server.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SuppressionRequest(
    [property: Description("Findings of this kind; of all kinds when absent.")] string? Kind,
    [property: Description("Address or prefix of the client; any when absent.")] string? Client,
    [property: Description("Address or prefix of the server; when absent, any server, and findings without one.")] string? Server,
    [property: Description("Who wants it.")] string? Who,
    [property: Description("Why.")] string? Why,
    [property: Description("When it expires, RFC 3339; never when absent.")] string? ExpiresAt);

/// <summary>A suppression as the API shows it.</summary>
internal sealed record SuppressionJson(
    string Id, string? Kind, string? Client, string? Server, string Who, string Why, DateTimeOffset CreatedAt,
    [property: Description("Absent when it never expires.")] DateTimeOffset? ExpiresAt,
    [property: Description("False once it has expired.")] bool Active,
    [property: Description("How many of the stored findings it hides now.")] long Hides,
    [property: JsonPropertyName("from"), Description("The address that it came from; absent when it is not known.")] string? SaidFrom)
{
    public static SuppressionJson From(SuppressionCount counted, long nowUnixMilliseconds)
    {
        var suppression = counted.Suppression;
        return new SuppressionJson(
            suppression.Id.ToString(CultureInfo.InvariantCulture), suppression.Kind is { } kind ? KebabCase<FindingKind>.Of(kind) : null,
            suppression.Client, suppression.Server,
            suppression.Who, suppression.Why, UtcMilliseconds.From(suppression.CreatedUnixMilliseconds),
            suppression.ExpiresUnixMilliseconds is { } expires ? UtcMilliseconds.From(expires) : null,
            suppression.ExpiresUnixMilliseconds is null || suppression.ExpiresUnixMilliseconds > nowUnixMilliseconds, counted.Findings,
            suppression.From);
    }
}

/// <summary>All suppressions, in order of id.</summary>
internal sealed record SuppressionsPage(IReadOnlyList<SuppressionJson> Items);
