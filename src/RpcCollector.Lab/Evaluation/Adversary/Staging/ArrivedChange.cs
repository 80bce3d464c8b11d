using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Enterprise;

namespace RpcCollector.Lab.Evaluation.Adversary.Staging;

/// <summary>One thing that the collector learns of what an attacker does, and when it learns it.</summary>
internal sealed class ArrivedChange
{
    private readonly ActivityChange? _activity;
    private readonly ContactChange? _contact;
    private readonly AddressLease _lease;

    public ArrivedChange(in ActivityChange change, long arrivalUnixMilliseconds) =>
        (_activity, ArrivalUnixMilliseconds) = (change, arrivalUnixMilliseconds);

    public ArrivedChange(in ContactChange change, long arrivalUnixMilliseconds) =>
        (_contact, ArrivalUnixMilliseconds) = (change, arrivalUnixMilliseconds);

    public ArrivedChange(in AddressLease lease, long arrivalUnixMilliseconds) =>
        (_lease, ArrivalUnixMilliseconds) = (lease, arrivalUnixMilliseconds);

    public long ArrivalUnixMilliseconds { get; }

    public void DeliverTo(IArrivalSink sink)
    {
        if (_activity is { } activity) sink.Take(activity, ArrivalUnixMilliseconds);
        else if (_contact is { } contact) sink.Take(contact, ArrivalUnixMilliseconds);
        else sink.Take(_lease, ArrivalUnixMilliseconds);
    }
}
