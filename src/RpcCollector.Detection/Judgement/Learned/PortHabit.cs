using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>How the known clients of a server use one of its ports; unique by server and port.</summary>
internal sealed class PortHabit(ushort port)
{
    /// <summary>No more clients are told apart: so many make any port common.</summary>
    public const int MostClients = 64;

    // An estimate of the object and its list.
    private const int Size = 104;

    // Sorted. Addresses of which these bits are the same count as one client.
    private readonly List<uint> _clients = [];

    public ushort Port => port;

    /// <summary>When a known client used it for the first time, and when one did last; in Unix milliseconds.</summary>
    public long FirstAt { get; set; } = long.MaxValue;

    public long LastAt { get; set; }

    /// <summary>On how many days known clients used it.</summary>
    public int Days { get; set; }

    /// <summary>The hour whose close made it common, which it stays until it is forgotten; <see cref="Epoch.None"/> before.</summary>
    public int CommonSince { get; set; } = Epoch.None;

    public bool IsCommon => CommonSince != Epoch.None;

    /// <summary>
    /// The hour whose close brought the <see cref="JudgementOptions.CommonPortClients"/>th known client, on whatever days they came;
    /// <see cref="Epoch.None"/> before.
    /// </summary>
    public int SharedSince { get; set; } = Epoch.None;

    public IReadOnlyList<uint> Clients => _clients;

    public long Bytes => Size + ((long)_clients.Capacity * sizeof(uint));

    public static uint NumberOf(HostAddress client) => (uint)(client.Hash() >> 32);

    /// <returns>False when there is no room for another.</returns>
    public bool Add(uint client)
    {
        var place = _clients.BinarySearch(client);
        if (place >= 0) return true;
        if (_clients.Count == MostClients) return false;
        _clients.Insert(~place, client);
        return true;
    }

    /// <summary>How many other clients used it.</summary>
    public int CountBut(HostAddress client) => _clients.Count - (_clients.BinarySearch(NumberOf(client)) >= 0 ? 1 : 0);

    /// <summary>How many clients it has with those of an hour that is not learned.</summary>
    public int CountWith(IEnumerable<HostAddress> clients) =>
        _clients.Count + clients.Select(NumberOf).Distinct().Count(client => _clients.BinarySearch(client) < 0);
}

/// <summary>The ports of one server, by which its known clients use it; unique by address.</summary>
internal sealed class ServerPorts(HostAddress server)
{
    /// <summary>No more ports of a server are remembered; rare ones that were not used for longest make room.</summary>
    public const int MostPorts = 64;

    /// <summary>A common port that was used within this time may be in use still, in milliseconds.</summary>
    public const long Lately = 3 * Epoch.PerDay * Epoch.Milliseconds;

    // An estimate of the object and its list.
    private const int Size = 120;

    private readonly List<PortHabit> _ports = [];

    public HostAddress Server => server;

    /// <summary>The first hour in which it was learned from.</summary>
    public int Since { get; set; } = Epoch.None;

    public IReadOnlyList<PortHabit> Ports => _ports;

    public ReplicationShapes Shapes { get; } = new();

    public bool HasCommon => _ports.Exists(static port => port.IsCommon);

    /// <summary>The common port that most clients use; null when none is common.</summary>
    public PortHabit? MostUsed => _ports.Where(static port => port.IsCommon)
        .OrderByDescending(static port => port.Clients.Count).ThenByDescending(static port => port.LastAt).ThenBy(static port => port.Port)
        .FirstOrDefault();

    /// <summary>
    /// Whether the common ports that were in use lately were used after a time: all of them, so that none has moved; or any. One that
    /// fell silent has moved already where another took its place and is common by now.
    /// </summary>
    /// <param name="but">The port that is asked about.</param>
    /// <param name="now">An hour that is not learned yet.</param>
    public (bool All, bool Any) CommonInUse(ushort but, long after, PortsOfHour? now = null)
    {
        var (any, silent, silentSince) = (false, 0, 0L);
        foreach (var port in _ports)
        {
            if (!port.IsCommon || port.Port == but || port.LastAt < after - Lately) continue;
            if (IsInUse(port)) any = true;
            else (silent, silentSince) = (silent + 1, Math.Max(silentSince, port.LastAt));
        }

        if (!any || silent == 0) return (any, any);
        return (silent <= _ports.Count(port => port.IsCommon && port.Port != but && port.FirstAt > silentSince && IsInUse(port)), any);

        bool IsInUse(PortHabit port) => Math.Max(port.LastAt, now?.Find(port.Port)?.Latest ?? 0) > after;
    }

    /// <summary>
    /// True where another common port was in use both before and after a time: while a server restarts, and restarts again, none is.
    /// </summary>
    /// <param name="but">The port that is asked about.</param>
    public bool IsCommonInUseAcross(ushort but, long at) =>
        _ports.Exists(port => port.IsCommon && port.Port != but && port.FirstAt < at && port.LastAt > at);

    public long LastAt => _ports.Count == 0 ? 0 : _ports.Max(static port => port.LastAt);

    public long Bytes => Size + _ports.Sum(static port => port.Bytes + sizeof(long)) + (8L * Shapes.Clients.Count);

    public PortHabit? Find(ushort port) => _ports.Find(known => known.Port == port);

    public PortHabit FindOrAdd(ushort port)
    {
        if (Find(port) is { } known) return known;
        if (_ports.Count == MostPorts)
            _ports.Remove(
                _ports.OrderBy(static one => one.IsCommon).ThenBy(static one => one.LastAt).ThenBy(static one => one.Port).First());
        var added = new PortHabit(port);
        _ports.Add(added);
        return added;
    }

    public void ForgetPortsBefore(long unixMilliseconds) => _ports.RemoveAll(port => port.LastAt < unixMilliseconds);
}
