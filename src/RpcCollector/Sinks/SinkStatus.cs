using RpcCollector.Naming;
using RpcCollector.Options;

namespace RpcCollector.Sinks;

/// <summary>How a sink does: written by its task, read by any thread.</summary>
internal sealed class SinkStatus(SinkOptions options, string target, ILogger logger)
{
    private readonly Lock _lock = new();
    private long _sent;
    private long _failures;
    private long _dropped;
    private bool _isFailing;
    private long? _lastSent;
    private string? _lastError;
    private long? _lastErrorAt;

    public string Name => options.KnownAs;

    public string Kind { get; } = SinkNames.Of(options.Kind);

    /// <summary>Where it sends to, without what is secret.</summary>
    public string Target => target;

    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Attempts that failed.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>What was given up: the other side refuses it, or the store does not have it any more.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>True from a failed attempt to the next that succeeds.</summary>
    public bool IsFailing
    {
        get
        {
            lock (_lock) return _isFailing;
        }
    }

    public (long? SentAt, string? Error, long? ErrorAt) Last
    {
        get
        {
            lock (_lock) return (_lastSent, _lastError, _lastErrorAt);
        }
    }

    public void Succeed(int count, long now)
    {
        lock (_lock)
        {
            Interlocked.Add(ref _sent, count);
            _lastSent = now;
            if (_isFailing) SinkLog.Recovers(logger, Name, target);
            _isFailing = false;
        }
    }

    /// <summary>Said once, until it works again.</summary>
    public void Fail(string reason, long now)
    {
        lock (_lock)
        {
            Interlocked.Increment(ref _failures);
            (_lastError, _lastErrorAt) = (Printable.Of(reason), now);
            if (!_isFailing) SinkLog.Fails(logger, Name, target, _lastError);
            _isFailing = true;
        }
    }

    public void Drop(string key, string reason)
    {
        Interlocked.Increment(ref _dropped);
        SinkLog.Dropped(logger, Name, key, Printable.Of(reason));
    }
}
