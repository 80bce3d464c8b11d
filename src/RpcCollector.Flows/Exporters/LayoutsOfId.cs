using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Exporters;

/// <summary>The layouts that the sessions of an exporter have for one Template ID of a domain, and how many have each.</summary>
internal struct LayoutsOfId
{
    private Template? _first;
    private int _count;
    private Dictionary<Layout, (Template Sample, int Count)>? _several;

    /// <summary>A Template of the only layout; null when there are several.</summary>
    public readonly Template? Only => _several is null ? _first : null;

    public void Add(Template template)
    {
        if (_several is null && (_first is null || _first.HasSameLayoutAs(template)))
        {
            _first ??= template;
            _count++;
            return;
        }

        _several ??= new Dictionary<Layout, (Template, int)> { [new Layout(_first!)] = (_first!, _count) };
        var layout = new Layout(template);
        _several[layout] = (template, _several.GetValueOrDefault(layout).Count + 1);
    }

    /// <returns>True when none is left.</returns>
    public bool Remove(Template template)
    {
        if (_several is null) return --_count == 0;
        var layout = new Layout(template);
        if (!_several.Remove(layout, out var known)) return false;
        if (known.Count > 1) _several[layout] = known with { Count = known.Count - 1 };
        if (_several.Count > 1) return false;
        foreach (var (sample, count) in _several.Values) (_first, _count) = (sample, count);
        _several = null;
        return false;
    }

    /// <summary>How a Template lays out its records.</summary>
    private readonly struct Layout(Template template) : IEquatable<Layout>
    {
        private readonly Template _template = template;

        public bool Equals(Layout other) => _template.HasSameLayoutAs(other._template);

        public override bool Equals(object? obj) => obj is Layout other && Equals(other);

        public override int GetHashCode() => SameFields.HashOf(_template.Plan.Fields);
    }
}
