using NATS.Client.Core;
using NATS.Client.JetStream;

namespace RpcCollector.Scale.Nats;

/// <summary>Appends to streams, and hears when the server does not let it: to whoever may not publish it gives no answer.</summary>
internal sealed class NatsPublishing(NatsConnection connection)
{
    // No stream is called so: the server answers that it is another one, and takes nothing.
    private const string NoStream = "-";

    private readonly NatsRefusals _refusals = new(connection);

    /// <exception cref="NatsException">It was not confirmed, or the server refuses it.</exception>
    public async Task AppendAsync(
        NatsJSContext streams, string subject, ReadOnlyMemory<byte> message, CancellationTokenSource patience)
    {
        var refused = _refusals.Next(subject);
        var answer = streams.PublishAsync(
            subject, message, opts: new NatsJSPubOpts { RetryAttempts = 1 }, cancellationToken: patience.Token).AsTask();
        if (await Task.WhenAny(answer, refused) != refused) (await answer).EnsureSuccess();
        else
        {
            await patience.CancelAsync();
            throw new NatsException($"it lets nobody with these credentials append to {subject}");
        }
    }

    /// <summary>Whether the server lets this process append under a subject; nothing is appended.</summary>
    public async Task<bool> MayAppendAsync(NatsJSContext streams, string subject, CancellationTokenSource patience)
    {
        var refused = _refusals.Next(subject);
        var answer = streams.PublishAsync(
            subject, ReadOnlyMemory<byte>.Empty, opts: new NatsJSPubOpts { RetryAttempts = 1, ExpectedStream = NoStream },
            cancellationToken: patience.Token).AsTask();
        if (await Task.WhenAny(answer, refused) == refused)
        {
            await patience.CancelAsync();
            return false;
        }

        await answer;
        return true;
    }
}
