using RpcCollector.Flows;

namespace RpcCollector.Names;

/// <summary>What the store does not know yet of names and logons; bounded, whatever the disk does.</summary>
/// <remarks>Used under the lock of the book, but for <see cref="Take"/>, which takes it by itself.</remarks>
internal sealed class NameChanges(int mostNames)
{
    // Beyond so many the store is written anew as a whole.
    private readonly int _mostPending = Math.Max(10_000, mostNames);
    private readonly Lock _lock = new();
    private HashSet<HostAddress> _names = [];
    private HashSet<HostAddress> _seen = [];
    private Dictionary<long, (HostAddress Client, LogonRow Row)> _logons = [];
    private List<long> _deletedNames = [];
    private List<long> _deletedLogons = [];
    private bool _isAll;
    private long _lastId;

    /// <summary>A number that no row has had.</summary>
    public long NextId() => Interlocked.Increment(ref _lastId);

    /// <summary>The store has a row of this number.</summary>
    public void Known(long id) => _lastId = Math.Max(_lastId, id);

    /// <summary>The periods with a number each, and what differs from before noted.</summary>
    public AddressNames Numbered(HostAddress address, IReadOnlyList<NamePeriod> former, AddressNames names)
    {
        if (names.Periods.Any(period => period.Id == 0))
            names = AddressNames.Of(names.Periods.Select(period => period.Id == 0 ? period with { Id = NextId() } : period));
        lock (_lock)
        {
            // Nothing but the time at which it was last told: that can wait.
            var isNews = names.Periods.Count != former.Count
                || names.Periods.Any(period => !former.Any(known => known.Id == period.Id && known.IsSameAs(period)));
            (isNews ? _names : _seen).Add(address);
            foreach (var gone in former.Where(known => names.Periods.All(period => period.Id != known.Id))) _deletedNames.Add(gone.Id);
            Bound();
        }

        return names;
    }

    public void DeleteName(long id)
    {
        lock (_lock)
        {
            _deletedNames.Add(id);
            Bound();
        }
    }

    public void Change(HostAddress client, LogonRow row)
    {
        lock (_lock)
        {
            _logons[row.Id] = (client, row);
            Bound();
        }
    }

    public void DeleteLogon(long id)
    {
        lock (_lock)
        {
            _logons.Remove(id);
            _deletedLogons.Add(id);
            Bound();
        }
    }

    /// <summary>What there is to write; null when nothing.</summary>
    /// <param name="alsoSeen">True to take also those of which nothing changed but when they were last told.</param>
    public Batch? Take(bool alsoSeen)
    {
        lock (_lock)
        {
            if (!_isAll && _names.Count + _logons.Count + _deletedNames.Count + _deletedLogons.Count == 0
                && (!alsoSeen || _seen.Count == 0))
                return null;
            if (alsoSeen) _names.UnionWith(_seen);
            var batch = new Batch(_names, _logons, _deletedNames, _deletedLogons, _isAll);
            (_names, _logons, _deletedNames, _deletedLogons, _isAll) = ([], [], [], [], false);
            if (alsoSeen) _seen = [];
            return batch;
        }
    }

    /// <summary>It could not be written, and is to be taken again.</summary>
    public void Return(Batch batch)
    {
        lock (_lock)
        {
            _names.UnionWith(batch.Names);
            foreach (var (id, logon) in batch.Logons) _logons.TryAdd(id, logon);
            _deletedNames.AddRange(batch.DeletedNames);
            _deletedLogons.AddRange(batch.DeletedLogons);
            _isAll |= batch.IsAll;
            Bound();
        }
    }

    private void Bound()
    {
        if (_names.Count + _logons.Count + _deletedNames.Count + _deletedLogons.Count + _seen.Count <= _mostPending * 8L) return;
        _isAll = true;
        _names.Clear();
        _seen.Clear();
        _logons.Clear();
        _deletedNames.Clear();
        _deletedLogons.Clear();
    }

    /// <param name="Names">Addresses whose names changed.</param>
    /// <param name="IsAll">True when the store is to be written anew.</param>
    internal sealed record Batch(
        IReadOnlyCollection<HostAddress> Names, IReadOnlyDictionary<long, (HostAddress Client, LogonRow Row)> Logons,
        IReadOnlyCollection<long> DeletedNames, IReadOnlyCollection<long> DeletedLogons, bool IsAll);
}
