using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Office;

/// <summary>Over lunch some laptops have lost their addresses, and each comes back with that of another: the next in the list.</summary>
internal sealed class AddressSwap
{
    private readonly Dictionary<uint, uint> _after = [];
    private readonly List<GrantedLease> _leases = [];

    /// <param name="leases">What the laptops had in the morning.</param>
    /// <param name="atUnixMilliseconds">When they come back.</param>
    public AddressSwap(IReadOnlyList<GrantedLease> leases, long atUnixMilliseconds)
    {
        AtUnixMilliseconds = atUnixMilliseconds;
        for (var i = 0; i < leases.Count && leases.Count > 1; i++)
        {
            var next = leases[(i + 1) % leases.Count].Address;
            _after[leases[i].Address] = next;
            _leases.Add(leases[i] with { Address = next, AtUnixMilliseconds = atUnixMilliseconds });
        }
    }

    public static AddressSwap None { get; } = new([], long.MaxValue);

    public long AtUnixMilliseconds { get; }

    public IReadOnlyList<GrantedLease> Leases => _leases;

    /// <summary>The address that a machine has at a time, from the one that it had in the morning.</summary>
    public HostAddress Of(HostAddress morning, long atUnixMilliseconds) =>
        atUnixMilliseconds >= AtUnixMilliseconds && morning.IsIPv4 && _after.TryGetValue((uint)morning.Low, out var after)
            ? HostAddress.FromIPv4(after)
            : morning;

    public ActivityChange Of(in ActivityChange change)
    {
        var (activity, at) = (change.Activity, change.Activity.StartUnixMilliseconds);
        return change with { Activity = activity with { Client = Of(activity.Client, at), Server = Of(activity.Server, at) } };
    }

    public ContactChange Of(in ContactChange change)
    {
        var (contact, at) = (change.Contact, change.Contact.Flow.StartUnixMilliseconds);
        return change with { Contact = contact with { Client = Of(contact.Client, at), Server = Of(contact.Server, at) } };
    }
}
