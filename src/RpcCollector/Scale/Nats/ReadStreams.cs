using System.Collections.Concurrent;

namespace RpcCollector.Scale.Nats;

/// <summary>Of which streams this process has read: one that was made anew since has other messages under the same offsets.</summary>
internal sealed class ReadStreams
{
    private readonly ConcurrentDictionary<LogSubject, DateTimeOffset> _madeAt = new();

    /// <summary>Where reading a log goes on.</summary>
    /// <param name="wanted">Behind what was read of it, as far as the reader knows.</param>
    /// <param name="last">The last offset that its stream has.</param>
    /// <param name="madeAt">When the stream was made, by the broker's clock.</param>
    public long FirstOf(LogSubject of, long wanted, long last, DateTimeOffset madeAt)
    {
        // A broker that lost its last minutes ends before what was read of it: it is read from the beginning, and so is a stream that was
        // made anew, also where it has grown beyond the former one by now.
        var isOther = _madeAt.TryGetValue(of, out var known) && known != madeAt;
        return isOther || wanted > last + 1 ? 1 : wanted;
    }

    /// <summary>Something was read of a log's stream.</summary>
    public void Note(LogSubject of, DateTimeOffset madeAt) => _madeAt[of] = madeAt;
}
