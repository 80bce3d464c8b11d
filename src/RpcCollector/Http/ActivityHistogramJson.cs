using System.ComponentModel;
using System.Text.Json.Serialization;
using RpcCollector.Detection;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>How many activities began when.</summary>
internal sealed record ActivityHistogramJson(
    [property: Description("Where the first step begins: 'since', or the start of the earliest activity.")] DateTimeOffset Since,
    [property: Description("Where the last step ends: 'until', or just after the latest activity.")] DateTimeOffset Until,
    [property: Description("How long a step is; the first and the last may be cut off.")] long BucketSeconds,
    [property: Description("The earliest first, those without activities too.")] IReadOnlyList<ActivityStepJson> Items,
    [property: Description(
        "What began before it was not looked at, because that took too long, and has no item; absent when all was looked at.")]
        DateTimeOffset? LookedBackTo)
{
    public static ActivityHistogramJson From(ActivityHistogram histogram) => new(
        UtcMilliseconds.From(histogram.SinceUnixMilliseconds), UtcMilliseconds.From(histogram.UntilUnixMilliseconds),
        histogram.StepMilliseconds / 1_000, [.. histogram.Steps.Select(ActivityStepJson.From)],
        histogram.LookedBackTo is { } time ? UtcMilliseconds.From(time) : null);
}

/// <summary>One step of it.</summary>
internal sealed record ActivityStepJson(
    DateTimeOffset At, long Count, [property: Description("The same by the rule that joined them.")] BasisCountsJson ByBasis)
{
    public static ActivityStepJson From(ActivityStep step) => new(
        UtcMilliseconds.From(step.AtUnixMilliseconds), step.Count,
        new BasisCountsJson(
            step.Of(JoinBasis.Car), step.Of(JoinBasis.Extended), step.Of(JoinBasis.KnownEndpoint), step.Of(JoinBasis.MapperOnly)));
}

/// <summary>How many activities by the rule that joined them.</summary>
internal sealed record BasisCountsJson(
    long Car, long Extended,
    [property: JsonPropertyName("known-endpoint")] long KnownEndpoint,
    [property: JsonPropertyName("mapper-only")] long MapperOnly);
