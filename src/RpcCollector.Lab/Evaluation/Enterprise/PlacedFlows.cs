using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Library;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>The flows of attacks that were placed in a simulated enterprise; a connection names one by its place in the list.</summary>
internal sealed class PlacedFlows
{
    private readonly List<PlacedFlow> _flows = [];

    /// <param name="placed">As <see cref="SimulatedConnection.Placed"/> has it.</param>
    /// <returns>Null for a connection that is simulated itself.</returns>
    public PlacedFlow? Of(int placed) => placed == 0 ? null : _flows[placed - 1];

    /// <summary>Adds the flows of a recorded attack under the addresses of two machines, to the ports that the victim has.</summary>
    /// <param name="at">When the first begins, in milliseconds since the day began.</param>
    /// <returns>When the last ends, in Unix milliseconds.</returns>
    public long Place(SimulatedDay day, RecordedAttack recorded, Machine attacker, Machine victim, int at)
    {
        var (client, server) = day.AddressesBetween(attacker, victim);
        var shift = day.Start + at - recorded.Start;
        var exporters = ExporterSet.Of(day.SiteOf(attacker));
        exporters.Add(day.SiteOf(victim));
        var end = 0L;
        foreach (var activity in recorded.On(day, victim, at).Activities) Add(PlacedFlow.Of(activity, client, server, shift, exporters));
        foreach (var contact in recorded.Contacts) Add(PlacedFlow.Of(contact, client, server, shift, exporters));
        return end;

        void Add(PlacedFlow flow)
        {
            day.Place(_flows.Count, flow.End, day.SiteOf(attacker), flow.IsMapperOnly);
            _flows.Add(flow);
            end = Math.Max(end, flow.End);
        }
    }

    /// <summary>Adds the flows that a tool of the library wrote down.</summary>
    /// <param name="at">When it is started, in milliseconds since the day began.</param>
    /// <returns>When the last ends, in Unix milliseconds.</returns>
    public long Place(SimulatedDay day, IEnumerable<AttackFlow> flows, AttackParties parties, int at)
    {
        var end = day.Start + at;
        var authority = day.AuthorityOf(parties.Victim);
        foreach (var flow in flows)
        {
            // Of other ports the collector keeps no flows, so nobody sees them.
            if (flow.IsContact && !WellKnownPort.IsFamily(flow.Port)) continue;
            var (from, to) = (parties[flow.From], parties[flow.To]);
            var exporters = ExporterSet.Of(day.SiteOf(from));
            exporters.Add(day.SiteOf(to));
            var service = flow.Service == RpcService.SecurityAuthority ? authority : flow.Service;
            var port = flow.IsContact ? flow.Port : day.PortOf(to, service, at + flow.At);
            var placed = PlacedFlow.Of(flow, day.AddressesBetween(from, to), port, NextClientPort(), day.Start + at, exporters);
            day.Place(_flows.Count, placed.End, day.SiteOf(from), placed.IsMapperOnly);
            _flows.Add(placed);
            end = Math.Max(end, placed.End);
        }

        return end;
    }

    // Of the dynamic range, two for each activity; each connection has its own.
    private ushort NextClientPort() => (ushort)(WellKnownPort.FirstDynamic + 600 + (_flows.Count * 14 % 15_000));
}
