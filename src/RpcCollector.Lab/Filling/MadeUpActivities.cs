using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation;

namespace RpcCollector.Lab.Filling;

/// <summary>
/// RPC activities as a network has them: most of them with domain controllers, by day more than by night; in order of time.
/// </summary>
internal sealed class MadeUpActivities(FillPlan plan, long nowUnixMilliseconds)
{
    private const int BusyFrom = 8;
    private const int BusyUntil = 18;

    private readonly SeededRandom _random = SeededRandom.Of(plan.Seed, "activities");

    public IEnumerable<ActivityChange> Make()
    {
        var step = plan.Span.TotalMilliseconds / Math.Max(1, plan.Activities);
        var begin = nowUnixMilliseconds - plan.Span.TotalMilliseconds;
        for (var i = 0; i < plan.Activities; i++)
            yield return new ActivityChange(ActivityChangeKind.Added, Activity(i, Shifted((long)(begin + (i * step)))));
    }

    // What falls into the night happens, three times out of four, in the working hours of that day.
    private long Shifted(long time)
    {
        const long Day = 86_400_000;
        var hour = time % Day / 3_600_000;
        if (hour is >= BusyFrom and < BusyUntil || _random.Chance(0.25)) return time;
        var shifted = time - (time % Day) + (long)(_random.Between(BusyFrom, BusyUntil) * 3_600_000);
        return Math.Min(shifted, nowUnixMilliseconds);
    }

    private RpcActivity Activity(int number, long start)
    {
        var basis = _random.Uniform() switch
        {
            < 0.55 => JoinBasis.Car,
            < 0.75 => JoinBasis.Extended,
            < 0.95 => JoinBasis.KnownEndpoint,
            _ => JoinBasis.MapperOnly,
        };
        var client = MadeUpHosts.Other(_random.Below(MadeUpHosts.NumOthers));
        var server = _random.Chance(0.7)
            ? MadeUpHosts.Controller(_random.Below(MadeUpHosts.NumControllers))
            : MadeUpHosts.Server(_random.Below(MadeUpHosts.NumServers));
        var port = (ushort)(49_152 + _random.Below(16_000));
        var exporters = ExporterSet.Of(_random.Below(MadeUpHosts.NumExporters));
        if (_random.Chance(0.2)) exporters.Add(_random.Below(MadeUpHosts.NumExporters));
        return new RpcActivity
        {
            // Neither in order nor positive, as ids are.
            Id = unchecked((long)(((ulong)number + (plan.Seed << 32)) * 0x9E37_79B9_7F4A_7C15)),
            Basis = basis,
            Client = client,
            Server = server,
            Mapper = basis == JoinBasis.KnownEndpoint ? null : new FlowSpan(port, WellKnownPort.EndpointMapper, start, start + 12_000),
            Endpoint = basis == JoinBasis.MapperOnly
                ? null
                : new FlowSpan((ushort)(port + 1), (ushort)(49_664 + (_random.Below(40) * _random.Below(40))), start + 7, start + 900),
            Exporters = exporters,
            SamplingInterval = 1,
            Traffic = new FlowTraffic(900, 700, 0x1B, 0x1B, FlowHalf.Both, DirectionConfidence.Stated),
        };
    }
}
