using System.Runtime.InteropServices;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Decoding;

/// <summary>
/// The Sets of one exporter that wait, by what they wait for: whether they can be read is asked once for all of one Template ID and
/// session, however many they are.
/// </summary>
internal sealed class ExporterWaiting(Exporter exporter, long templatesVersion)
{
    private readonly Dictionary<AwaitedTemplate, List<WaitingGroup>> _byTemplate = [];
    private readonly Dictionary<SessionDomain, Dictionary<(ushort TemplateId, bool NeedsDefinition), WaitingGroup>> _bySession = [];
    private readonly List<WaitingGroup> _ready = [];
    private long _numAdded;

    public Exporter Exporter { get; } = exporter;

    /// <summary>Octets that its Sets take.</summary>
    public long Octets { get; private set; }

    /// <summary>The version of the exporter's Templates when it was last asked whether its Sets can be read.</summary>
    public long TemplatesVersion { get; set; } = templatesVersion;

    /// <summary>True while it has its turn to be asked.</summary>
    public bool IsQueued { get; set; }

    public void Add(WaitingSet set)
    {
        var group = Find(set);
        if (group is null)
        {
            group = new WaitingGroup(set.Session, set.Key, set.NeedsDefinition);
            if (!_bySession.TryGetValue(set.Session, out var ofSession)) _bySession[set.Session] = ofSession = [];
            ofSession[group.Place] = group;
            var awaited = AwaitedTemplate.Of(set.Key);
            if (!_byTemplate.TryGetValue(awaited, out var groups)) _byTemplate[awaited] = groups = [];
            group.Index = groups.Count;
            groups.Add(group);
        }

        set.Number = _numAdded++;
        group.Add(set);
        Octets += set.Cost;
    }

    /// <summary>Removes and returns, in order of arrival, the Sets that wait for a Template and can be read now.</summary>
    public List<WaitingSet> TakeReady(in AwaitedTemplate learned, Func<WaitingGroup, bool> isReady)
    {
        if (!_byTemplate.TryGetValue(learned, out var groups)) return [];
        foreach (var group in groups)
        {
            if (isReady(group)) _ready.Add(group);
        }

        return TakeReady();
    }

    /// <summary>The same of the Sets of one session.</summary>
    public List<WaitingSet> TakeReady(SessionDomain session, Func<WaitingGroup, bool> isReady)
    {
        if (!_bySession.TryGetValue(session, out var groups)) return [];
        foreach (var group in groups.Values)
        {
            if (isReady(group)) _ready.Add(group);
        }

        return TakeReady();
    }

    /// <summary>The same of all Sets.</summary>
    public List<WaitingSet> TakeReady(Func<WaitingGroup, bool> isReady)
    {
        foreach (var groups in _byTemplate.Values)
        {
            foreach (var group in groups)
            {
                if (isReady(group)) _ready.Add(group);
            }
        }

        return TakeReady();
    }

    /// <summary>Removes a Set that none of its group came before.</summary>
    public void RemoveOldest(WaitingSet set)
    {
        var group = Find(set)!;
        group.First = set.Next;
        Octets -= set.Cost;
        if (group.First is null) Remove(group);
    }

    private WaitingGroup? Find(WaitingSet set) =>
        _bySession.TryGetValue(set.Session, out var groups) ? groups.GetValueOrDefault((set.Key.TemplateId, set.NeedsDefinition)) : null;

    private List<WaitingSet> TakeReady()
    {
        var taken = new List<WaitingSet>();
        foreach (var group in _ready)
        {
            for (var set = group.First; set is not null; set = set.Next) taken.Add(set);
            Remove(group);
        }

        if (_ready.Count > 1) taken.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        _ready.Clear();
        foreach (var set in CollectionsMarshal.AsSpan(taken)) Octets -= set.Cost;
        return taken;
    }

    private void Remove(WaitingGroup group)
    {
        var ofSession = _bySession[group.Session];
        ofSession.Remove(group.Place);
        if (ofSession.Count == 0) _bySession.Remove(group.Session);
        var awaited = AwaitedTemplate.Of(group.Key);
        var groups = _byTemplate[awaited];
        (groups[group.Index], groups[^1].Index) = (groups[^1], group.Index);
        groups.RemoveAt(groups.Count - 1);
        if (groups.Count == 0) _byTemplate.Remove(awaited);
    }
}

/// <summary>The Sets that wait for one Template ID of one session, in order of arrival.</summary>
/// <param name="needsDefinition">True when nothing but the next definition may read them.</param>
internal sealed class WaitingGroup(SessionDomain session, TemplateKey key, bool needsDefinition)
{
    public SessionDomain Session { get; } = session;

    public TemplateKey Key { get; } = key;

    public bool NeedsDefinition { get; } = needsDefinition;

    /// <summary>Its place among those of its session.</summary>
    public (ushort TemplateId, bool NeedsDefinition) Place => (Key.TemplateId, NeedsDefinition);

    private WaitingSet? _last;

    public WaitingSet? First { get; set; }

    /// <summary>Its place among the groups of the Template.</summary>
    public int Index { get; set; }

    public void Add(WaitingSet set)
    {
        if (First is null) First = set;
        else _last!.Next = set;
        _last = set;
    }
}
