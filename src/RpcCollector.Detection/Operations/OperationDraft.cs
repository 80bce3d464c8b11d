namespace RpcCollector.Detection.Operations;

/// <summary>
/// What the named operations of a client on a server amount to, as one rule says; the judge makes a finding of it. Of one kind there is
/// at most one.
/// </summary>
public sealed record OperationDraft
{
    public required FindingKind Kind { get; init; }

    public required FindingSeverity Severity { get; init; }

    public required FindingConfidence Confidence { get; init; }

    /// <summary>ATT&amp;CK techniques, in the order of the catalogue.</summary>
    public required IReadOnlyList<string> Techniques { get; init; }

    /// <summary>CAR analytics; often none.</summary>
    public required IReadOnlyList<string> Analytics { get; init; }

    /// <summary>
    /// What the client did, for a sentence that begins with it: "created and started a service (svcctl::CreateServiceW; 1 call)".
    /// </summary>
    public required string Reason { get; init; }

    /// <summary>Names such as svcctl::CreateServiceW, the first called first; at most <see cref="MaxOperations"/>.</summary>
    public required IReadOnlyList<string> Operations { get; init; }

    /// <summary>How many calls stand behind it.</summary>
    public required int Count { get; init; }

    public required long FirstUnixMilliseconds { get; init; }

    public required long LastUnixMilliseconds { get; init; }

    public const int MaxOperations = 16;
}
