using RpcCollector.Detection;

namespace RpcCollector.Store.Findings;

/// <summary>Hides findings unless somebody asks for them; what is null does not restrict.</summary>
/// <param name="Client">An address or a prefix, as it was written.</param>
/// <param name="Server">Likewise; findings that name no server are not hidden by it.</param>
/// <param name="ExpiresUnixMilliseconds">Null for never.</param>
/// <param name="From">The address that it came from; null when it is not known.</param>
internal sealed record Suppression(
    long Id, FindingKind? Kind, string? Client, string? Server, string Who, string Why, long CreatedUnixMilliseconds,
    long? ExpiresUnixMilliseconds, string? From = null);

/// <summary>A suppression, and how many of the stored findings it hides now.</summary>
internal sealed record SuppressionCount(Suppression Suppression, long Findings);
