using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>
/// What arrived on one day of a simulated enterprise without placed attacks, so that it can be delivered any number of times.
/// </summary>
/// <param name="leases">In the order of arrival; none unless they are told.</param>
/// <param name="before">How many connections arrived on the days before.</param>
internal sealed class ArrivedDay(
    SimulatedConnection[] connections, (AddressLease Lease, long Arrival)[] leases, long before, Sensors sensors)
{
    public int Count => connections.Length;

    public long ArrivalAt(int index) => connections[index].Arrival;

    public IReadOnlyList<(AddressLease Lease, long Arrival)> Leases => leases;

    public void DeliverTo(IArrivalSink sink, int index)
    {
        ref readonly var connection = ref connections[index];
        var id = IdOf(before + index + 1);
        if (connection.IsContact)
        {
            if (sensors.See(connection.ToContact(id)) is { } contact)
                sink.Take(new ContactChange(ActivityChangeKind.Added, contact), connection.Arrival);
        }
        else if (sensors.See(connection.ToActivity(id)) is { } activity)
        {
            sink.Take(new ActivityChange(ActivityChangeKind.Added, activity), connection.Arrival);
        }
    }

    /// <summary>Ids mean nothing, but they are unique and not in the order of time, as the collector's are; below 2^53.</summary>
    public static long IdOf(long sequence) => (long)((ulong)sequence * 0x9E37_79B9_7F4A_7C15 >> 11);
}
