namespace RpcCollector.Flows.Templates;

/// <summary>
/// The Template Sets that one session sent last: exporters repeat them endlessly, and a Set that is identical octet by octet holds
/// nothing new.
/// </summary>
/// <remarks>Read without a lock: the list is replaced as a whole, and its items never change.</remarks>
internal sealed class RepeatedSets
{
    private const int Capacity = 8;

    private RepeatedSet[] _sets = [];

    /// <summary>The identical Set, if all its Templates are still valid; otherwise null.</summary>
    public RepeatedSet? Find(ReadOnlySpan<byte> content, bool isOptions)
    {
        foreach (var set in Volatile.Read(ref _sets))
        {
            if (set.IsOptions == isOptions && content.SequenceEqual(set.Content)) return set.Holds ? set : null;
        }

        return null;
    }

    /// <summary>Keeps a Set whose records all became Templates; the newest are kept.</summary>
    /// <param name="content">Its octets, which do not change.</param>
    public void Add(byte[] content, bool isOptions, ReadOnlySpan<Template> templates)
    {
        if (content.Length > ParsedSets.LongestSet || templates.IsEmpty) return;
        var set = new RepeatedSet(content, isOptions, templates.ToArray());
        Volatile.Write(ref _sets, _sets.Length == 0 ? [set] : [set, .. _sets.Where(other => other.Holds).Take(Capacity - 1)]);
    }
}

/// <summary>One Template Set, and the Templates learned from it.</summary>
internal sealed class RepeatedSet(byte[] content, bool isOptions, Template[] templates)
{
    public byte[] Content { get; } = content;

    public bool IsOptions { get; } = isOptions;

    public int NumTemplates => templates.Length;

    public Template[] Templates => templates;

    /// <summary>True while none of its Templates was replaced, withdrawn or forgotten.</summary>
    public bool Holds => !Array.Exists(templates, static template => template.IsForgotten);

    /// <param name="contested">Receives the Templates for whose ids other layouts are stated.</param>
    public void Refresh(long arrivalUnixMilliseconds, Dictionary<ushort, Template> contested)
    {
        foreach (var template in templates)
        {
            template.Refresh(arrivalUnixMilliseconds);
            if (template.Contest is not null) contested[template.Id] = template;
        }
    }
}
