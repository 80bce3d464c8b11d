using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Store.Outbox;

namespace RpcCollector.Sinks;

/// <summary>Posts each message on its own, signed where a secret is given.</summary>
internal sealed class WebhookSender : ISinkSender
{
    public const string KeyHeader = "Idempotency-Key";
    public const string EventHeader = "X-RpcCollector-Event";
    public const string TimestampHeader = "X-RpcCollector-Timestamp";
    public const string SignatureHeader = "X-RpcCollector-Signature";

    private readonly SinkOptions _options;
    private readonly SinkFiles _files;
    private readonly SinkTexts _texts;
    private readonly ArrivalClock _clock;
    private readonly HttpPost _post;

    /// <exception cref="StartupException">A file that the settings name cannot be used.</exception>
    public WebhookSender(SinkOptions options, SinkFiles files, SinkTexts texts, ArrivalClock clock)
    {
        (_options, _files, _texts, _clock) = (options, files, texts, clock);
        _post = new HttpPost(options, files, path: "");
        _ = files.Secret(options.SecretFile, nameof(options.SecretFile));
    }

    public string Target => _post.Target;

    // Each by itself may take some seconds: so few that a turn is over within its patience.
    public int MaxBatch => 3;

    // People are not told that something goes on as it did; a ticket is opened once, and again in vain when it is worse.
    public bool Tells(SinkMessage message) => _options.Format switch
    {
        WebhookFormat.Json => true,
        WebhookFormat.Thehive => message.Event is OutboxEvent.Added or OutboxEvent.Worsened,
        _ => message.Event != OutboxEvent.Revised,
    };

    public async Task<SinkOutcome> SendAsync(IReadOnlyList<SinkMessage> messages, CancellationToken stopping)
    {
        for (var sent = 0; sent < messages.Count; sent++)
        {
            try
            {
                if (await SendAsync(messages[sent], stopping) is { } failure) return new SinkOutcome(sent, failure);
            }
            catch (Exception bug) when (bug is not OperationCanceledException)
            {
                // What those before it had is not told again, and it is given up in the end as what is refused is.
                return new SinkOutcome(sent, new SinkFailure($"an error of ours: {bug.GetType().Name}", IsHopeless: true));
            }
        }

        return new SinkOutcome(messages.Count);
    }

    /// <summary>The signature of a body, as its header has it: any language can compute it in a line or two.</summary>
    public static string Sign(string secret, string timestamp, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes(timestamp), (byte)'.', .. body];
        return $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    public ValueTask DisposeAsync()
    {
        _post.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<SinkFailure?> SendAsync(SinkMessage message, CancellationToken stopping)
    {
        var body = WebhookShapes.Body(_options.Format, message, _texts);
        List<(string, string)> headers =
        [
            (KeyHeader, message.Key), (EventHeader, $"{message.Subject}-{message.EventName}"),
        ];
        try
        {
            if (_files.Secret(_options.SecretFile, nameof(_options.SecretFile)) is { } secret)
            {
                var timestamp = (_clock.UnixMilliseconds / 1_000).ToString(CultureInfo.InvariantCulture);
                headers.Add((TimestampHeader, timestamp));
                headers.Add((SignatureHeader, Sign(secret, timestamp, body)));
            }
        }
        catch (StartupException unreadable)
        {
            return new SinkFailure(unreadable.Message);
        }

        return await _post.TryAsync(body, headers, stopping, IsKnown);
    }

    // TheHive refuses a second alert of the same reference: then it has the first.
    private bool IsKnown(HttpAnswer answer) => _options.Format == WebhookFormat.Thehive && answer.Status == HttpStatusCode.BadRequest
        && answer.Text.Contains("already exist", StringComparison.OrdinalIgnoreCase);
}
