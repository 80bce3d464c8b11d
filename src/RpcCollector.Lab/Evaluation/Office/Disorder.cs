using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Enterprise;

namespace RpcCollector.Lab.Evaluation.Office;

/// <summary>Delivers what a simulated office does in another order of arrival: each thing up to half an hour later than it was.</summary>
/// <remarks>Below the lateness that the judge waits for, so that what it finds may not differ.</remarks>
internal sealed class Disorder(SimulatedOffice office, IArrivalSink sink, ulong seed) : IArrivalSink
{
    private const int Most = 30 * 60_000;

    private readonly PriorityQueue<Thing, (long At, long Number)> _waiting = new();
    private readonly SeededRandom _random = SeededRandom.Of(seed, "disorder");
    private long _number;

    public void Deliver()
    {
        office.Deliver(this);
        Send(until: long.MaxValue);
    }

    public void Take(in ActivityChange change, long arrivalUnixMilliseconds)
    {
        _waiting.Enqueue(new Thing(change, null, null), (arrivalUnixMilliseconds + _random.Below(Most), _number++));
        Send(arrivalUnixMilliseconds);
    }

    public void Take(in ContactChange change, long arrivalUnixMilliseconds)
    {
        _waiting.Enqueue(new Thing(null, change, null), (arrivalUnixMilliseconds + _random.Below(Most), _number++));
        Send(arrivalUnixMilliseconds);
    }

    public void Take(in AddressLease lease, long arrivalUnixMilliseconds)
    {
        _waiting.Enqueue(new Thing(null, null, lease), (arrivalUnixMilliseconds + _random.Below(Most), _number++));
        Send(arrivalUnixMilliseconds);
    }

    private void Send(long until)
    {
        while (_waiting.TryPeek(out var next, out var when) && when.At <= until)
        {
            _waiting.Dequeue();
            if (next.Activity is { } activity) sink.Take(activity, when.At);
            else if (next.Contact is { } contact) sink.Take(contact, when.At);
            else if (next.Lease is { } lease) sink.Take(lease, when.At);
        }
    }

    private readonly record struct Thing(ActivityChange? Activity, ContactChange? Contact, AddressLease? Lease);
}
