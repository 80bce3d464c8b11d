using System.Collections.Frozen;

namespace RpcCollector.Detection.Advice;

/// <summary>What may be behind a kind of finding, what to look at next, and what prevents it; unique by kind.</summary>
public sealed record KindAdvice
{
    private static readonly FrozenDictionary<FindingKind, KindAdvice> ByKind = AdviceTable.Rows.ToFrozenDictionary(row => row.Kind);

    public required FindingKind Kind { get; init; }

    /// <summary>What the client did, to be followed by the server: "created a service on".</summary>
    public required string Deed { get; init; }

    /// <summary>The same where no server can follow; null where "{Deed} 17 hosts" says it.</summary>
    public string? DeedAlone { get; init; }

    /// <summary>More exact deeds, the worst first: the first whose operation was named says what happened.</summary>
    public IReadOnlyList<NamedDeed> NamedDeeds { get; init; } = [];

    /// <summary>Where the next look is worth most.</summary>
    public required AdviceHost NextOn { get; init; }

    /// <summary>What to look for there, to follow "look for"; up to <see cref="NextStepText.MaxLook"/>.</summary>
    public required string Next { get; init; }

    /// <summary>Every kind, in the order of the enumeration.</summary>
    public static IReadOnlyList<KindAdvice> All { get; } = [.. Enum.GetValues<FindingKind>().Select(kind => ByKind[kind])];

    public static KindAdvice Of(FindingKind kind) => ByKind[kind];

    /// <summary>What happened, as exactly as the named operations (svcctl::CreateServiceW) tell; to be followed by the server.</summary>
    public string DeedOf(IReadOnlyList<string> operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        foreach (var named in NamedDeeds)
        {
            if (operations.Any(named.IsSaidBy)) return named.Deed;
        }

        return Deed;
    }

    /// <summary>Where to look next, for what, and in which minutes: one sentence of at most <see cref="NextStepText.MaxLength"/>.</summary>
    public static string NextStep(AdviceSubject subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        return NextStepText.Of(Of(subject.Kind), subject);
    }
}

/// <summary>What happened when one of some operations was named.</summary>
/// <param name="Operations">Zeek's names without the interface, such as CreateServiceW.</param>
public sealed record NamedDeed(string Deed, params IReadOnlyList<string> Operations)
{
    /// <param name="name">Interface and operation, such as svcctl::CreateServiceW.</param>
    internal bool IsSaidBy(string name) => Operations.Any(
        operation => name.EndsWith(operation, StringComparison.Ordinal)
            && name.AsSpan(0, name.Length - operation.Length).EndsWith("::", StringComparison.Ordinal));
}
