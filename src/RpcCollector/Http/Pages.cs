using System.ComponentModel;

namespace RpcCollector.Http;

/// <summary>A page of activities, the latest start first.</summary>
internal sealed record ActivitiesPage(
    IReadOnlyList<ActivityItemJson> Items,
    [property: Description("The cursor of the next page; absent on the last.")] string? Next,
    [property: Description("How many there are on all pages; on the first page only.")] long? Total,
    [property: Description("In its place, where counting all of them took too long: at least so many.")] long? TotalAtLeast,
    [property: Description(
        "What began before it was not looked at, because that took too long: 'next' goes on there. Absent otherwise.")]
        DateTimeOffset? LookedBackTo);

/// <summary>A page of exporters, in order of address.</summary>
internal sealed record ExportersPage(
    IReadOnlyList<ExporterJson> Items,
    [property: Description("The cursor of the next page; absent on the last.")] string? Next)
{
    [Description("Senders of exports in a format that is not read, such as sFlow; absent where there are none.")]
    public IReadOnlyList<OtherSenderJson>? NotRead { get; init; }
}

/// <summary>A page of Templates, in order of exporter, version, domain and id.</summary>
internal sealed record TemplatesPage(
    IReadOnlyList<TemplateJson> Items,
    [property: Description("The cursor of the next page; absent on the last.")] string? Next);
