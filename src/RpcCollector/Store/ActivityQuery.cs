using RpcCollector.Detection;
using RpcCollector.Flows;

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

    /// <summary>At either end.</summary>
    public AddressRange? Host { get; init; }

    /// <summary>Any of its ports.</summary>
    public ushort? Port { get; init; }

    /// <summary>Its endpoint is one of these; empty for none at all.</summary>
    public IReadOnlyCollection<(HostAddress Server, ushort Port)>? Endpoints { get; init; }

    /// <summary>An exporter that saw it.</summary>
    public HostAddress? Exporter { get; init; }

    /// <summary>Of its mapper or its endpoint connection, as <see cref="CommunityId.TryGetKey"/> has it.</summary>
    public long? CommunityKey { get; init; }

    /// <summary>Any of these; empty for all.</summary>
    public IReadOnlyCollection<JoinBasis> Bases { get; init; } = [];

    public ActivityCursor? After { get; init; }

    public int Limit { get; init; } = 100;

    /// <summary>How long to look for what few have; then the answer says how far back it looked. Null for as long as it takes.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>
    /// Ids of all that wait to be sorted in and may be chosen; null when they are not known. The store knows them, whoever asks.
    /// </summary>
    public IReadOnlyCollection<long>? Waiting { get; init; }

    /// <summary>True when it restricts nothing but the time, so that every activity within it is one.</summary>
    public bool TakesAll => this is
    {
        Client: null, Server: null, Host: null, Port: null, Endpoints: null, Exporter: null, CommunityKey: null, Bases.Count: 0,
    };
}

/// <summary>One page of activities.</summary>
/// <param name="Next">Where the next page begins; null when this one is the last.</param>
/// <param name="LookedBackTo">What began before it was not looked at; null when all was, or the page is full.</param>
internal sealed record ActivityPage(IReadOnlyList<StoredActivity> Items, ActivityCursor? Next, long? LookedBackTo = null);

/// <summary>How many activities a query chooses.</summary>
/// <param name="IsExact">False when it is at least so many: all of them were not looked at.</param>
internal readonly record struct ActivityTotal(long Count, bool IsExact);
