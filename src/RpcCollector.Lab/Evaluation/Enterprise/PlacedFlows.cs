using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>The recorded flows that were placed in a simulated enterprise; a connection names one by its place in the list.</summary>
internal sealed class PlacedFlows
{
    private readonly List<PlacedFlow> _flows = [];

    /// <param name="placed">As <see cref="SimulatedConnection.Placed"/> has it.</param>
    /// <returns>Null for a connection that is simulated itself.</returns>
    public PlacedFlow? Of(int placed) => placed == 0 ? null : _flows[placed - 1];

    /// <summary>Adds the flows of a recorded attack under the addresses of two machines.</summary>
    /// <param name="at">When the first begins, in milliseconds since the day began.</param>
    /// <returns>When the last ends, in Unix milliseconds.</returns>
    public long Place(SimulatedDay day, RecordedAttack recorded, Machine attacker, Machine victim, int at)
    {
        var (client, server) = day.AddressesBetween(attacker, victim);
        var shift = day.Start + at - recorded.Start;
        var exporters = ExporterSet.Of(day.SiteOf(attacker));
        exporters.Add(day.SiteOf(victim));
        var end = 0L;
        foreach (var activity in recorded.Activities) Add(PlacedFlow.Of(activity, client, server, shift, exporters));
        foreach (var contact in recorded.Contacts) Add(PlacedFlow.Of(contact, client, server, shift, exporters));
        return end;

        void Add(PlacedFlow flow)
        {
            day.Place(_flows.Count, flow.End, day.SiteOf(attacker), flow.IsMapperOnly);
            _flows.Add(flow);
            end = Math.Max(end, flow.End);
        }
    }
}
