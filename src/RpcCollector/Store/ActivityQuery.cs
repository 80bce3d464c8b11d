using RpcCollector.Detection;

namespace RpcCollector.Store;

/// <summary>Which activities to read, the latest start first; what is null does not restrict.</summary>
internal sealed record ActivityQuery
{
    /// <summary>The earliest start, inclusive.</summary>
    public long? SinceUnixMilliseconds { get; init; }

    /// <summary>The latest start, exclusive.</summary>
    public long? UntilUnixMilliseconds { get; init; }

    public AddressRange? Client { get; init; }

    public AddressRange? Server { get; init; }

    /// <summary>Any of these; empty for all.</summary>
    public IReadOnlyCollection<JoinBasis> Bases { get; init; } = [];

    public ActivityCursor? After { get; init; }

    public int Limit { get; init; } = 100;
}

/// <summary>One page of activities.</summary>
/// <param name="Next">Where the next page begins; null when this one is the last.</param>
internal sealed record ActivityPage(IReadOnlyList<StoredActivity> Items, ActivityCursor? Next);
