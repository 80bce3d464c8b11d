using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Store.Incidents;

/// <summary>Which incidents to read; what is null or empty does not restrict.</summary>
internal sealed record IncidentQuery
{
    public IReadOnlyCollection<IncidentChoice> States { get; init; } = [IncidentChoice.Open, IncidentChoice.Acknowledged];

    public FindingSeverity? LeastSeverity { get; init; }

    public FindingConfidence? LeastConfidence { get; init; }

    /// <summary>With a finding of one of these.</summary>
    public IReadOnlyCollection<FindingKind> Kinds { get; init; } = [];

    /// <summary>A technique, its sub-techniques included.</summary>
    public string? Technique { get; init; }

    public AddressRange? Client { get; init; }

    public AddressRange? Server { get; init; }

    /// <summary>At either end.</summary>
    public AddressRange? Host { get; init; }

    /// <summary>Part of the name of one of its hosts.</summary>
    public string? Name { get; init; }

    /// <summary>As it was written; empty for those that nobody has.</summary>
    public string? Assignee { get; init; }

    /// <summary>Last seen then or later.</summary>
    public long? SinceUnixMilliseconds { get; init; }

    /// <summary>First seen before.</summary>
    public long? UntilUnixMilliseconds { get; init; }

    /// <summary>Also those of which all findings are suppressed or benign.</summary>
    public bool WithHidden { get; init; }

    public IncidentOrder Order { get; init; }

    public IncidentCursor? After { get; init; }

    public int Limit { get; init; } = 100;
}

/// <summary>Which incidents a query asks for.</summary>
internal enum IncidentChoice
{
    Open,
    Acknowledged,
    Closed,

    /// <summary>No finding of it stands any more.</summary>
    Withdrawn,
}

/// <summary>What comes first on a page.</summary>
internal enum IncidentOrder : byte
{
    /// <summary>The worst, then the surest, then the latest.</summary>
    Severity,
    LastSeen,
    FirstSeen,
}

/// <summary>One page of incidents.</summary>
/// <param name="Next">Where the next page begins; null when this one is the last.</param>
/// <param name="Total">How many the query chooses on all pages.</param>
/// <param name="Hidden">How many more it would choose with those that are hidden.</param>
internal sealed record IncidentPage(IReadOnlyList<StoredIncident> Items, IncidentCursor? Next, long Total, long Hidden);

/// <summary>The place after the last incident of a page, in the order of that page. Opaque to clients.</summary>
internal readonly record struct IncidentCursor(IncidentOrder Order, byte Severity, byte Confidence, long AtUnixMilliseconds, long Id)
{
    private const int Octets = 19;
    private const int Characters = 26;

    public override string ToString()
    {
        Span<byte> octets = stackalloc byte[Octets];
        (octets[0], octets[1], octets[2]) = ((byte)Order, Severity, Confidence);
        BinaryPrimitives.WriteInt64BigEndian(octets[3..], AtUnixMilliseconds);
        BinaryPrimitives.WriteInt64BigEndian(octets[11..], Id);
        return Base64Url.EncodeToString(octets);
    }

    public static bool TryParse([NotNullWhen(true)] string? text, out IncidentCursor cursor)
    {
        cursor = default;
        Span<byte> octets = stackalloc byte[Octets];
        if (text is not { Length: Characters } || !Base64Url.IsValid(text)) return false;
        if (!Base64Url.TryDecodeFromChars(text, octets, out var written) || written != Octets) return false;
        var order = (IncidentOrder)octets[0];
        if (!Enum.IsDefined(order)) return false;
        cursor = new IncidentCursor(
            order, octets[1], octets[2], BinaryPrimitives.ReadInt64BigEndian(octets[3..]),
            BinaryPrimitives.ReadInt64BigEndian(octets[11..]));
        return true;
    }
}
