using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace RpcCollector.Flows.Templates;

/// <summary>
/// The Templates of one exporter by their keys: never written to, but replaced whole, so that decoding threads read it without a lock.
/// </summary>
/// <remarks>Most exporters have few Templates. Those are kept in an array; only beyond that is a dictionary worth its memory.</remarks>
internal sealed class TemplateMap : IReadOnlyCollection<KeyValuePair<TemplateKey, Template>>
{
    public static readonly TemplateMap Empty = new(Array.Empty<KeyValuePair<TemplateKey, Template>>());

    private const int MostInRow = 8;

    private readonly KeyValuePair<TemplateKey, Template>[] _row;
    private readonly Dictionary<TemplateKey, Template>? _many;

    private TemplateMap(KeyValuePair<TemplateKey, Template>[] row) => _row = row;

    private TemplateMap(Dictionary<TemplateKey, Template> many) => (_row, _many) = ([], many);

    public int Count => _many?.Count ?? _row.Length;

    /// <summary>
    /// A map of Templates with distinct keys. Always a new object, even when empty: whoever kept an older map can see that something
    /// changed.
    /// </summary>
    public static TemplateMap Of(KeyValuePair<TemplateKey, Template>[] templates) =>
        templates.Length <= MostInRow ? new TemplateMap(templates) : new TemplateMap(new Dictionary<TemplateKey, Template>(templates));

    public bool TryGet(in TemplateKey key, [NotNullWhen(true)] out Template? template)
    {
        if (_many is not null) return _many.TryGetValue(key, out template);
        foreach (ref readonly var entry in _row.AsSpan())
        {
            if (entry.Key != key) continue;
            template = entry.Value;
            return true;
        }

        template = null;
        return false;
    }

    /// <summary>A copy with one Template added, or replaced if the key is there already.</summary>
    public TemplateMap With(TemplateKey key, Template template)
    {
        if (_many is not null) return new TemplateMap(new Dictionary<TemplateKey, Template>(_many) { [key] = template });
        var known = Array.FindIndex(_row, entry => entry.Key == key);
        KeyValuePair<TemplateKey, Template>[] row = known < 0 ? [.. _row, default] : [.. _row];
        row[known < 0 ? ^1 : known] = new KeyValuePair<TemplateKey, Template>(key, template);
        return Of(row);
    }

    /// <summary>A copy without the Templates that match; the same map when none does.</summary>
    public TemplateMap Without(Func<TemplateKey, Template, bool> isOver)
    {
        KeyValuePair<TemplateKey, Template>[] left = [.. this.Where(entry => !isOver(entry.Key, entry.Value))];
        return left.Length == Count ? this : Of(left);
    }

    public IEnumerator<KeyValuePair<TemplateKey, Template>> GetEnumerator() =>
        ((IEnumerable<KeyValuePair<TemplateKey, Template>>?)_many ?? _row).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
