using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>Tells one listener what happens, in parts of bounded size, each of which it has to take in time.</summary>
/// <param name="show">What is told of a step; null when the listener does not want it.</param>
/// <param name="whole">Where the present state can be read, should events be lost.</param>
internal sealed class EventTelling<TStep>(
    HttpResponse response, StepListener<TStep> listener, Func<TStep, ShownEvent?> show, string whole, CancellationToken ended)
{
    // What is sent at once: as much as a listener can be owed, besides what waits for it as events that others wait for, too.
    private const int PartCharacters = 16 * 1024;

    // Proxies close connections that are silent for longer, often after a minute.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly StringBuilder _text = new();
    private string _last = "";

    /// <summary>A listener that does not take a part in this time is gone, or might as well be.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <param name="place">Where it begins.</param>
    /// <param name="due">When to end it: the client connects again, and goes on where it was.</param>
    /// <exception cref="TimeoutException">The listener is too slow.</exception>
    public async Task WriteAsync(StreamPlace<TStep> place, CancellationToken due)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";

        // nginx would keep the events back to fill its buffer.
        response.Headers["X-Accel-Buffering"] = "no";
        _text.Append("retry: 3000\n");
        _last = place.Id;
        AppendPlace();
        if (place.Missed is null)
            _text.Append("event: gap\ndata: {\"reason\":\"The events since the last one are no longer known here: read ").Append(whole)
                .Append(".\"}\n\n");
        foreach (var happened in place.Missed ?? []) await TellAsync(happened);
        await SendAsync();

        while (!due.IsCancellationRequested)
        {
            if (!await HasMoreAsync(due))
            {
                _text.Append(": still here\n");
                AppendPlace();
            }

            while (listener.Events.TryRead(out var happened)) await TellAsync(happened);
            if (_text.Length > 0) await SendAsync();
        }
    }

    /// <returns>False when it is time to say something, or to end.</returns>
    private async Task<bool> HasMoreAsync(CancellationToken due)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(ended, due);
        silence.CancelAfter(Heartbeat);
        try
        {
            return await listener.Events.WaitToReadAsync(silence.Token);
        }
        catch (OperationCanceledException) when (!ended.IsCancellationRequested)
        {
            return false;
        }
    }

    // An id without data: a client that connects again before anything has happened knows where it was, too.
    private void AppendPlace() => _text.Append("id: ").Append(_last).Append("\n\n");

    private async ValueTask TellAsync(StepEvent<TStep> happened)
    {
        _last = happened.Id;
        if (show(happened.Step) is not { } shown) return;
        _text.Append("id: ").Append(happened.Id).Append("\nevent: ").Append(shown.Name).Append("\ndata: ").Append(shown.Data)
            .Append("\n\n");
        if (_text.Length >= PartCharacters) await SendAsync();
    }

    private async Task SendAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ended);
        patience.CancelAfter(Patience);
        var octets = Encoding.UTF8.GetBytes(_text.ToString());
        _text.Clear();
        try
        {
            await response.Body.WriteAsync(octets, patience.Token);
            await response.Body.FlushAsync(patience.Token);
        }
        catch (OperationCanceledException late) when (!ended.IsCancellationRequested)
        {
            throw new TimeoutException("The listener is too slow.", late);
        }
    }
}

/// <summary>An event as it is sent.</summary>
/// <param name="Data">JSON on one line.</param>
internal readonly record struct ShownEvent(string Name, string Data)
{
    // As in the rest of the API: events are not HTML, and a Community ID keeps its '+'.
    private static readonly CollectorJson Unescaped =
        new(new JsonSerializerOptions(CollectorJson.Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static ShownEvent Of(string name, FindingJson finding) => new(name, JsonSerializer.Serialize(finding, Unescaped.FindingJson));

    public static ShownEvent Of(string name, IncidentJson incident) =>
        new(name, JsonSerializer.Serialize(incident, Unescaped.IncidentJson));
}
