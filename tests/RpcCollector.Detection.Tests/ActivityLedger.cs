namespace RpcCollector.Detection.Tests;

/// <summary>Applies every change as a store would, and insists that each makes sense.</summary>
internal sealed class ActivityLedger : IActivitySink
{
    private readonly Dictionary<long, RpcActivity> _standing = [];
    private readonly Dictionary<long, AdministrationContact> _contacts = [];

    /// <summary>
    /// A flow that comes again after it was forgotten is added again, under the id it had: a store takes that for the same activity.
    /// </summary>
    public bool TakesForgotten { get; set; }

    public List<ActivityChange> Changes { get; } = [];

    public IReadOnlyCollection<RpcActivity> Standing => _standing.Values;

    public RpcActivity Single => Assert.Single(_standing.Values);

    public ActivityChange Last => Changes[^1];

    public List<ContactChange> ContactChanges { get; } = [];

    public IReadOnlyCollection<AdministrationContact> Contacts => _contacts.Values;

    public AdministrationContact SingleContact => Assert.Single(_contacts.Values);

    public HashSet<AdministrationContact> ContactFacts => [.. _contacts.Values];

    /// <summary>What stands.</summary>
    public HashSet<RpcActivity> Facts => [.. _standing.Values];

    public void Publish(in ActivityChange change)
    {
        Changes.Add(change);
        var id = change.Activity.Id;
        switch (change.Kind)
        {
            case ActivityChangeKind.Added:
                Assert.True(_standing.TryAdd(id, change.Activity) || TakesForgotten, "Added twice");
                _standing[id] = change.Activity;
                break;
            case ActivityChangeKind.Revised:
                Assert.True(_standing.ContainsKey(id), "Revised but never added");
                _standing[id] = change.Activity;
                break;
            default:
                Assert.True(_standing.Remove(id), "Withdrawn but never added");
                break;
        }
    }

    public void Publish(in ContactChange change)
    {
        ContactChanges.Add(change);
        var id = change.Contact.Id;
        switch (change.Kind)
        {
            case ActivityChangeKind.Added:
                Assert.True(_contacts.TryAdd(id, change.Contact) || TakesForgotten, "Added twice");
                _contacts[id] = change.Contact;
                break;
            case ActivityChangeKind.Revised:
                Assert.True(_contacts.ContainsKey(id), "Revised but never added");
                Assert.NotEqual(_contacts[id], change.Contact);
                _contacts[id] = change.Contact;
                break;
            default:
                Assert.True(_contacts.Remove(id), "Withdrawn but never added");
                break;
        }
    }
}
