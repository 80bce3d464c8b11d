namespace RpcCollector.Detection;

/// <summary>Which rule joined a mapper flow and an endpoint flow; a better one has the smaller value.</summary>
public enum JoinBasis : byte
{
    /// <summary>Exactly the pseudocode of CAR-2014-05-001.</summary>
    Car = 1,

    /// <summary>
    /// The endpoint flow starts while the mapper flow is open or up to the window later; clock resolution and skew tolerated; any
    /// client port.
    /// </summary>
    Extended = 2,

    /// <summary>No mapper flow seen, but this server and port have been an RPC endpoint before.</summary>
    KnownEndpoint = 3,

    /// <summary>TCP 135 was contacted and no endpoint flow followed: refused, firewalled, or probed.</summary>
    MapperOnly = 4,
}

/// <summary>The order of bases.</summary>
public static class JoinBases
{
    /// <summary>True when this rule joins more surely than the other one.</summary>
    public static bool IsBetterThan(this JoinBasis basis, JoinBasis other) => basis < other;
}
