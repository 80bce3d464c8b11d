using System.Diagnostics.CodeAnalysis;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>The latest changes of learned roles, and those that nobody has been told yet.</summary>
internal sealed class RoleLedger
{
    /// <summary>As many are kept.</summary>
    public const int Max = 1_000;

    private readonly Queue<RoleChange> _kept = new();
    private readonly Queue<RoleChange> _untold = new();

    /// <summary>The oldest first.</summary>
    public IReadOnlyCollection<RoleChange> Kept => _kept;

    public void Add(RoleChange change)
    {
        Restore(change);
        _untold.Enqueue(change);
        if (_untold.Count > Max) _untold.Dequeue();
    }

    /// <summary>Puts back one that was told before.</summary>
    public void Restore(RoleChange change)
    {
        _kept.Enqueue(change);
        if (_kept.Count > Max) _kept.Dequeue();
    }

    /// <summary>Those that were settled by an hour.</summary>
    public IEnumerable<RoleChange> SettledBy(int epoch) =>
        _kept.Where(change => change.SettledUnixMilliseconds == Epoch.StartOf(epoch + 1));

    /// <summary>What came up so far was told by the process that learned it first.</summary>
    public void ForgetUntold() => _untold.Clear();

    /// <summary>The next that nobody has been told.</summary>
    public bool TryTell([NotNullWhen(true)] out RoleChange? change) => _untold.TryDequeue(out change);
}
