using System.Collections.Frozen;
using RpcCollector.Detection.Operations;

namespace RpcCollector.Detection.Advice;

/// <summary>What may be behind a kind of finding, what to look at next, and what prevents it; unique by kind.</summary>
public sealed record KindAdvice
{
    private static readonly FrozenDictionary<FindingKind, KindAdvice> ByKind = AdviceTable.Rows.ToFrozenDictionary(row => row.Kind);

    public required FindingKind Kind { get; init; }

    /// <summary>What the client did, to be followed by the server: "created or started a service on".</summary>
    public required string Deed { get; init; }

    /// <summary>The same where it is about the client alone, to be followed by how many hosts; null where it is the same.</summary>
    public string? DeedAlone { get; init; }

    /// <summary>More exact deeds, the worst first: the first whose operation was named says what happened.</summary>
    public IReadOnlyList<NamedDeed> NamedDeeds { get; init; } = [];

    /// <summary>What it means, in a sentence or two.</summary>
    public required string Means { get; init; }

    public required IReadOnlyList<Cause> Malicious { get; init; }

    public required IReadOnlyList<Cause> Harmless { get; init; }

    /// <summary>What it would mean for the business if it is what it looks like.</summary>
    public required string Business { get; init; }

    /// <summary>Three questions that tell them apart.</summary>
    public required IReadOnlyList<TellingQuestion> Questions { get; init; }

    /// <summary>Events to look for, the most telling first.</summary>
    public required IReadOnlyList<EventLead> Events { get; init; }

    public required IReadOnlyList<ProcessLead> Processes { get; init; }

    /// <summary>What prevents it, the most effective first.</summary>
    public required IReadOnlyList<Hardening> Hardening { get; init; }

    /// <summary>ATT&amp;CK techniques that it may serve, in ordinal order.</summary>
    public required IReadOnlyList<string> Techniques { get; init; }

    /// <summary>The ports on which the client itself answers, where that is what the kind is about; else empty.</summary>
    public IReadOnlyList<ushort> AnswersOn { get; init; } = [];

    /// <summary>Where the next look is worth most.</summary>
    public required AdviceHost NextOn { get; init; }

    /// <summary>What to look for there, to follow "look for"; up to <see cref="NextStepText.MaxLook"/>.</summary>
    public required string Next { get; init; }

    /// <summary>Zeek's names of the interfaces whose operations make such a finding, in ordinal order; empty when flows make it.</summary>
    public IReadOnlyList<string> Interfaces =>
    [
        .. OperationCatalog.Operations.Where(operation => operation.Kind == Kind).Select(operation => operation.Interface)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>Every document that a fact of this row comes from, each once.</summary>
    public IReadOnlyList<SourceDocument> Sources =>
    [
        .. Malicious.Concat(Harmless).Select(cause => cause.Source).Concat(Events.Select(lead => lead.Event.Source))
            .Concat(Processes.Select(process => process.Source)).Concat(Hardening.Select(hardening => hardening.Source)).Distinct(),
    ];

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
