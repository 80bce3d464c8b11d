using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>Which findings give way when there are more than may be kept: so that a flood of them pushes out itself.</summary>
/// <remarks>
/// <para>
/// Findings of one kind, severity and hour, of hosts known equally well, are a group. What there is room for is shared out among the
/// groups: all may keep equally many, and twice as many for each step of severity, and for each host of a finding that was known before.
/// So many thousands that are forged within minutes, whatever their severity and however many hosts they name, share the room of one
/// group or of a few, and what was found in other hours, of other kinds or about known hosts stays.
/// </para>
/// <para>
/// Within a group those go first whose client has the most, then those whose server has the most, as far as it has many; then those from
/// the middle of the group's hour: its first ones and its latest stay. A finding about a client alone, which may stand for many, goes last.
/// </para>
/// </remarks>
public static class FindingRetention
{
    // By severity, from Low on, and by known hosts: what one counts in its group.
    private static readonly int[] OfSeverity = [0, 8, 4, 2, 1];
    private static readonly int[] OfKnownHosts = [4, 2, 1];

    // What was withdrawn is kept to be read, and not at the cost of what stands.
    private const int OfWithdrawn = 4;

    // An intruder has so many findings of a kind within an hour and goes on to be one of many; a client or server with more is a flood.
    private const int Few = 16;

    private const long Hour = 3_600_000;

    /// <param name="findings">Those that may give way.</param>
    /// <param name="beyond">How many of them there are too many.</param>
    /// <returns>The ids of those that give way: as many, or all when there are fewer.</returns>
    public static IReadOnlyList<long> Choose(IEnumerable<RetainedFinding> findings, int beyond)
    {
        var groups = findings.GroupBy(GroupOf).Select(members => (members.Key, Members: members.ToList()))
            .OrderBy(group => group.Key.Weight).ThenBy(group => group.Key.Hour).ThenBy(group => group.Key.Kind)
            .ThenBy(group => group.Key.Severity).ThenBy(group => group.Key.KnownHosts).ThenBy(group => group.Key.IsWithdrawn).ToList();
        var target = Math.Max(0, groups.Sum(group => group.Members.Count) - beyond);

        // 1. The level up to which every group is filled: as high as there is room for.
        long low = 0, high = 1 + groups.Select(group => (long)group.Members.Count * group.Key.Weight).DefaultIfEmpty().Max();
        while (high - low > 1)
        {
            var level = low + ((high - low) / 2);
            if (groups.Sum(group => Kept(group.Members.Count, group.Key.Weight, level)) <= target) low = level;
            else high = level;
        }

        // 2. What a level leaves over goes to those that the next one would give more, in their order.
        var left = target - groups.Sum(group => Kept(group.Members.Count, group.Key.Weight, low));
        var giving = new List<long>(Math.Max(0, beyond));
        foreach (var (key, members) in groups)
        {
            var kept = Kept(members.Count, key.Weight, low);
            var extra = (int)Math.Min(left, Kept(members.Count, key.Weight, low + 1) - kept);
            left -= extra;
            GiveWay(members, members.Count - kept - extra, giving);
        }

        return giving;
    }

    private static Group GroupOf(RetainedFinding finding) => new(
        finding.Kind, finding.Severity, Math.Clamp(finding.KnownHosts, 0, 2), finding.AtUnixMilliseconds / Hour, finding.IsWithdrawn);

    private static int Kept(int count, int weight, long level) => (int)Math.Min(count, level / weight);

    private static void GiveWay(List<RetainedFinding> members, int count, List<long> giving)
    {
        if (count <= 0) return;
        members.Sort((left, right) => (left.AtUnixMilliseconds, left.Id).CompareTo((right.AtUnixMilliseconds, right.Id)));
        var ofClient = new Dictionary<HostAddress, int>();
        var ofServer = new Dictionary<HostAddress, int>();
        var places = members.Select((finding, place) => (
            finding.Id,
            OfClient: finding.Server is null ? 0 : Math.Max(Few, Next(ofClient, finding.Client)),
            OfServer: finding.Server is { } server ? Math.Max(Few, Next(ofServer, server)) : 0,
            FromMiddle: Math.Abs((2 * place) - members.Count))).ToList();
        giving.AddRange(
            places.OrderByDescending(place => place.OfClient).ThenByDescending(place => place.OfServer).ThenBy(place => place.FromMiddle)
                .ThenBy(place => place.Id).Take(count).Select(place => place.Id));
    }

    private static int Next(Dictionary<HostAddress, int> counts, HostAddress host) =>
        counts[host] = counts.GetValueOrDefault(host) + 1;

    private readonly record struct Group(FindingKind Kind, FindingSeverity Severity, int KnownHosts, long Hour, bool IsWithdrawn)
    {
        public int Weight => OfSeverity[(int)Severity] * OfKnownHosts[KnownHosts] * (IsWithdrawn ? OfWithdrawn : 1);
    }
}

/// <summary>What decides of a finding whether it gives way.</summary>
/// <param name="KnownHosts">As <see cref="Finding.KnownHosts"/>.</param>
/// <param name="AtUnixMilliseconds">When it was found first.</param>
public readonly record struct RetainedFinding(
    long Id, FindingKind Kind, FindingSeverity Severity, int KnownHosts, HostAddress Client, HostAddress? Server, long AtUnixMilliseconds,
    bool IsWithdrawn = false)
{
    public static RetainedFinding Of(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return new(
            finding.Id, finding.Kind, finding.Severity, finding.KnownHosts, finding.Client, finding.Server,
            finding.FirstSeenUnixMilliseconds);
    }
}
