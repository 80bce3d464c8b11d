using System.ComponentModel;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using RpcCollector.Detection;
using RpcCollector.Http.Access;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Store.Findings;

namespace RpcCollector.Http;

/// <summary>/api/v1/findings/stream: what happens to findings, as server-sent events (HTML Standard, 9.2), once it is committed.</summary>
internal static class FindingStream
{
    // What the kernel may hold for a listener beyond what it has taken: otherwise it would be megabytes.
    private const int SocketBytes = 32 * 1024;

    public static async Task WriteAsync(
        HttpContext context,
        FindingEvents events,
        IHostApplicationLifetime lifetime,
        HttpOptions http,
        NameBook names,
        AccessGauges gauges,
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

        var lastId = context.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } stated] ? stated : null;
        var client = Client.Of(context.Connection.RemoteIpAddress);
        if (!events.TryListen(client, http.MaxListenersPerClient, lastId, out var place, out var listener))
        {
            gauges.CountRefused(HttpRefusal.TooManyListeners);
            context.Response.Headers.RetryAfter = "10";
            await TypedResults.Problem(
                statusCode: StatusCodes.Status503ServiceUnavailable,
                title: $"There are {FindingEvents.MaxListeners} listeners already, or {http.MaxListenersPerClient} of this client.")
                    .ExecuteAsync(context);
            return;
        }

        using (listener)
        {
            try
            {
                BoundBuffers(context);
                using var ended =
                    CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping, listener.Dropped);
                using var due = new CancellationTokenSource(http.ListenFor);
                await new FindingTelling(context.Response, listener, choice, names, ended.Token).WriteAsync(place, due.Token);
            }
            catch (TimeoutException)
            {
                events.GiveUp(listener);
                context.Abort();
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

    /// <summary>What is sent and not taken stays small, and how slow is too slow is decided here, where it is counted.</summary>
    private static void BoundBuffers(HttpContext context)
    {
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        try
        {
            if (context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket) socket.SendBufferSize = SocketBytes;
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The listener has left already.
        }
    }
}
