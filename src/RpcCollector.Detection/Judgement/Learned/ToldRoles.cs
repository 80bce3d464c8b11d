using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>The roles that were told: by the settings, and by people where the settings say nothing.</summary>
internal sealed class ToldRoles(RoleTable settings)
{
    /// <summary>So many are kept of people: twice what the store keeps, since one may be told before another's withdrawal comes.</summary>
    public const int Max = 20_000;

    private readonly Dictionary<AddressPrefix, ToldRole> _byPeople = [];

    // Lengths of prefixes that people told something of, the longest first, each with how many there are.
    private readonly SortedList<int, int> _lengths = new(Comparer<int>.Create(static (left, right) => right.CompareTo(left)));

    public RoleTable Settings => settings;

    /// <summary>What people told, in no order.</summary>
    public IReadOnlyCollection<ToldRole> ByPeople => _byPeople.Values;

    /// <summary>The role of a host; null when nobody told it.</summary>
    public HostRole? Of(HostAddress host) => settings.Of(host) ?? ByPerson(host)?.Role;

    /// <summary>What a person told of a host, and holds; null when nobody did, or the settings say it.</summary>
    public ToldRole? ByPerson(HostAddress host)
    {
        if (_byPeople.Count == 0 || settings.Find(host) >= 0) return null;
        foreach (var bits in _lengths.Keys)
        {
            if (_byPeople.TryGetValue(AddressPrefix.Around(host, bits), out var told)) return told;
        }

        return null;
    }

    /// <summary>False for what changes nothing, and where there is no room for it.</summary>
    public bool IsNews(ToldRole told)
    {
        var former = _byPeople.GetValueOrDefault(told.Hosts);
        return told.Role is null ? former is not null : former is null ? _byPeople.Count < Max : former != told;
    }

    public void Tell(ToldRole told)
    {
        if (told.Role is null)
        {
            if (_byPeople.Remove(told.Hosts) && --_lengths[told.Hosts.Bits] == 0) _lengths.Remove(told.Hosts.Bits);
            return;
        }

        if (!_byPeople.ContainsKey(told.Hosts)) _lengths[told.Hosts.Bits] = _lengths.GetValueOrDefault(told.Hosts.Bits) + 1;
        _byPeople[told.Hosts] = told;
    }
}
