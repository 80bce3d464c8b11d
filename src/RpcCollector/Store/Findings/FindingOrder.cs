using Microsoft.Data.Sqlite;
using RpcCollector.Flows;

namespace RpcCollector.Store.Findings;

/// <summary>What comes first on a page; what is alike goes by when it was seen last, then by id.</summary>
internal enum FindingOrder : byte
{
    LastSeen,
    FirstSeen,

    /// <summary>The worst, then the surest.</summary>
    Severity,

    /// <summary>What has the most behind it.</summary>
    Count,

    /// <summary>The lowest address.</summary>
    Client,

    /// <summary>The lowest address; those about a client alone come last.</summary>
    Server,
}

/// <summary>The orders of findings f in SQL: each is total, so that pages neither lose nor repeat any.</summary>
internal static class FindingOrders
{
    private const int NoServer = 1;

    public static string Sql(this FindingOrder order) => order switch
    {
        FindingOrder.FirstSeen => "f.first_seen_ms DESC, f.id DESC",
        FindingOrder.Severity => "f.severity DESC, f.confidence DESC, f.last_seen_ms DESC, f.id DESC",
        FindingOrder.Count => "f.count DESC, f.last_seen_ms DESC, f.id DESC",
        FindingOrder.Client => "f.client, f.last_seen_ms DESC, f.id DESC",
        FindingOrder.Server => "f.server IS NULL, f.server, f.last_seen_ms DESC, f.id DESC",
        _ => "f.last_seen_ms DESC, f.id DESC",
    };

    /// <summary>The condition that a finding comes after a place.</summary>
    public static string Beyond(FindingCursor after, SqliteParameterCollection parameters)
    {
        parameters.AddWithValue("$afterAt", after.AtUnixMilliseconds);
        parameters.AddWithValue("$afterId", after.Id);
        const string Later = "(f.last_seen_ms, f.id) < ($afterAt, $afterId)";
        switch (after.Order)
        {
            case FindingOrder.FirstSeen:
                return "(f.first_seen_ms, f.id) < ($afterAt, $afterId)";
            case FindingOrder.Severity:
                parameters.AddWithValue("$afterSeverity", after.Rank >> 8);
                parameters.AddWithValue("$afterConfidence", after.Rank & 0xFF);
                return "(f.severity, f.confidence, f.last_seen_ms, f.id) < ($afterSeverity, $afterConfidence, $afterAt, $afterId)";
            case FindingOrder.Count:
                parameters.AddWithValue("$afterCount", after.Rank);
                return "(f.count, f.last_seen_ms, f.id) < ($afterCount, $afterAt, $afterId)";
            case FindingOrder.Client:
                parameters.AddWithValue("$afterHost", ActivityStatements.Octets(after.Address));
                return $"(f.client > $afterHost OR (f.client = $afterHost AND {Later}))";
            case FindingOrder.Server when after.Rank == NoServer:
                return $"(f.server IS NULL AND {Later})";
            case FindingOrder.Server:
                parameters.AddWithValue("$afterHost", ActivityStatements.Octets(after.Address));
                return $"(f.server > $afterHost OR f.server IS NULL OR (f.server = $afterHost AND {Later}))";
            default:
                return Later;
        }
    }

    /// <summary>The place of a row, damaged or not.</summary>
    public static FindingCursor PlaceOf(
        this FindingOrder order, long id, (long Severity, long Confidence, long Count) rank, HostAddress client, HostAddress? server,
        (long First, long Last) seen) => order switch
        {
            FindingOrder.FirstSeen => new FindingCursor(order, 0, default, seen.First, id),
            FindingOrder.Severity => new FindingCursor(order, (rank.Severity << 8) | (rank.Confidence & 0xFF), default, seen.Last, id),
            FindingOrder.Count => new FindingCursor(order, rank.Count, default, seen.Last, id),
            FindingOrder.Client => new FindingCursor(order, 0, client, seen.Last, id),
            FindingOrder.Server => new FindingCursor(order, server is null ? NoServer : 0, server ?? default, seen.Last, id),
            _ => new FindingCursor(order, 0, default, seen.Last, id),
        };
}
