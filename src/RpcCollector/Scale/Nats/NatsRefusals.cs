using System.Collections.Concurrent;
using NATS.Client.Core;

namespace RpcCollector.Scale.Nats;

/// <summary>Hears what the server does not let this process publish: whoever publishes it gets no answer, and would wait for one.</summary>
internal sealed class NatsRefusals
{
    private const string Beginning = "Permissions Violation for Publish to \"";

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _watched = new(StringComparer.Ordinal);

    public NatsRefusals(NatsConnection connection) => connection.ServerError += (_, said) =>
    {
        if (SubjectOf(said.Error) is { } subject && _watched.TryRemove(subject, out var watched)) watched.TrySetResult();
        return default;
    };

    /// <summary>Ends when the server next refuses something under that subject; asked for before it is published.</summary>
    public Task Next(string subject) =>
        _watched.GetOrAdd(subject, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    internal static string? SubjectOf(string error)
    {
        var begin = error.IndexOf(Beginning, StringComparison.OrdinalIgnoreCase);
        if (begin < 0) return null;
        var rest = error.AsSpan(begin + Beginning.Length);
        return rest.IndexOf('"') is var end and >= 0 ? rest[..end].ToString() : null;
    }
}
