namespace RpcCollector.Detection.Incidents;

/// <summary>A finding in its story.</summary>
internal sealed class StoryNode(FindingOutline finding)
{
    public FindingOutline Finding { get; set; } = finding;

    /// <summary>Null until it has one.</summary>
    public Story? Story { get; set; }

    public long Id => Finding.Id;

    public long First => Finding.FirstSeenUnixMilliseconds;

    /// <summary>Until when it says that its client goes on, in Unix milliseconds.</summary>
    public long Reach(IncidentOptions options) =>
        Math.Min(Finding.LastSeenUnixMilliseconds, First + (long)options.Longest.TotalMilliseconds);

    public static int ByTime(StoryNode left, StoryNode right)
    {
        var order = left.First.CompareTo(right.First);
        return order != 0 ? order : left.Id.CompareTo(right.Id);
    }

    /// <summary>The worst first, then the surest, then the earliest.</summary>
    public static int ByWeight(StoryNode left, StoryNode right)
    {
        var order = right.Finding.Weight.CompareTo(left.Finding.Weight);
        if (order == 0) order = right.Finding.Confidence.CompareTo(left.Finding.Confidence);
        return order != 0 ? order : ByTime(left, right);
    }
}

/// <summary>The findings of one incident.</summary>
internal sealed class Story
{
    public long Id { get; set; }

    /// <summary>The earliest first.</summary>
    public List<StoryNode> Nodes { get; set; } = [];

    public List<StoryLink> Links { get; set; } = [];

    /// <summary>True when a person has closed it: what comes makes another.</summary>
    public bool IsClosed { get; set; }

    /// <summary>As it was last said; null before.</summary>
    public Incident? Said { get; set; }

    /// <summary>True when it has these findings already, and no others.</summary>
    public bool IsMadeOf(List<StoryNode> nodes, List<StoryLink> links)
    {
        if (Nodes.Count != nodes.Count || Links.Count != links.Count) return false;
        for (var i = 0; i < nodes.Count; i++)
        {
            if (Nodes[i] != nodes[i] || nodes[i].Story != this) return false;
        }

        return Links.SequenceEqual(links);
    }
}

/// <summary>A finding that drove a host, and the host's own after it.</summary>
internal readonly record struct StoryLink(StoryNode Driven, StoryNode WentOn);
