namespace RpcCollector.Detection.Incidents;

/// <summary>A client that looks into one host after another, week after week, and does nothing else: a help desk, most likely.</summary>
/// <remarks>
/// Evidence: in the simulated network five such clients made all wrong findings of high severity. Their mark is time: first contacts to
/// a few hosts a day, each time others, on three days over a week or more, and never anything that is more than new. An intruder who has as
/// much patience looks the same, so it lowers nothing: it makes one incident of many, which proposes a role that a person may tell.
/// </remarks>
internal static class ClientHabit
{
    private const int Days = 3;
    private const int MostADay = 8;
    private const long Week = 7 * Day;
    private const long Day = 24 * 3_600_000L;

    /// <summary>True for findings that are of such a habit as far as they go.</summary>
    public static bool MayBe(List<StoryNode> nodes) => nodes.TrueForAll(node => node.Finding is
    {
        Kind: FindingKind.PeerToPeerRpc or FindingKind.FirstAdministration or FindingKind.NewRpcClient or FindingKind.PipeOpened,
        Server: not null,
        Severity: < FindingSeverity.Critical,
    }) && nodes.GroupBy(DayOf).All(day => day.Select(node => node.Finding.Server).Distinct().Count() <= MostADay);

    /// <summary>True for all findings of a client that make such a habit.</summary>
    public static bool Is(List<StoryNode> nodes)
    {
        // How long it went on says no to nearly all, and costs least to ask.
        if (nodes.Count < Days || !LastsAWeek(nodes)) return false;
        if (!MayBe(nodes) || nodes.Exists(node => node.Finding.Client != nodes[0].Finding.Client)) return false;
        var looked = nodes.FindAll(IsLookedAt);

        // On each of these days it went to somebody else.
        var servers = looked.Select(node => node.Finding.Server).Distinct().Count();
        return looked.Select(DayOf).Distinct().Count() >= Days && servers >= Days && 2 * servers > looked.Count;
    }

    /// <summary>True where so many are looked at, and from the first to the last of those it is a week.</summary>
    private static bool LastsAWeek(List<StoryNode> nodes)
    {
        var (first, last, looked) = (long.MaxValue, long.MinValue, 0);
        foreach (var node in nodes)
        {
            if (!IsLookedAt(node)) continue;
            (first, last) = (Math.Min(first, node.First), Math.Max(last, node.First));
            looked++;
        }

        return looked >= Days && last - first >= Week;
    }

    private static bool IsLookedAt(StoryNode node) => node.Finding.Weight.IsAtLeast(FindingSeverity.Medium);

    private static long DayOf(StoryNode node) => node.First / Day;
}
