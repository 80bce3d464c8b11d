using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>
/// What a tool sends to one machine, written down in order. Octets, times and what is cached vary from run to run, the same for the same
/// random numbers.
/// </summary>
internal sealed class FlowScript
{
    // Five SYNs of 52 octets in 15 s, as the recorded sharpsc-create has them.
    private const int SilentSeconds = 15;
    private const uint SilentOctets = 260;

    private readonly List<AttackFlow> _flows = [];
    private readonly HashSet<RpcService> _asked = [];
    private readonly bool _isFirewalled;

    public FlowScript(SeededRandom random, TargetKind target)
    {
        (Random, Target) = (random, target);

        // Windows' firewall keeps remote service management shut unless somebody opened it; recorded so for both sharpsc scenarios.
        _isFirewalled = random.Chance(target switch
        {
            TargetKind.Workstation => 0.35,
            TargetKind.DomainController => 0,
            _ => 0.1,
        });
    }

    public SeededRandom Random { get; }

    public TargetKind Target { get; }

    /// <summary>In the order in which they begin.</summary>
    public IReadOnlyList<AttackFlow> Flows => [.. _flows.OrderBy(flow => flow.At)];

    /// <summary>Milliseconds since the tool was started.</summary>
    public int Now { get; private set; }

    /// <summary>Time passes.</summary>
    /// <param name="milliseconds">The median.</param>
    public void Wait(double milliseconds) => Now += (int)Around(milliseconds, 0.4);

    /// <summary>SMB to the victim: port 445, one in fifty by NetBIOS.</summary>
    /// <param name="up">The median of the octets, as all octets here.</param>
    public void Smb(double up, double down, double seconds, FlowEnd outcome = FlowEnd.ResetByClient) =>
        Contact(Random.Chance(0.02) ? WellKnownPort.NetBiosSession : WellKnownPort.Smb, up, down, seconds, outcome);

    /// <summary>A connection other than RPC over TCP.</summary>
    public void Contact(ushort port, double up, double down, double seconds, FlowEnd outcome = FlowEnd.Orderly)
    {
        var isAnswered = outcome is not (FlowEnd.Silent or FlowEnd.Refused);
        _flows.Add(new AttackFlow
        {
            From = Party.Attacker,
            To = Party.Victim,
            Port = port,
            At = Now,
            Duration = Milliseconds(seconds),
            Up = isAnswered ? Octets(up) : SilentOctets,
            Down = isAnswered ? Octets(down) : outcome == FlowEnd.Refused ? 200u : 0,
            Outcome = outcome,
        });
        Now += 1 + Random.Below(20);
    }

    /// <summary>
    /// RPC over TCP to one of the victim's processes: the mapper is asked and the endpoint follows, or the port is known from before.
    /// </summary>
    public void Rpc(RpcService service, double up, double down, double seconds, FlowEnd outcome = FlowEnd.Orderly)
    {
        // What everybody uses was asked before by this client; what the tool has asked for, mostly not again.
        var isKnown = _asked.Contains(service) ? Random.Chance(0.5) : IsInDailyUse(service) && Random.Chance(0.2);
        _asked.Add(service);
        Rpc(Party.Attacker, Party.Victim, service, up, down, seconds, outcome, isKnown);
    }

    /// <summary>
    /// The service control manager is asked over TCP, as Windows' own tools do. Where a firewall drops that, they go on over SMB after 21 s
    /// (recorded: sharpsc-create, sharpsc-start).
    /// </summary>
    /// <returns>True when it went over TCP.</returns>
    public bool ServiceControl(double up, double down, double seconds)
    {
        if (!_isFirewalled)
        {
            Rpc(RpcService.ServiceControl, up, down, seconds);
            return true;
        }

        Rpc(Party.Attacker, Party.Victim, RpcService.ServiceControl, up, down, seconds, FlowEnd.Silent, isKnown: false);
        Now += 20_900 + Random.Below(200);
        Smb(up * 1.6, down * 3, seconds + 10);
        return false;
    }

    /// <summary>The mapper alone.</summary>
    public void Mapper(double up, double down, double seconds)
    {
        _flows.Add(new AttackFlow
        {
            From = Party.Attacker,
            To = Party.Victim,
            Basis = JoinBasis.MapperOnly,
            At = Now,
            MapperDuration = Milliseconds(seconds),
            Up = Octets(up),
            Down = Octets(down),
        });
        Now += 1 + Random.Below(20);
    }

    /// <summary>The victim connects to somebody else, 9 to 44 ms after what made it: what was measured of coercion and DCShadow.</summary>
    public void InReturn(Party to, ushort port, double up, double down, double seconds) => _flows.Add(new AttackFlow
    {
        From = Party.Victim,
        To = to,
        Port = port,
        At = AfterLast(),
        Duration = Milliseconds(seconds),
        Up = Octets(up),
        Down = Octets(down),
        Outcome = FlowEnd.Orderly,
    });

    /// <summary>As <see cref="InReturn"/>, by RPC over TCP to a process of the other.</summary>
    public void RpcInReturn(Party to, RpcService service, double up, double down, double seconds)
    {
        Now = AfterLast();
        Rpc(Party.Victim, to, service, up, down, seconds, FlowEnd.Orderly, isKnown: false);
    }

    /// <summary>From half to twice a median, mostly within a fifth of it.</summary>
    public double Around(double median, double spread = 0.2) =>
        Math.Clamp(Random.LogNormal(median, spread), median * 0.5, median * 2);

    private void Rpc(
        Party from, Party to, RpcService service, double up, double down, double seconds, FlowEnd outcome, bool isKnown)
    {
        var isSilent = outcome == FlowEnd.Silent;
        var delay = isKnown ? 0 : (int)Math.Clamp(Random.LogNormal(6, 0.8), 2, 1_500);
        var duration = isSilent ? SilentSeconds * 1_000 : Milliseconds(seconds);
        _flows.Add(new AttackFlow
        {
            From = from,
            To = to,
            Service = service,
            Basis = isKnown ? JoinBasis.KnownEndpoint : JoinBasis.Car,
            At = Now,
            EndpointDelay = delay,
            MapperDuration = isKnown ? 0 : Math.Max(delay + 1, Milliseconds(Random.Chance(0.5) ? 12 : seconds)),
            Duration = duration,
            Up = isSilent ? SilentOctets : Octets(up),
            Down = isSilent ? 0 : Octets(down),
            Outcome = outcome,
        });
        Now += delay + 1 + Random.Below(20);
    }

    // Its own process's port is known to most clients of a controller, the spooler's to those of a print server.
    private bool IsInDailyUse(RpcService service) => service switch
    {
        RpcService.SecurityAuthority => Target == TargetKind.DomainController,
        RpcService.Spooler => Target == TargetKind.PrintServer,
        _ => false,
    };

    private int AfterLast() => _flows[^1].At + _flows[^1].EndpointDelay + 9 + Random.Below(36);

    private uint Octets(double median) => (uint)Around(median);

    private int Milliseconds(double seconds) => Math.Max(2, (int)(Around(seconds, 0.4) * 1_000));
}
