using System.ComponentModel;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using RpcCollector.Detection;
using RpcCollector.Naming;
using RpcCollector.Store.Findings;

namespace RpcCollector.Http;

/// <summary>/api/v1/findings/stream: what happens to findings, as server-sent events (HTML Standard, 9.2), once it is committed.</summary>
internal static class FindingStream
{
    // Proxies close connections that are silent for longer, often after a minute.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    // As in the rest of the API: events are not HTML, and a Community ID keeps its '+'.
    private static readonly CollectorJson Unescaped =
        new(new JsonSerializerOptions(CollectorJson.Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    // A listener that takes nothing for this long is gone, or might as well be.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task WriteAsync(
        HttpContext context,
        FindingEvents events,
        IHostApplicationLifetime lifetime,
        [FromQuery, Description("The kind of finding, such as peer-to-peer-rpc; may be repeated.")] string[]? kind,
        [Description("Of this severity at least: low, medium, high or critical.")] string? severity,
        [Description("true also reports findings that are suppressed or called benign.")] string? suppressed)
    {
        var reader = new QueryReader(context.Request.Query, nameof(kind), nameof(severity), nameof(suppressed));
        var choice =
            new Choice(
                reader.AllNamed<FindingKind>(nameof(kind)), reader.Named<FindingSeverity>(nameof(severity)),
                reader.Flag(nameof(suppressed)));
        if (reader.Errors.Count > 0)
        {
            await TypedResults.ValidationProblem(reader.Errors).ExecuteAsync(context);
            return;
        }

        var lastId = context.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } stated] ? stated : null;
        if (!events.TryListen(lastId, out var missed, out var listener))
        {
            await TypedResults.Problem(
                statusCode: StatusCodes.Status503ServiceUnavailable, title: $"There are {FindingEvents.MaxListeners} listeners already.")
                    .ExecuteAsync(context);
            return;
        }

        using (listener)
        {
            try
            {
                using var ended =
                    CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, listener.TooSlow);
                await WriteAsync(context.Response, listener, missed, choice, ended.Token);
            }
            catch (Exception end) when (end is OperationCanceledException or IOException)
            {
                // The listener left, was too slow, or the process stops: an answer that was being written is cut off.
                if (!lifetime.ApplicationStopping.IsCancellationRequested) context.Abort();
            }
            finally
            {
                events.Leave(listener);
            }
        }
    }

    private static async Task WriteAsync(
        HttpResponse response, FindingListener listener, IReadOnlyList<FindingEvent>? missed, Choice choice, CancellationToken ended)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";

        // nginx would keep the events back to fill its buffer.
        response.Headers["X-Accel-Buffering"] = "no";
        var text = new StringBuilder("retry: 3000\n\n");
        if (missed is null)
            text.Append(
                "event: gap\ndata: {\"reason\":\"The events since the last one are no longer known here: read /api/v1/findings.\"}\n\n");
        foreach (var happened in missed ?? []) Append(text, happened, choice);
        await SendAsync(response, text, ended);

        while (true)
        {
            using var heartbeat = CancellationTokenSource.CreateLinkedTokenSource(ended);
            heartbeat.CancelAfter(Heartbeat);
            try
            {
                await listener.Events.WaitToReadAsync(heartbeat.Token);
            }
            catch (OperationCanceledException) when (!ended.IsCancellationRequested)
            {
                text.Append(": still here\n\n");
            }

            while (listener.Events.TryRead(out var happened)) Append(text, happened, choice);
            if (text.Length > 0) await SendAsync(response, text, ended);
        }
    }

    private static void Append(StringBuilder text, FindingEvent happened, Choice choice)
    {
        if (!choice.Includes(happened.Step)) return;
        text.Append("id: ").Append(happened.Id)
            .Append("\nevent: ").Append(happened.Step.IsVerdict ? "verdict" : KebabCase<ActivityChangeKind>.Of(happened.Step.Kind))
            .Append("\ndata: ").Append(JsonSerializer.Serialize(FindingJson.From(happened.Step.Finding), Unescaped.FindingJson))
            .Append("\n\n");
    }

    private static async Task SendAsync(HttpResponse response, StringBuilder text, CancellationToken ended)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ended);
        patience.CancelAfter(Patience);
        var octets = Encoding.UTF8.GetBytes(text.ToString());
        text.Clear();
        await response.Body.WriteAsync(octets, patience.Token);
        await response.Body.FlushAsync(patience.Token);
    }

    /// <summary>Which events one listener wants.</summary>
    private sealed record Choice(IReadOnlyCollection<FindingKind> Kinds, FindingSeverity? LeastSeverity, bool WithHidden)
    {
        // When a finding is called benign, that verdict is its last event, so that whoever shows findings can remove it.
        public bool Includes(FindingStep step) =>
            (Kinds.Count == 0 || Kinds.Contains(step.Finding.Kind))
                && (LeastSeverity is not { } least || step.Finding.Severity.IsAtLeast(least))
            && (WithHidden || !step.Finding.IsHidden || (step.IsVerdict && step.Finding.SuppressedBy.Count == 0));
    }
}
