using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Names;
using RpcCollector.Naming;
using RpcCollector.Store.Findings;

namespace RpcCollector.Http;

/// <summary>Tells one listener what happens to findings, in parts of bounded size, each of which it has to take in time.</summary>
internal sealed class FindingTelling(
    HttpResponse response, FindingListener listener, FindingChoice choice, NameBook names, CancellationToken ended)
{
    // What is sent at once: as much as a listener can be owed, besides what waits for it as events that others wait for, too.
    private const int PartCharacters = 16 * 1024;

    // Proxies close connections that are silent for longer, often after a minute.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    // As in the rest of the API: events are not HTML, and a Community ID keeps its '+'.
    private static readonly CollectorJson Unescaped =
        new(new JsonSerializerOptions(CollectorJson.Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private readonly StringBuilder _text = new();
    private string _last = "";

    /// <summary>A listener that does not take a part in this time is gone, or might as well be.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <param name="place">Where it begins.</param>
    /// <param name="due">When to end it: the client connects again, and goes on where it was.</param>
    /// <exception cref="TimeoutException">The listener is too slow.</exception>
    public async Task WriteAsync(StreamPlace place, CancellationToken due)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";

        // nginx would keep the events back to fill its buffer.
        response.Headers["X-Accel-Buffering"] = "no";
        _text.Append("retry: 3000\n");
        _last = place.Id;
        AppendPlace();
        if (place.Missed is null)
            _text.Append(
                "event: gap\ndata: {\"reason\":\"The events since the last one are no longer known here: read /api/v1/findings.\"}\n\n");
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

    private async ValueTask TellAsync(FindingEvent happened)
    {
        _last = happened.Id;
        if (!choice.Includes(happened.Step)) return;
        _text.Append("id: ").Append(happened.Id)
            .Append("\nevent: ").Append(happened.Step.IsVerdict ? "verdict" : KebabCase<ActivityChangeKind>.Of(happened.Step.Kind))
            .Append("\ndata: ").Append(JsonSerializer.Serialize(FindingJson.From(happened.Step.Finding, names), Unescaped.FindingJson))
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

/// <summary>Which events one listener wants.</summary>
internal sealed record FindingChoice(IReadOnlyCollection<FindingKind> Kinds, FindingSeverity? LeastSeverity, bool WithHidden)
{
    // When a finding is called benign, that verdict is its last event, so that whoever shows findings can remove it.
    public bool Includes(FindingStep step) =>
        (Kinds.Count == 0 || Kinds.Contains(step.Finding.Kind))
            && (LeastSeverity is not { } least || step.Finding.Severity.IsAtLeast(least))
        && (WithHidden || !step.Finding.IsHidden || (step.IsVerdict && step.Finding.SuppressedBy.Count == 0));
}
