using RpcCollector.Flows;

namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>
/// On which dynamic ports a machine's processes listen, as Windows hands them out: the lowest ones at the start, in the order in which
/// processes start (from 49664 on, on old servers from 49152), later ones to what is activated; all anew at a restart, though those of
/// the start often come out the same. The spooler, certificate services and applications are restarted alone too.
/// </summary>
/// <remarks>No two processes of a machine share a port at a time.</remarks>
internal sealed class DynamicPorts(ulong seed, Restarts restarts)
{
    private const int Hour = 3_600_000;

    // Of today's Windows.
    private const int First = 49_664;

    private static readonly RpcService[] All = Enum.GetValues<RpcService>();

    private static readonly RpcService[] AtStart =
    [
        RpcService.Shutdown, RpcService.EventLog, RpcService.Tasks, RpcService.SecurityAuthority, RpcService.Spooler,
        RpcService.ServiceControl, RpcService.SecondSecurityAuthority,
    ];

    private readonly Dictionary<(int Machine, int Day), ushort[]> _atRestart = [];
    private readonly Dictionary<(int Machine, RpcService Service, int Day), ushort> _alone = [];

    /// <summary>Whether the security authority listens on a second port, as on a third of the servers.</summary>
    public bool HasSecondAuthority(Machine server) =>
        !server.IsWorkstation && SeededRandom.Of(seed, "second authority", server.Number).Chance(
            server.Kind == MachineKind.DomainController ? 0.5 : 0.3);

    /// <param name="at">Milliseconds since the day began.</param>
    public ushort Of(Machine machine, RpcService service, int day, int at)
    {
        var (since, then) = restarts.Last(machine, day, at);
        if (Alone(machine, service, day, at) is { } own && (own > since || (own == since && MomentOf(machine, service, own) > then)))
            return PortAlone(machine, service, own, since);
        return AtRestart(machine, since)[(int)service];
    }

    // The day on which a process was restarted last, without the machine.
    private int? Alone(Machine machine, RpcService service, int day, int at)
    {
        var often = service switch
        {
            RpcService.Spooler => 1 / 30.0,
            RpcService.Certificates => 1 / 20.0,
            RpcService.Application or RpcService.Mail => 1 / 40.0,
            _ => 0,
        };
        if (often <= 0) return null;
        for (var former = day; former > Math.Max(machine.FirstDay, day - 30); former--)
        {
            if (!Draw(machine, service, former).Chance(often)) continue;
            if (former < day || MomentOf(machine, service, former) <= at) return former;
        }

        return null;
    }

    private int MomentOf(Machine machine, RpcService service, int day)
    {
        var random = Draw(machine, service, day);
        random.Next();
        return (6 * Hour) + random.Below(12 * Hour);
    }

    private SeededRandom Draw(Machine machine, RpcService service, int day) =>
        SeededRandom.Of(seed, "restarted alone", SeededRandom.Key((machine.Number * All.Length) + (int)service, day));

    private ushort PortAlone(Machine machine, RpcService service, int day, int since)
    {
        var key = (machine.Number, service, day);
        if (_alone.TryGetValue(key, out var port)) return port;
        var taken = AtRestart(machine, since);
        var random = Draw(machine, service, day);

        // Each service looks in ports of its own, so that two that were restarted alone do not meet either.
        do port = (ushort)(50_000 + (random.Below(900) * All.Length) + (int)service);
        while (taken.Contains(port));
        return _alone[key] = port;
    }

    private ushort[] AtRestart(Machine machine, int day)
    {
        if (_atRestart.TryGetValue((machine.Number, day), out var ports)) return ports;
        ports = new ushort[All.Length];
        var own = SeededRandom.Of(seed, "windows", machine.Number);
        var random = SeededRandom.Of(seed, "ports", SeededRandom.Key(machine.Number, day));
        var next = !machine.IsWorkstation && own.Chance(0.25) ? WellKnownPort.FirstDynamic : First;

        // 1. Processes of the start: an order of the machine's, in which now and then two change places, and others between them.
        var order = AtStart.ToArray();
        for (var i = 1; i < order.Length; i++)
        {
            if (own.Chance(0.3) != random.Chance(0.1)) (order[i - 1], order[i]) = (order[i], order[i - 1]);
        }

        foreach (var service in order)
        {
            if (own.Chance(0.2) != random.Chance(0.05)) next++;
            ports[(int)service] = (ushort)next++;
        }

        // 2. What comes later.
        foreach (var service in All)
        {
            if (AtStart.Contains(service)) continue;
            ushort port;
            do port = (ushort)(random.Chance(0.6) ? next + 4 + random.Below(160) : 49_900 + random.Below(15_000));
            while (ports.Contains(port));
            ports[(int)service] = port;
        }

        return _atRestart[(machine.Number, day)] = ports;
    }
}
