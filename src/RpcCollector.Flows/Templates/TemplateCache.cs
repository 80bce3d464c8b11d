namespace RpcCollector.Flows.Templates;

/// <summary>
/// The Templates that one session used lately, by id: the first one in a field of its own, further ones in a table that grows as
/// needed.
/// </summary>
/// <remarks>Several threads may use it at once without a lock: an entry that is missed or overwritten is looked up again.</remarks>
internal struct TemplateCache
{
    private const int FewestPlaces = 4;
    private const int MostPlaces = 1024;

    // Roughly how many octets the fields of a Template take, for prefetching.
    private const int FieldOctets = 80;

    private Template? _first;
    private Template?[]? _others;

    /// <summary>The Template with an id; null when it must be looked up.</summary>
    public readonly Template? Find(ushort id)
    {
        if (_first is { } first && first.Id == id) return first.IsForgotten ? null : first;
        if (_others is not { } others) return null;
        return others[id & (others.Length - 1)] is { IsForgotten: false } other && other.Id == id ? other : null;
    }

    /// <summary>Prefetches the Template that is most likely to be used.</summary>
    public readonly void Fetch()
    {
        if (_first is { } first) CacheLines.FetchFields(first, FieldOctets);
    }

    public void Add(Template template)
    {
        if (_first is not { IsForgotten: false } first || first.Id == template.Id)
        {
            _first = template;
            return;
        }

        var others = _others ?? new Template?[FewestPlaces];
        while (others.Length < MostPlaces && IsTaken(others, template)) others = Grow(others);
        others[template.Id & (others.Length - 1)] = template;
        _others = others;
    }

    private static bool IsTaken(Template?[] others, Template template) =>
        others[template.Id & (others.Length - 1)] is { IsForgotten: false } other && other.Id != template.Id;

    private static Template?[] Grow(Template?[] others)
    {
        var grown = new Template?[others.Length * 2];
        foreach (var other in others)
        {
            if (other is { IsForgotten: false }) grown[other.Id & (grown.Length - 1)] = other;
        }

        return grown;
    }
}
