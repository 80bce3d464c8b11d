using System.Collections.Concurrent;
using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Names;

/// <summary>What addresses are called, and who logged on between them. Any thread may ask; nobody waits for anybody.</summary>
/// <remarks>
/// Bounded: an address has a few names of each source, and beyond the setting those seen least recently make room. Whoever tells names
/// waits for others who do; whoever asks reads what was finished last.
/// </remarks>
internal sealed class NameBook
{
    // A name that is told again within this time changes nothing.
    private const long AgainMilliseconds = 60_000;

    // Told again this much later, it was not one flood that told it.
    private const long StandsAfterMilliseconds = 10 * 60_000;

    private readonly ConcurrentDictionary<HostAddress, AddressNames> _names = new();
    private readonly AddressFilter _covered;
    private readonly SeenOrder _order;
    private readonly Lock _writing = new();
    private readonly LogonBook _logons;
    private volatile NameFile _file = NameFile.Empty;

    public NameBook(NameOptions options)
    {
        _covered = PrivateAddresses.And(options.Prefixes);
        _order = new SeenOrder(options.MaxNames);
        Changes = new NameChanges(options.MaxNames);
        _logons = new LogonBook(options.MaxNames, Changes, Counts, _writing);
    }

    public NameCounts Counts { get; } = new();

    /// <summary>What the store does not know yet.</summary>
    public NameChanges Changes { get; }

    /// <summary>Who is told what logs tell; nobody when null. Set before anybody learns.</summary>
    public INameSink? Others
    {
        get;
        set
        {
            field = value;
            _logons.Others = value;
        }
    }

    /// <summary>What a person wrote; replaced as a whole.</summary>
    public NameFile File
    {
        get => _file;
        set
        {
            _file = value;
            Counts.FileRows = value.Count;
        }
    }

    /// <summary>Addresses with names, those of the file apart.</summary>
    public int Count => _names.Count;

    /// <summary>Rows of logons.</summary>
    public int NumLogons => _logons.Count;

    /// <summary>The best name that an address had at a time; null when none is known.</summary>
    public HostName? Find(HostAddress address, long atUnixMilliseconds)
    {
        var row = _file.Find(address);
        if (row is { Name: { } told, IsOfAddress: true }) return row.As(told, NameSource.File, since: 0);
        if (_names.TryGetValue(address, out var names) && names.At(atUnixMilliseconds) is { } period)
            return (row ?? FileRow.None).As(period.Name, period.Source, period.FirstUnixMilliseconds);

        // What a whole network is called names its hosts when nothing better does.
        return row is { Name: { } network } ? row.As(network, NameSource.File, since: 0) : null;
    }

    /// <summary>What the file says of an address besides its name; null when nothing.</summary>
    public FileRow? Described(HostAddress address) => _file.Find(address);

    /// <summary>All that it was called, in order of source and time; what the file says apart.</summary>
    public IReadOnlyList<NamePeriod> History(HostAddress address) =>
        _names.TryGetValue(address, out var names) ? [.. names.Periods.Where(period => period.Name.Length > 0)] : [];

    /// <summary>Who logged on from a client to a server (to any, when null) between two times, the latest first.</summary>
    public IReadOnlyList<UserSighting> UsersOf(
        HostAddress client, HostAddress? server, long fromUnixMilliseconds, long untilUnixMilliseconds)
    {
        // A Kerberos ticket is given by a domain controller for a server that it calls by name.
        var named = server is { } address ? Find(address, untilUnixMilliseconds)?.Name : null;
        return _logons.Of(client, server, named, fromUnixMilliseconds, untilUnixMilliseconds);
    }

    /// <summary>True for addresses that DNS may name.</summary>
    public bool IsCovered(HostAddress address) => address.IsConnectable && (_covered.Contains(address) || _file.Find(address) is not null);

    /// <summary>A source calls an address by a name.</summary>
    /// <param name="told">As it came from the network, UTF-8.</param>
    /// <returns>False when it can be no name, and that is counted.</returns>
    public bool Learn(HostAddress address, NameSource source, ReadOnlySpan<byte> told, long atUnixMilliseconds)
    {
        if (!address.IsConnectable || told.IsEmpty) return false;
        if (!NameText.TryClean(told, out var name))
        {
            Counts.Refuse(source);
            return false;
        }

        Counts.Learn(source);
        Take(address, new NamePeriod(0, source, name, 0, atUnixMilliseconds, atUnixMilliseconds));
        return true;
    }

    /// <summary>An address was leased to a machine, which may have said its name.</summary>
    /// <param name="machine">0 where it is not told.</param>
    /// <param name="isFresh">True when the machine had to look for an address first.</param>
    /// <returns>False when it says nothing.</returns>
    public bool LearnLease(
        HostAddress address, ulong machine, ReadOnlySpan<byte> told, long atUnixMilliseconds, long untilUnixMilliseconds, bool isFresh)
    {
        if (!address.IsConnectable) return false;
        if (!NameText.TryClean(told, out var name) && !told.IsEmpty) Counts.Refuse(NameSource.Dhcp);
        if (name is null && machine == 0) return false;
        if (name is not null) Counts.Learn(NameSource.Dhcp);
        Take(address, new NamePeriod(
            0, NameSource.Dhcp, name ?? "", (long)machine, atUnixMilliseconds, atUnixMilliseconds, untilUnixMilliseconds, isFresh));
        return true;
    }

    /// <summary>A user logged on from a client to a server, or tried to.</summary>
    /// <param name="user">As it came from the network, UTF-8: DOMAIN\user or user@REALM.</param>
    /// <param name="target">The host that a Kerberos ticket is for; empty where none is named.</param>
    public bool LearnUser(
        HostAddress client, HostAddress server, NameSource source, ReadOnlySpan<byte> user, bool? succeeded, ReadOnlySpan<byte> target,
        long atUnixMilliseconds)
    {
        if (user.IsEmpty || !HostAddress.CanConnect(client, server)) return false;
        if (!NameText.TryCleanUser(user, out var name))
        {
            Counts.Refuse(source);
            return false;
        }

        Counts.LogOn(source);
        NameText.TryClean(target, out var host);
        _logons.Take(client, new LogonRow(0, server, name, source, succeeded, host, atUnixMilliseconds, atUnixMilliseconds));
        return true;
    }

    /// <summary>What another process learned of an address, and passed on.</summary>
    /// <returns>False when it can be no name.</returns>
    public bool Hear(HostAddress address, NamePeriod told)
    {
        if (!address.IsConnectable || (told.Name.Length == 0 && (told.Source != NameSource.Dhcp || told.Holder == 0))) return false;
        string? name = null;
        if (told.Name.Length > 0 && !NameText.TryClean(told.Name, out name))
        {
            Counts.Refuse(told.Source);
            return false;
        }

        if (name is not null) Counts.Learn(told.Source);
        Take(address, told with { Id = 0, Name = name ?? "" });
        return true;
    }

    /// <summary>What another process learned of a client's logons, and passed on.</summary>
    /// <returns>False when it can be none.</returns>
    public bool Hear(HostAddress client, LogonRow told)
    {
        // Hosts of sites may be named here, where only a sensor speaks of them.
        if (!client.IsConnectable || !told.Server.IsConnectable || client == told.Server) return false;
        if (!NameText.TryCleanUser(told.User, out var user))
        {
            Counts.Refuse(told.Source);
            return false;
        }

        Counts.LogOn(told.Source);
        NameText.TryClean(told.Target, out var target);
        _logons.Take(client, told with { Id = 0, User = user, Target = target });
        return true;
    }

    /// <summary>What an earlier process knew, before anything is told.</summary>
    public void Restore(IEnumerable<(HostAddress Address, NamePeriod Period)> names, IEnumerable<(HostAddress Client, LogonRow Row)> logons)
    {
        lock (_writing)
        {
            foreach (var address in names.GroupBy(name => name.Address, name => name.Period)
                .OrderBy(address => address.Max(period => period.LastUnixMilliseconds)))
            {
                var known = AddressNames.Of(address);
                Changes.Known(known.Periods.Max(period => period.Id));
                _names[address.Key] = known;
                See(address.Key, known);
            }

            foreach (var client in logons.GroupBy(logon => logon.Client, logon => logon.Row)
                .OrderBy(client => client.Max(row => row.LastUnixMilliseconds))) _logons.Restore(client.Key, client);
        }
    }

    /// <summary>Forgets what was told last before one time, or first after another, which no clock has reached.</summary>
    public void Forget(long beforeUnixMilliseconds, long afterUnixMilliseconds)
    {
        foreach (var (address, names) in _names)
        {
            bool IsOver(NamePeriod period) =>
                period.EndUnixMilliseconds < beforeUnixMilliseconds || period.FirstUnixMilliseconds > afterUnixMilliseconds;
            if (!names.Periods.Any(IsOver)) continue;
            lock (_writing)
            {
                if (!_names.TryGetValue(address, out var now)) continue;
                var kept = now.Periods.Where(period => !IsOver(period)).ToList();
                Replace(address, now, AddressNames.Of(kept));
            }
        }

        _logons.Forget(beforeUnixMilliseconds, afterUnixMilliseconds);
    }

    /// <summary>What the store shall hold of an address.</summary>
    public IReadOnlyList<NamePeriod> PeriodsOf(HostAddress address) => _names.TryGetValue(address, out var names) ? names.Periods : [];

    /// <summary>Addresses that have a name of their own, in no order; some may come twice.</summary>
    public IEnumerable<HostAddress> Named => _names.Keys.Concat(_file.Addresses);

    /// <summary>Everything, when the store has to be written anew.</summary>
    public IEnumerable<HostAddress> Addresses => _names.Keys;

    public IEnumerable<(HostAddress Client, LogonRow Row)> Logons => _logons.All;

    private void Take(HostAddress address, NamePeriod told)
    {
        lock (_writing)
        {
            var names = _names.GetValueOrDefault(address, AddressNames.None);
            if (names.Periods.Any(period => period.IsSameAs(told) && told.FirstUnixMilliseconds >= period.FirstUnixMilliseconds
                && told.LastUnixMilliseconds <= period.LastUnixMilliseconds + AgainMilliseconds
                && told.UntilUnixMilliseconds <= period.UntilUnixMilliseconds + AgainMilliseconds)) return;
            Replace(address, names, names.With(told));
            if (told.Source != NameSource.ReverseDns) Others?.Offer(address, told);
        }
    }

    private void Replace(HostAddress address, AddressNames former, AddressNames names)
    {
        names = Changes.Numbered(address, former.Periods, names);
        if (names.Periods.Count == 0)
        {
            _names.TryRemove(address, out _);
            _order.Remove(address);
            return;
        }

        _names[address] = names;
        See(address, names);
    }

    private void See(HostAddress address, AddressNames names)
    {
        var isStanding = names.Periods.Any(period =>
            period.LastUnixMilliseconds - period.FirstUnixMilliseconds >= StandsAfterMilliseconds);
        if (_order.See(address, isStanding) is not { } over || !_names.TryRemove(over, out var gone)) return;
        foreach (var period in gone.Periods) Changes.DeleteName(period.Id);
        Counts.Evict();
    }
}
