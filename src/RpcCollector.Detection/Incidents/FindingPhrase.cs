using RpcCollector.Detection.Advice;

namespace RpcCollector.Detection.Incidents;

/// <summary>What a client did to a server, as the middle of a sentence; the words are those of the table of kinds.</summary>
public static class FindingPhrase
{
    /// <summary>Between a client and a server: "drove", "created or started a service on".</summary>
    public static string Of(FindingKind kind) => KindAdvice.Of(kind).Deed;

    /// <summary>Of a finding that is about the client alone: followed by how many hosts.</summary>
    public static string OfMany(FindingKind kind) => KindAdvice.Of(kind).DeedAlone ?? Of(kind);
}
