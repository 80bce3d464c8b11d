using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>Reads by which ports the known clients of a server used it in an hour that is open, or being closed.</summary>
/// <remarks>
/// A known client is a witness as roles have them: seen on a day before, answered by a flow that says which end is the server, and none
/// that contacts everybody.
/// </remarks>
internal sealed class PortReading(Edges edges, OpenFacts facts, Roles roles, RoleLearning learning)
{
    private const int Week = 7 * Epoch.PerDay;

    private readonly Dictionary<(int Server, int Epoch), PortsOfHour> _read = [];
    private readonly Dictionary<(int Server, int Epoch), int> _knownClients = [];

    /// <summary>Facts were added or removed: what was read of them is read again.</summary>
    public void ReadAgain()
    {
        _read.Clear();
        _knownClients.Clear();
    }

    /// <param name="server">A row of the address.</param>
    public PortsOfHour Of(int server, int epoch)
    {
        server = edges.Host(server).Base;
        if (_read.TryGetValue((server, epoch), out var known)) return known;
        var hour = new PortsOfHour();
        for (var row = server; row >= 0; row = edges.Host(row).NextOfAddress)
        {
            for (var i = edges.Host(row).FirstAsServer; i >= 0; i = edges[i].NextOfServer)
            {
                if (edges[i].Service != EdgeService.Rpc || edges[i].Open < 0) continue;
                if (facts.FindOpen(i, epoch) is >= 0 and var open && facts[open].NumDriven > 0 && IsKnown(edges[i].Client, epoch))
                    Read(edges[i], open, hour, isNoServer: !roles.HasRole(edges[i].Client, epoch));
            }
        }

        _read.Add((server, epoch), hour);
        return hour;
    }

    /// <summary>How many known clients used a server by RPC within a week, as far as its hours are closed.</summary>
    /// <param name="server">A row of the address.</param>
    public int KnownClients(int server, int epoch)
    {
        server = edges.Host(server).Base;
        if (_knownClients.TryGetValue((server, epoch), out var known)) return known;
        var clients = 0;
        for (var i = edges.Host(server).FirstAsServer; i >= 0; i = edges[i].NextOfServer)
        {
            ref var edge = ref edges[i];
            if (edge.Service == EdgeService.Rpc && edge.LastEpoch != Epoch.None && edge.LastEpoch > epoch - Week
                && RoleEvidence.IsWitness(edge, edges.Host(edge.Client))) clients++;
        }

        return _knownClients[(server, epoch)] = clients;
    }

    private void Read(in EdgeState edge, int open, PortsOfHour hour, bool isNoServer)
    {
        var client = edges.Host(edge.Client).Address;
        var isHabit = (edge.Marks & EdgeMarks.Replicates) != EdgeMarks.None;
        for (var i = facts[open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref facts.Fact(i);
            if (fact is not { HasFlow: true, IsAnswered: true }) continue;
            hour.Add(fact.ServerPort, client, fact.Start + fact.FlowStart);
            if (isNoServer && fact.SamplingInterval <= 1 && ReplicationShapes.IsLarge(fact))
                hour.Shapes.Add((fact.ServerPort, client, ReplicationShapes.RatioOf(fact), isHabit));
        }
    }

    private bool IsKnown(int client, int epoch)
    {
        ref var host = ref edges.Host(edges.Host(client).Base);
        return host.FirstEpoch != Epoch.None && host.FirstEpoch / Epoch.PerDay < epoch / Epoch.PerDay
            && roles.EarnedAt(client, epoch) is not (HostRole.ManagementServer or HostRole.Scanner) && !learning.ContactsEverybody(host);
    }
}

/// <summary>By which ports known clients used one server in one hour.</summary>
internal sealed class PortsOfHour
{
    private readonly List<PortOfHour> _ports = [];

    public IReadOnlyList<PortOfHour> Ports => _ports;

    /// <summary>
    /// Transfers shaped like replication to clients that are no servers: by which port, to whom, how many times what it had sent, in
    /// hundredths, and whether it was learned to get such.
    /// </summary>
    public List<(ushort Port, HostAddress Client, ushort Ratio, bool IsHabit)> Shapes { get; } = [];

    public void Add(ushort port, HostAddress client, long at)
    {
        if (Find(port) is not { } used) _ports.Add(used = new PortOfHour(port));
        used.Add(client, at);
    }

    public PortOfHour? Find(ushort port) => _ports.Find(used => used.Port == port);

    /// <summary>How many clients used the common port that most used after a time.</summary>
    /// <param name="server">What was learned of its ports.</param>
    /// <param name="but">The port that is asked about.</param>
    public int MostAtCommonAfter(ServerPorts server, ushort but, long at)
    {
        var most = 0;
        foreach (var used in _ports)
            if (used.Port != but && server.Find(used.Port) is { IsCommon: true }) most = Math.Max(most, used.CountAfter(at));
        return most;
    }
}

/// <summary>Who used a port in one hour, and when.</summary>
internal sealed class PortOfHour(ushort port)
{
    private readonly Dictionary<HostAddress, long> _latest = [];

    public ushort Port => port;

    public IReadOnlyCollection<HostAddress> Clients => _latest.Keys;

    public long First { get; private set; } = long.MaxValue;

    public long Latest { get; private set; }

    /// <summary>How many clients used it at a time or later.</summary>
    public int CountAfter(long at) => _latest.Count(client => client.Value >= at);

    public void Add(HostAddress client, long at)
    {
        First = Math.Min(First, at);
        Latest = Math.Max(Latest, at);
        _latest[client] = Math.Max(at, _latest.GetValueOrDefault(client));
    }
}
