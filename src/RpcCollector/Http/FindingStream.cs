using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using RpcCollector.Detection;
using RpcCollector.Store.Findings;

namespace RpcCollector.Http;

/// <summary>/api/v1/findings/stream: what happens to findings, as server-sent events, once it is committed.</summary>
internal static class FindingStream
{
    public static async Task WriteAsync(
        HttpContext context,
        FindingEvents events,
        EventStream stream,
        [FromQuery, Description("The kind of finding, such as peer-to-peer-rpc; may be repeated.")] string[]? kind,
        [Description("Of this severity at least: low, medium, high or critical.")] string? severity,
        [Description("true also reports findings that are suppressed or called benign.")] string? suppressed)
    {
        var reader = new QueryReader(context.Request.Query, nameof(kind), nameof(severity), nameof(suppressed));
        var choice =
            new FindingChoice(
                reader.AllNamed<FindingKind>(nameof(kind)), reader.Named<FindingSeverity>(nameof(severity)),
                reader.Flag(nameof(suppressed)));
        if (reader.Errors.Count > 0)
        {
            await TypedResults.ValidationProblem(reader.Errors).ExecuteAsync(context);
            return;
        }

        await stream.WriteAsync(context, events, choice.Show, "/api/v1/findings");
    }
}
