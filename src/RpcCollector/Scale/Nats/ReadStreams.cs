using System.Collections.Concurrent;

namespace RpcCollector.Scale.Nats;

/// <summary>Of which streams this process has read: one that was made anew since has other messages under the same offsets.</summary>
internal sealed class ReadStreams
{
    private readonly ConcurrentDictionary<LogSubject, (DateTimeOffset MadeAt, DateTimeOffset ReadOf)> _read = new();

    /// <summary>Where reading a log goes on.</summary>
    /// <param name="wanted">Behind what was read of it, as far as the reader knows.</param>
    /// <param name="last">The last offset that its stream has.</param>
    /// <param name="madeAt">When the stream was made, by the broker's clock.</param>
    /// <remarks>
    /// A broker may say another time of the same stream: nats-server, started again after the stream was changed, says when it was started
    /// the time before. What was read since then is younger than that; but older than any stream that took the place of its own.
    /// </remarks>
    public long FirstOf(LogSubject of, long wanted, long last, DateTimeOffset madeAt)
    {
        // A broker that lost its last minutes ends before what was read of it: it is read from the beginning, and so is a stream that was
        // made anew, also where it has grown beyond the former one by now.
        var isOther = _read.TryGetValue(of, out var known) && known.MadeAt != madeAt && madeAt > known.ReadOf;
        return isOther || wanted > last + 1 ? 1 : wanted;
    }

    /// <summary>Something was read of a log's stream.</summary>
    /// <param name="appendedAt">When the broker took what was read last, by its clock.</param>
    public void Note(LogSubject of, DateTimeOffset madeAt, DateTimeOffset appendedAt) => _read[of] = (madeAt, appendedAt);
}
