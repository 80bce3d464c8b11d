using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using RpcCollector.Http.Access;
using RpcCollector.Options;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>Server-sent events (HTML Standard, 9.2): who listens, for how long, and what it may cost.</summary>
internal sealed class EventStream(IHostApplicationLifetime lifetime, HttpOptions http, AccessGauges gauges)
{
    // What the kernel may hold for a listener beyond what it has taken: otherwise it would be megabytes.
    private const int SocketBytes = 32 * 1024;

    /// <param name="show">What is told of a step; null when the listener does not want it.</param>
    /// <param name="whole">Where the present state can be read, should events be lost.</param>
    public async Task WriteAsync<TStep>(HttpContext context, StepEvents<TStep> events, Func<TStep, ShownEvent?> show, string whole)
    {
        var lastId = context.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } stated] ? stated : null;
        var client = Client.Of(context);
        if (!events.TryListen(client, http.MaxListenersPerClient, lastId, out var place, out var listener))
        {
            gauges.CountRefused(HttpRefusal.TooManyListeners);
            context.Response.Headers.RetryAfter = "10";
            await TypedResults.Problem(
                statusCode: StatusCodes.Status503ServiceUnavailable,
                title: $"There are {StreamBounds.MaxListeners} listeners already, or {http.MaxListenersPerClient} of this client.")
                    .ExecuteAsync(context);
            return;
        }

        using (listener)
        {
            try
            {
                BoundBuffers(context);
                using var ended =
                    CancellationTokenSource.CreateLinkedTokenSource(
                        context.RequestAborted, lifetime.ApplicationStopping, listener.Dropped, Person.Of(context).Ended);
                using var due = new CancellationTokenSource(http.ListenFor);
                await new EventTelling<TStep>(context.Response, listener, show, whole, ended.Token).WriteAsync(place, due.Token);
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
