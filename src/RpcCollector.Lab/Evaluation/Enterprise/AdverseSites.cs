using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Naming;
using RpcCollector.Options;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>The conditions of <c>--sites</c>, as they are named: clean, all, or some of them with commas between.</summary>
internal static class AdverseSites
{
    private const string Clean = "clean";
    private const string All = "all";

    private static readonly AdverseConditions[] Single =
    [
        AdverseConditions.Sampling, AdverseConditions.Asymmetry, AdverseConditions.Loss, AdverseConditions.Lateness, AdverseConditions.IPv6,
        AdverseConditions.Vpn,
    ];

    public static string Known => $"{Clean}, {All}, or some of {string.Join(',', Single.Select(NameOf))}";

    public static IEnumerable<string> NamesOf(AdverseConditions conditions) => conditions == AdverseConditions.None
        ? [Clean]
        : Single.Where(condition => conditions.HasFlag(condition)).Select(NameOf);

    /// <exception cref="StartupException">A name is unknown.</exception>
    public static AdverseConditions Parse(string text)
    {
        if (text.Equals(Clean, StringComparison.OrdinalIgnoreCase)) return AdverseConditions.None;
        if (text.Equals(All, StringComparison.OrdinalIgnoreCase)) return AdverseConditions.All;
        var conditions = AdverseConditions.None;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var known = Array.Find(Single, condition => NameOf(condition).Equals(part, StringComparison.OrdinalIgnoreCase));
            if (known == AdverseConditions.None) throw new StartupException($"--sites: '{part}' is not known; give {Known}");
            conditions |= known;
        }

        return conditions;
    }

    private static string NameOf(AdverseConditions condition) =>
        condition == AdverseConditions.IPv6 ? "ipv6" : KebabCase<AdverseConditions>.Of(condition);
}
