using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>Who was told for several servers within two weeks begins to administer, or is an intruder whose machine is known.</summary>
/// <remarks>
/// Somebody who becomes an administrator is new to every server of his, and each of them is told. After some, the next is no further
/// question: the findings that stand name the machine, and one look at it answers for all. So what is no worse than new, at a host that
/// others use, is low from then on. It says nothing of controllers, nor of what is high, nor of hosts that hardly anybody uses; nor of who
/// did what is more than new, as those that sweep first and drive a server then.
/// </remarks>
internal static class ToldOfOthers
{
    /// <summary>How long a finding that stands counts, in hours.</summary>
    public const int Within = 14 * Epoch.PerDay;

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        if (subject.IsLearning) return;
        for (var i = 0; i < found.Count; i++)
        {
            if (found[i] is { Severity: FindingSeverity.Medium, Server: { } server } draft && IsOfTheSort(draft.Kind)
                && Because(subject, server) is { } told) found[i] = draft.Lowered(told);
        }
    }

    /// <summary>Why what the client does to a host is no further question, in words; null where it is one.</summary>
    public static string? Because(ClientCase subject, HostIdentity server)
    {
        if (subject.RoleOf(server) == HostRole.DomainController || subject.Role.IsServing() || !subject.ServesSome(server)) return null;
        var told = subject.NumToldOf(but: server);
        return told < ClientCase.ServersOfAdministrators
            ? null
            : $"it is told already, within two weeks, that this client did such things to {told} other servers";
    }

    /// <summary>True for what is told of a server as no more than new.</summary>
    public static bool IsOfTheSort(FindingKind kind) => kind is FindingKind.FirstAdministration or FindingKind.NewRpcClient
        or FindingKind.PeerToPeerRpc or FindingKind.LargeUpload;

    /// <summary>
    /// True for what is no sign of administration: sweeps, pivots and the like, and what is high, but for a rare port of a controller.
    /// </summary>
    public static bool IsMoreThanNew(FindingKind kind, FindingSeverity severity) =>
        kind != FindingKind.UnusualEndpoint && (!IsOfTheSort(kind) || severity.IsAtLeast(FindingSeverity.High));
}
