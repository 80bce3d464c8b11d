using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>By which ports each server is used: which of them are common, and which rare.</summary>
/// <remarks>
/// <para>
/// What makes a port common are <em>known</em> clients (<see cref="PortReading"/>): at least
/// <see cref="JudgementOptions.CommonPortClients"/> and a tenth of those that the server has by RPC (64 at most); and besides they came
/// on three days, or are as many as a role wants witnesses, or took to the port when a common one had fallen silent, as happens when a
/// service or the whole server restarts.
/// </para>
/// <para>
/// So an intruder who wants to make a port common needs that many hosts for three days, or 20 of them within two hours; or that many on a
/// server of which a common port is idle anyway.
/// </para>
/// </remarks>
internal sealed class PortHabits(JudgementOptions options)
{
    private const int Share = 10;
    private const int DaysWanted = 3;

    // A port that was not used for so long while others of the server were is forgotten.
    private const long Kept = 7 * Epoch.PerDay * Epoch.Milliseconds;

    private readonly Dictionary<HostAddress, ServerPorts> _servers = [];

    /// <summary>The first hour that was learned from; <see cref="Epoch.None"/> before.</summary>
    public int Since { get; set; } = Epoch.None;

    /// <summary>The same of calls through pipes, which came later: what a program before did not learn is no news.</summary>
    public int PipesSince { get; set; } = Epoch.None;

    /// <summary>Answers shaped like replication of all controllers: what a product gets of one of them, it gets of the next.</summary>
    public ReplicationShapes Shapes { get; } = new();

    public int NumPorts => _servers.Values.Sum(static server => server.Ports.Count);

    public long Bytes => _servers.Values.Sum(static server => server.Bytes);

    public IEnumerable<ServerPorts> InOrder() => _servers.Values.OrderBy(static server => server.Server);

    public ServerPorts? Find(HostAddress server) => _servers.GetValueOrDefault(server);

    public ServerPorts FindOrAdd(HostAddress server)
    {
        if (!_servers.TryGetValue(server, out var ports)) _servers.Add(server, ports = new ServerPorts(server));
        return ports;
    }

    /// <summary>How many known clients make a port common.</summary>
    /// <param name="knownClients">Known clients that the server has by RPC.</param>
    public int Wanted(int knownClients) =>
        Math.Max(options.CommonPortClients, Math.Min(PortHabit.MostClients, (knownClients + Share - 1) / Share));

    /// <summary>Learns from an hour of one server that is being closed.</summary>
    /// <param name="knownClients">As for <see cref="Wanted"/>.</param>
    public void Learn(HostAddress address, PortsOfHour hour, int epoch, int knownClients)
    {
        if (hour.Ports.Count == 0) return;
        var server = FindOrAdd(address);
        if (server.Since == Epoch.None) server.Since = epoch;

        // 1. Who used which port.
        foreach (var used in hour.Ports.OrderBy(static port => port.Port))
        {
            var port = server.FindOrAdd(used.Port);
            if (port.Days == 0 || Epoch.Of(port.LastAt) / Epoch.PerDay < epoch / Epoch.PerDay) port.Days++;
            port.FirstAt = Math.Min(port.FirstAt, used.First);
            port.LastAt = Math.Max(port.LastAt, used.Latest);
            foreach (var client in used.Clients.Order()) port.Add(PortHabit.NumberOf(client));
            if (port.SharedSince == Epoch.None && port.Clients.Count >= options.CommonPortClients) port.SharedSince = epoch;
        }

        // 2. What that makes common.
        var wanted = Wanted(knownClients);
        foreach (var port in server.Ports)
        {
            if (!port.IsCommon && port.Clients.Count >= wanted && IsSettled(server, port, epoch)) port.CommonSince = epoch;
        }
    }

    /// <summary>Learns answers shaped like replication of one server and an hour that is being closed.</summary>
    public void LearnShapes(HostAddress address, PortsOfHour hour)
    {
        if (Find(address) is not { } server) return;
        foreach (var shape in hour.Shapes)
        {
            if (server.Find(shape.Port) is not { IsCommon: true }) continue;
            foreach (var shapes in (ReadOnlySpan<ReplicationShapes>)[server.Shapes, Shapes])
            {
                if (shape.IsHabit) shapes.Remove(PortHabit.NumberOf(shape.Client));
                else shapes.Add(PortHabit.NumberOf(shape.Client), shape.Ratio);
            }
        }
    }

    /// <summary>The answers of all servers have been learned.</summary>
    public void SettleShapes(int epoch)
    {
        var actsAfter = RoleLearning.HoursUntilItActs(options);
        Shapes.Settle(epoch, actsAfter);
        foreach (var server in _servers.Values) server.Shapes.Settle(epoch, actsAfter);
    }

    /// <summary>
    /// The ratio, in hundredths, that an answer of a server must have to be a sign of replication; 0 while too few answers are known.
    /// </summary>
    public ushort ShapeWanted(HostAddress server, int epoch) =>
        Math.Max(Shapes.At(epoch), Find(server)?.Shapes.At(epoch) ?? 0);

    /// <summary>Forgets ports that fell out of use, and servers that were not seen for too long.</summary>
    public void Forget(long beforeUnixMilliseconds)
    {
        foreach (var (address, server) in _servers)
        {
            server.ForgetPortsBefore(Math.Max(beforeUnixMilliseconds, server.LastAt - Kept));
            if (server.Ports.Count == 0) _servers.Remove(address);
        }
    }

    /// <summary>Forgets the servers that were not used for longest when there are too many ports.</summary>
    public void MakeRoom()
    {
        var surplus = NumPorts - options.MaxKnownEndpoints;
        if (surplus <= 0) return;
        foreach (var server in InOrder().OrderBy(static server => server.LastAt).ToList())
        {
            if (surplus <= 0) break;
            surplus -= server.Ports.Count;
            _servers.Remove(server.Server);
        }
    }

    /// <summary>What was learned later than an hour counts as learned in it.</summary>
    public void MoveTo(int latestEpoch)
    {
        Since = Math.Min(Since, latestEpoch);
        PipesSince = Math.Min(PipesSince, latestEpoch);
        Shapes.MoveTo(latestEpoch + RoleLearning.HoursUntilItActs(options));
        var end = Epoch.StartOf(latestEpoch + 1) - 1;
        foreach (var server in _servers.Values)
        {
            server.Since = Math.Min(server.Since, latestEpoch);
            server.Shapes.MoveTo(latestEpoch + RoleLearning.HoursUntilItActs(options));
            foreach (var port in server.Ports)
            {
                (port.FirstAt, port.LastAt) = (Math.Min(port.FirstAt, end), Math.Min(port.LastAt, end));
                port.CommonSince = Math.Min(port.CommonSince, latestEpoch);
                port.SharedSince = Math.Min(port.SharedSince, latestEpoch);
            }
        }
    }

    private bool IsSettled(ServerPorts server, PortHabit port, int epoch) =>
        port.Days >= DaysWanted || port.Clients.Count >= options.RoleWitnesses
            || (epoch > Epoch.Of(port.FirstAt) && Replaces(server, port));

    /// <summary>True when a common port of the server was used shortly before this one for the last time.</summary>
    private static bool Replaces(ServerPorts server, PortHabit port)
    {
        foreach (var former in server.Ports)
        {
            if (former.IsCommon && former.LastAt < port.FirstAt && former.LastAt >= port.FirstAt - ServerPorts.Lately) return true;
        }

        return false;
    }
}
