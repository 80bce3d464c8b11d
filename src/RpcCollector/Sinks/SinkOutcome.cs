namespace RpcCollector.Sinks;

/// <summary>What came of an attempt.</summary>
/// <param name="Delivered">How many, from the first on, were acknowledged.</param>
/// <param name="Failure">Why the next one was not; null when all were.</param>
internal sealed record SinkOutcome(int Delivered, SinkFailure? Failure = null)
{
    public static SinkOutcome Failed(string reason) => new(0, new SinkFailure(reason));
}

/// <summary>Why something was not acknowledged.</summary>
/// <param name="IsHopeless">The other side has refused the content: it would refuse it again.</param>
/// <param name="RetryAfter">When the other side wants to be asked again.</param>
internal sealed record SinkFailure(string Reason, bool IsHopeless = false, TimeSpan? RetryAfter = null);

/// <summary>Tells another program; used by one task at a time.</summary>
internal interface ISinkSender : IAsyncDisposable
{
    /// <summary>Where it sends to, without what is secret.</summary>
    string Target { get; }

    /// <summary>How many are handed over at once.</summary>
    int MaxBatch { get; }

    /// <summary>False for what this one does not tell.</summary>
    bool Tells(SinkMessage message);

    /// <summary>Sends in order, and returns once it is known what came of it.</summary>
    Task<SinkOutcome> SendAsync(IReadOnlyList<SinkMessage> messages, CancellationToken stopping);
}
