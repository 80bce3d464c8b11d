using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>A 64-bit digest of everything that arrived, in order.</summary>
/// <param name="from">Activities in the analytic as written are counted from then on, in Unix milliseconds.</param>
internal sealed class EventDigest(long from = 0) : IArrivalSink
{
    private ulong _state = 0xCBF2_9CE4_8422_2325;

    public long Activities { get; private set; }

    public long Contacts { get; private set; }

    /// <summary>Those of basis <see cref="JoinBasis.Car"/> that arrived and began late enough.</summary>
    public long CarActivities { get; private set; }

    public void Take(in ActivityChange change, long arrivalUnixMilliseconds)
    {
        Activities++;
        var activity = change.Activity;
        if (activity.Basis == JoinBasis.Car && activity.StartUnixMilliseconds >= from) CarActivities++;
        Add((ulong)arrivalUnixMilliseconds);
        Add((ulong)change.Kind << 8 | (ulong)activity.Basis);
        Add((ulong)activity.Id);
        Add(activity.Client, activity.Server);
        if (activity.Mapper is { } mapper) Add(mapper);
        if (activity.Endpoint is { } endpoint) Add(endpoint);
        Add(activity.Traffic);
    }

    public void Take(in ContactChange change, long arrivalUnixMilliseconds)
    {
        Contacts++;
        Add((ulong)arrivalUnixMilliseconds);
        Add((ulong)change.Kind);
        Add((ulong)change.Contact.Id);
        Add(change.Contact.Client, change.Contact.Server);
        Add(change.Contact.Flow);
        Add(change.Contact.Traffic);
    }

    public void Take(in AddressLease lease, long arrivalUnixMilliseconds)
    {
        Add((ulong)arrivalUnixMilliseconds);
        Add(lease.Address.Low);
        Add(lease.Machine);
        Add((ulong)lease.StartUnixMilliseconds);
        Add((ulong)lease.EndUnixMilliseconds);
    }

    public override string ToString() => $"{_state:x16}";

    private void Add(HostAddress client, HostAddress server)
    {
        Add(client.Low);
        Add(server.Low);
    }

    private void Add(in FlowSpan span)
    {
        Add((ulong)span.ClientPort << 16 | span.ServerPort);
        Add((ulong)span.StartUnixMilliseconds);
        Add((ulong)span.EndUnixMilliseconds);
    }

    private void Add(in FlowTraffic traffic)
    {
        Add((ulong)traffic.ClientOctets << 32 | traffic.ServerOctets);
        Add((ulong)traffic.ClientTcpFlags << 16 | (ulong)traffic.ServerTcpFlags << 8 | (ulong)traffic.Half);
    }

    // The finalizer of SplitMix64.
    private void Add(ulong part)
    {
        var mixed = (_state * 0x9E37_79B9_7F4A_7C15) + part;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        _state = mixed ^ (mixed >> 31);
    }
}
