using System.Collections.Concurrent;

namespace RpcCollector.Flows.Exporters;

/// <summary>
/// The exporters that are known, by address, as many as there may be: when there are too many, those of the lowest standing make room.
/// </summary>
/// <remarks>Found without a lock; whoever enters or leaves does so under one.</remarks>
internal sealed class ExporterTable(int capacity, SharedExporterState shared)
{
    // One that is settled makes room only after a day of silence.
    private const long LongSilenceMilliseconds = 86_400_000;

    // Of one network as many may stay as an IPv4 network has; beyond that, its newcomers go as they come.
    private const int LeastOfNetwork = 256;
    private const int ShareOfNetwork = 16;

    // Of the Templates and sessions of all, this many more than the one who asks must the one hold who gives them up.
    private const int ClearlyMore = 2;

    private readonly ConcurrentDictionary<HostAddress, Exporter> _byAddress = new();
    private readonly Dictionary<HostAddress, SenderNetwork> _networks = [];
    private readonly Seats<Exporter> _seats = new(capacity, LongSilenceMilliseconds);
    private readonly ConcurrentQueue<Exporter> _leftRows = new();
    private readonly Lock _entering = new();

    public int Count => _byAddress.Count;

    public IEnumerable<Exporter> All => _byAddress.Select(entry => entry.Value);

    public Exporter? Known(in HostAddress address) => _byAddress.GetValueOrDefault(address);

    /// <summary>The exporter with an address, created if it is new; null when there is no room for it.</summary>
    public Exporter? Find(in HostAddress address, long arrivalUnixMilliseconds)
    {
        if (_byAddress.TryGetValue(address, out var known)) return known;
        lock (_entering)
        {
            if (_byAddress.TryGetValue(address, out known)) return known;
            var exporter = Create(address, arrivalUnixMilliseconds);
            var isOneTooMany = exporter.Network.NumExporters >= Math.Max(LeastOfNetwork, capacity / ShareOfNetwork);
            return Enter(exporter, _seats.Admit(exporter, arrivalUnixMilliseconds, isOneTooMany));
        }
    }

    /// <summary>An exporter that an earlier process knew, with what it had earned; null when there is no room for it.</summary>
    public Exporter? Restore(in HostAddress address, long firstSeenUnixMilliseconds, SavedStanding? standing, long nowUnixMilliseconds)
    {
        lock (_entering)
        {
            if (_byAddress.TryGetValue(address, out var known)) return known;
            var exporter = Create(address, firstSeenUnixMilliseconds);
            exporter.Standing.Restore(standing, nowUnixMilliseconds);
            return Enter(exporter, _seats.Restore(exporter, nowUnixMilliseconds));
        }
    }

    private Exporter Create(in HostAddress address, long firstSeenUnixMilliseconds)
    {
        var prefix = SenderNetwork.PrefixOf(address);
        return new Exporter(address, firstSeenUnixMilliseconds, shared, _networks.GetValueOrDefault(prefix) ?? new SenderNetwork(prefix));
    }

    private Exporter? Enter(Exporter exporter, Exporter? displaced)
    {
        if (displaced == exporter) return null;
        if (displaced is not null) Remove(displaced);
        exporter.Network.CountExporters(1);
        _networks[exporter.Network.Prefix] = exporter.Network;
        _byAddress[exporter.Address] = exporter;

        // Those who never send a flow shall not take the numbers of all.
        if (shared.Directory.Count < capacity) _ = exporter.Id;
        return exporter;
    }

    /// <summary>
    /// Makes room where all exporters together have as many Templates or sessions as they may: one that is not settled and holds clearly
    /// more than the one who asks, or has earned less, is forgotten.
    /// </summary>
    /// <returns>True when one was.</returns>
    public bool MakeRoomFor(Exporter asking, Func<Exporter, int> holds)
    {
        lock (_entering)
        {
            if (_seats.Richest(holds) is not { } richest || richest == asking || holds(richest) == 0) return false;
            if (holds(richest) < holds(asking) + ClearlyMore && richest.Standing.Level >= asking.Standing.Level) return false;
            _seats.Remove(richest);
            Remove(richest);
            return true;
        }
    }

    /// <summary>Those that made room since the last call, and of which something had been saved.</summary>
    public IEnumerable<Exporter> TakeLeftRows()
    {
        while (_leftRows.TryDequeue(out var left)) yield return left;
    }

    private void Remove(Exporter displaced)
    {
        _byAddress.TryRemove(displaced.Address, out _);
        displaced.End();
        displaced.Network.CountExporters(-1);
        if (displaced.Network.NumExporters == 0) _networks.Remove(displaced.Network.Prefix);
        if (displaced.IsSaved) _leftRows.Enqueue(displaced);
        shared.CountDisplaced(Displacement.Exporter);
    }
}
