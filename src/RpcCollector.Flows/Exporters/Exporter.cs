using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Exporters;

/// <summary>One device that exports to us: its Observation Domains and its Templates; unique by address.</summary>
/// <remarks>Decoding threads read the Templates without a lock: the map is replaced whole when it changes, which is rare.</remarks>
internal sealed class Exporter(int id, HostAddress address, long firstSeenUnixMilliseconds)
{
    private readonly ConcurrentDictionary<(int Version, uint Id), ObservationDomain> _domains = new();
    private readonly Lock _learning = new();
    private Dictionary<TemplateKey, Template> _templates = [];

    public int Id { get; } = id;

    public HostAddress Address { get; } = address;

    public long FirstSeenUnixMilliseconds { get; } = firstSeenUnixMilliseconds;

    public ICollection<ObservationDomain> Domains => _domains.Values;

    /// <summary>The Templates as they are now; the map is never written to.</summary>
    public IReadOnlyDictionary<TemplateKey, Template> Templates => Volatile.Read(ref _templates);

    /// <summary>The domain, new or known; null when the exporter has as many as it may.</summary>
    public ObservationDomain? Domain(int version, uint domainId, int maxDomains)
    {
        if (_domains.TryGetValue((version, domainId), out var domain)) return domain;
        lock (_learning)
        {
            if (_domains.Count >= maxDomains) return _domains.GetValueOrDefault((version, domainId));
            return _domains.GetOrAdd((version, domainId), static key => new ObservationDomain(key.Version, key.Id));
        }
    }

    /// <summary>True while <paramref name="seen"/> is the map of Templates: what was found in it still holds.</summary>
    public bool IsCurrent(object? seen) => ReferenceEquals(seen, Volatile.Read(ref _templates));

    public bool TryFind(in TemplateKey key, [NotNullWhen(true)] out Template? template, out object map)
    {
        var templates = Volatile.Read(ref _templates);
        map = templates;
        return templates.TryGetValue(key, out template);
    }

    /// <summary>Takes a Template in; the same one again is a refresh, a different one replaces the old at once.</summary>
    public TemplateLearned Learn(in TemplateKey key, Template template, int maxTemplates)
    {
        lock (_learning)
        {
            var isKnown = _templates.TryGetValue(key, out var known);
            if (isKnown && known!.HasSameLayoutAs(template))
            {
                known.Refresh(template.FirstReceivedUnixMilliseconds);
                return TemplateLearned.Refreshed;
            }

            if (!isKnown && _templates.Count >= maxTemplates) return TemplateLearned.RefusedAsTooMany;
            Volatile.Write(ref _templates, new Dictionary<TemplateKey, Template>(_templates) { [key] = template });
            return isKnown ? TemplateLearned.Changed : TemplateLearned.New;
        }
    }

    /// <summary>
    /// Exporters change ports, and a restarted one sends data before it repeats its Templates: when the sessions of this exporter know exactly
    /// one layout for the id, it is that. Two different layouts leave the question open.
    /// </summary>
    public bool TryBorrow(in TemplateKey key, int maxTemplates, [NotNullWhen(true)] out Template? template)
    {
        template = null;
        foreach (var (otherKey, other) in Volatile.Read(ref _templates))
        {
            if (!otherKey.IsSameButForSession(key)) continue;
            if (template is not null && !template.HasSameLayoutAs(other)) return false;
            template ??= other;
        }

        if (template is null) return false;
        Learn(key, template, maxTemplates);
        return true;
    }
}

/// <summary>What came of a Template that an exporter sent.</summary>
internal enum TemplateLearned : byte
{
    New,
    Refreshed,
    Changed,
    RefusedAsTooMany,
}
