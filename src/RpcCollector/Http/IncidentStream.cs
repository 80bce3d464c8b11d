using System.ComponentModel;
using RpcCollector.Detection;
using RpcCollector.Naming;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Http;

/// <summary>/api/v1/incidents/stream: what happens to incidents, as server-sent events, once it is committed.</summary>
internal static class IncidentStream
{
    public static async Task WriteAsync(
        HttpContext context,
        IncidentEvents events,
        IncidentView view,
        EventStream stream,
        [Description("Of this severity at least: low, medium, high or critical.")] string? severity,
        [Description("true also reports incidents of which all findings are suppressed or called benign.")] string? suppressed)
    {
        var reader = new QueryReader(context.Request.Query, nameof(severity), nameof(suppressed));
        var (least, withHidden) = (reader.Named<FindingSeverity>(nameof(severity)), reader.Flag(nameof(suppressed)));
        if (reader.Errors.Count > 0)
        {
            await TypedResults.ValidationProblem(reader.Errors).ExecuteAsync(context);
            return;
        }

        await stream.WriteAsync(context, events, Show, "/api/v1/incidents");

        // What a person did is always told: closing as benign hides, and whoever shows incidents has to learn it.
        ShownEvent? Show(IncidentEvent happened) =>
            (least is { } wanted && !happened.Incident.Severity.IsAtLeast(wanted))
            || (!withHidden && happened.Incident.IsHidden && happened.Kind is IncidentEventKind.Added or IncidentEventKind.Revised)
            ? null
            : ShownEvent.Of(KebabCase<IncidentEventKind>.Of(happened.Kind), view.Show(happened.Incident));
    }
}
