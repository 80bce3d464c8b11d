using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Exporters;

/// <summary>The Templates of one exporter by their keys; what a change costs does not depend on how many there are.</summary>
/// <remarks>
/// Any thread may look a Template up without a lock; everything else happens under the owner's lock. Whoever keeps the result of a lookup
/// reads the version first: while it is the same, the result holds.
/// </remarks>
internal sealed class TemplateTable
{
    // Up to so many, going through them is as good as an index.
    private const int FewTemplates = 8;

    // So many changes are remembered, for those who wait for one.
    private const int NumLately = 64;

    private readonly SmallMap<TemplateKey, Template> _templates = new();
    private Dictionary<AwaitedTemplate, LayoutsOfId>? _layouts;
    private AwaitedTemplate[] _lately = [];
    private long _version;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Grows whenever a Template is added, replaced or removed.</summary>
    public long Version => Volatile.Read(ref _version);

    public bool TryGet(in TemplateKey key, [NotNullWhen(true)] out Template? template) => _templates.TryGet(key, out template);

    /// <summary>All of them.</summary>
    public KeyValuePair<TemplateKey, Template>[] Snapshot() => _templates.Entries;

    /// <summary>Adds a Template, or replaces the one under its key.</summary>
    public void Set(in TemplateKey key, Template template)
    {
        var isKnown = _templates.TryGet(key, out var known);
        if (isKnown && _layouts is not null) Uncount(key, known!);
        _templates.Set(key, template);
        if (!isKnown) Volatile.Write(ref _count, _count + 1);
        if (_layouts is not null) CountLayout(key, template);
        else if (_count > FewTemplates) Index();
        NoteChange(key);
    }

    /// <returns>The one that was removed; null when there was none.</returns>
    public Template? Remove(in TemplateKey key)
    {
        if (!_templates.TryGet(key, out var template)) return null;
        _templates.Remove(key);
        Volatile.Write(ref _count, _count - 1);
        if (_layouts is not null) Uncount(key, template);
        NoteChange(key);
        return template;
    }

    /// <summary>Removes all.</summary>
    /// <returns>Those that were there.</returns>
    public KeyValuePair<TemplateKey, Template>[] Clear()
    {
        var all = Snapshot();
        foreach (var (key, _) in all) Remove(key);
        return all;
    }

    /// <summary>A Template of an id in whichever session, if all that are known have one layout; otherwise null.</summary>
    public Template? OnlyLayoutOf(in AwaitedTemplate sought)
    {
        if (_layouts is not null) return _layouts.TryGetValue(sought, out var layouts) ? layouts.Only : null;
        Template? only = null;
        foreach (var (key, template) in Snapshot())
        {
            if (AwaitedTemplate.Of(key) != sought) continue;
            if (only is not null && !only.HasSameLayoutAs(template)) return null;
            only ??= template;
        }

        return only;
    }

    /// <summary>Which Templates changed since a version; false when these are more than are remembered.</summary>
    public bool TryTellChanged(long version, HashSet<AwaitedTemplate> changed)
    {
        changed.Clear();
        if (_version - version > NumLately || version < 0) return false;
        for (var change = version; change < _version; change++) changed.Add(_lately[change % NumLately]);
        return true;
    }

    /// <summary>Says that what a Template reads has changed.</summary>
    public void NoteChange(in TemplateKey key)
    {
        // Few exporters change anything after their first Templates.
        if (_lately.Length < NumLately) Array.Resize(ref _lately, _version < FewTemplates ? FewTemplates : NumLately);
        _lately[_version % NumLately] = AwaitedTemplate.Of(key);
        Volatile.Write(ref _version, _version + 1);
    }

    private void Index()
    {
        _layouts = [];
        foreach (var (key, template) in Snapshot()) CountLayout(key, template);
    }

    private void CountLayout(in TemplateKey key, Template template) =>
        CollectionsMarshal.GetValueRefOrAddDefault(_layouts!, AwaitedTemplate.Of(key), out _).Add(template);

    private void Uncount(in TemplateKey key, Template template)
    {
        var id = AwaitedTemplate.Of(key);
        ref var layouts = ref CollectionsMarshal.GetValueRefOrNullRef(_layouts!, id);
        if (!Unsafe.IsNullRef(ref layouts) && layouts.Remove(template)) _layouts!.Remove(id);
    }
}

/// <summary>What Sets wait for: a Template of an exporter, from whichever of its sessions.</summary>
internal readonly record struct AwaitedTemplate(int Version, uint ObservationDomainId, ushort TemplateId)
{
    public static AwaitedTemplate Of(in TemplateKey key) => new(key.Version, key.ObservationDomainId, key.TemplateId);
}
