namespace RpcCollector.Detection.Incidents;

/// <summary>Makes incidents of findings: what it makes depends on which findings stand, and not on the order in which they came.</summary>
/// <remarks>Holds an outline of each finding, of whom others see to it that they are bounded. One thread calls it.</remarks>
public sealed class IncidentBook(IncidentOptions options)
{
    private readonly Dictionary<long, StoryNode> _nodes = [];
    private readonly Dictionary<long, Story> _stories = [];
    private readonly StoryGraph _graph = new(options);
    private readonly HashSet<IncidentHost> _dirty = [];
    private readonly HashSet<Story> _touched = [];

    // As long as the changes of one call are taken.
    private readonly Dictionary<long, List<long>> _joined = [];

    public IncidentBook()
        : this(new IncidentOptions())
    {
    }

    /// <summary>How many stand, closed ones included.</summary>
    public int Count => _stories.Count;

    /// <summary>Findings looked at so far, which is what grouping costs.</summary>
    public long NumLookedAt => _graph.NumLookedAt;

    /// <summary>Takes what has changed of findings.</summary>
    /// <returns>What that changes of incidents; those that go after those that stay, each in the order of their ids.</returns>
    public IReadOnlyList<IncidentChange> Take(IEnumerable<FindingChange> changes) =>
        Take(changes.Select(change => (change.Kind, FindingOutline.Of(change.Finding))));

    /// <summary>The same.</summary>
    public IReadOnlyList<IncidentChange> Take(IEnumerable<(ActivityChangeKind Kind, FindingOutline Finding)> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        foreach (var (kind, finding) in changes)
        {
            if (kind == ActivityChangeKind.Withdrawn) Remove(finding.Id);
            else Put(finding);
        }

        return Settle();
    }

    /// <summary>Fills it with what another process left.</summary>
    /// <param name="findings">All that stand.</param>
    /// <param name="closed">The incidents that a person has closed, with the ids of their findings.</param>
    /// <returns>All incidents, as new.</returns>
    public IReadOnlyList<IncidentChange> Restore(
        IEnumerable<FindingOutline> findings, IEnumerable<(long Incident, IReadOnlyList<long> Findings)> closed)
    {
        ArgumentNullException.ThrowIfNull(findings);
        ArgumentNullException.ThrowIfNull(closed);
        var storyOf = new Dictionary<long, Story>();
        foreach (var (incident, members) in closed)
        {
            var story = _stories[incident] = new Story { Id = incident, IsClosed = true };
            foreach (var member in members) storyOf[member] = story;
        }

        foreach (var finding in findings)
        {
            if (storyOf.TryGetValue(finding.Id, out var story)) Join(Node(finding), story);
            else Put(finding);
        }

        foreach (var story in _stories.Values.ToList())
        {
            if (!story.IsClosed) continue;
            story.Nodes.Sort(StoryNode.ByTime);
            if (story.Nodes.Count == 0) _stories.Remove(story.Id);
            else _touched.Add(story);
        }

        return Settle();
    }

    /// <summary>The incident that a finding belongs to; null when it is not known.</summary>
    public long? IncidentOf(long finding) => _nodes.TryGetValue(finding, out var node) ? node.Story?.Id : null;

    /// <summary>As it is now; null when there is none of the id.</summary>
    public Incident? Find(long incident) => _stories.TryGetValue(incident, out var story) ? story.Said : null;

    /// <summary>All its findings' ids, the earliest first.</summary>
    public IReadOnlyList<long> FindingsOf(long incident) =>
        _stories.TryGetValue(incident, out var story) ? [.. story.Nodes.Select(node => node.Id)] : [];

    /// <summary>Those that stand: the worst first, then the surest, then the latest.</summary>
    public IReadOnlyList<Incident> InOrder() => [.. _stories.Values.Select(story => story.Said!)
        .OrderByDescending(incident => incident.Severity).ThenByDescending(incident => incident.Confidence)
        .ThenByDescending(incident => incident.LastSeenUnixMilliseconds).ThenBy(incident => incident.Id)];

    /// <summary>A person has closed it: its findings stay together, and what comes makes another.</summary>
    public IReadOnlyList<IncidentChange> Close(long incident)
    {
        if (!_stories.TryGetValue(incident, out var story) || story.IsClosed) return [];
        story.IsClosed = true;
        foreach (var node in story.Nodes)
        {
            _graph.Remove(node);
            MarkDirty(node.Finding);
        }

        return Settle();
    }

    /// <summary>A person has opened it again: it may go into another.</summary>
    public IReadOnlyList<IncidentChange> Reopen(long incident)
    {
        if (!_stories.TryGetValue(incident, out var story) || !story.IsClosed) return [];
        story.IsClosed = false;
        foreach (var node in story.Nodes)
        {
            _graph.Add(node);
            MarkDirty(node.Finding);
        }

        return Settle();
    }

    private void Put(FindingOutline finding)
    {
        if (!_nodes.TryGetValue(finding.Id, out var node))
        {
            // What came again after it had been withdrawn goes back to where it has given its id to.
            node = Node(finding);
            if (_stories.TryGetValue(finding.Id, out var former) && former.IsClosed)
            {
                Join(node, former);
                former.Nodes.Sort(StoryNode.ByTime);
                _touched.Add(former);
                return;
            }

            _graph.Add(node);
            MarkDirty(finding);
            return;
        }

        var before = node.Finding;
        node.Finding = finding;
        if (node.Story is { } story) _touched.Add(story);
        if (node.Story is { IsClosed: true }) return;
        if (before.Severity != finding.Severity || before.Confidence != finding.Confidence || before.NumServers != finding.NumServers
            || before.FirstSeenUnixMilliseconds != finding.FirstSeenUnixMilliseconds
            || before.LastSeenUnixMilliseconds != finding.LastSeenUnixMilliseconds) MarkDirty(finding);
    }

    private void Remove(long finding)
    {
        if (!_nodes.Remove(finding, out var node)) return;
        if (node.Story is not { IsClosed: true })
        {
            _graph.Remove(node);
            MarkDirty(node.Finding);
        }

        if (node.Story is not { } story) return;
        story.Nodes.Remove(node);
        _touched.Add(story);
        if (story.IsClosed) return;
        foreach (var other in story.Nodes) _dirty.Add(other.Finding.Client);
    }

    private StoryNode Node(FindingOutline finding) => _nodes[finding.Id] = new StoryNode(finding);

    private void MarkDirty(FindingOutline finding)
    {
        _dirty.Add(finding.Client);
        if (finding.Server is { } server) _dirty.Add(server);
    }

    private void Join(StoryNode node, Story story)
    {
        if (node.Story == story) return;
        node.Story = story;
        story.Nodes.Add(node);
        if (!_joined.TryGetValue(story.Id, out var joined)) _joined.Add(story.Id, joined = []);
        joined.Add(node.Id);
    }

    /// <summary>Groups what is dirty, and tells what differs from what was said.</summary>
    private List<IncidentChange> Settle()
    {
        // 1. The groups get their stories: that of their earliest finding, whose id it has.
        List<(List<StoryNode> Nodes, List<StoryLink> Links)> groups = _dirty.Count == 0 ? [] : _graph.Regroup(_dirty);
        var gone = groups.SelectMany(group => group.Nodes).Select(node => node.Story).OfType<Story>().ToHashSet();
        foreach (var (nodes, links) in groups)
        {
            var id = nodes[0].Id;
            if (!_stories.TryGetValue(id, out var story)) story = _stories[id] = new Story { Id = id };

            // Many are looked at that stay as they are; where a finding of them differs they are touched already.
            if (story.IsMadeOf(nodes, links))
            {
                gone.Remove(story);
                continue;
            }

            (story.Nodes, story.Links) = ([], links);
            foreach (var node in nodes)
            {
                if (node.Story == story) story.Nodes.Add(node);
                else Join(node, story);
            }

            gone.Remove(story);
            _touched.Add(story);
        }

        gone.UnionWith(_touched.Where(story => story.Nodes.Count == 0));

        // 2. What stays and has changed.
        var changes = new List<IncidentChange>();
        foreach (var story in _touched.Where(story => !gone.Contains(story)).OrderBy(story => story.Id))
        {
            var (said, incident) = (story.Said, IncidentWriting.Of(story));
            var joined = _joined.GetValueOrDefault(story.Id) ?? [];
            story.Said = incident;
            if (said is not null && joined.Count == 0 && IncidentWriting.IsSame(said, incident)) continue;
            changes.Add(new(said is null ? ActivityChangeKind.Added : ActivityChangeKind.Revised, incident, joined));
        }

        // 3. What has gone, and where its id leads.
        foreach (var story in gone.OrderBy(story => story.Id))
        {
            _stories.Remove(story.Id);
            if (story.Said is { } former) changes.Add(new(ActivityChangeKind.Withdrawn, former, [], WhereTo(story)));
        }

        _dirty.Clear();
        _touched.Clear();
        _joined.Clear();
        return changes;
    }

    /// <summary>Where the earliest of its findings that still stands is now.</summary>
    private static long? WhereTo(Story gone)
    {
        foreach (var node in gone.Nodes)
        {
            if (node.Story is { } now && now != gone) return now.Id;
        }

        return null;
    }
}
