namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>A role that was earned, and from which hour on it acts.</summary>
/// <remarks>
/// It never acts on an hour that was open when it was settled: what people have been shown of that hour does not depend on it, and the
/// order in which records arrive decides nothing.
/// </remarks>
internal struct SettledRole
{
    public HostRole Role;

    /// <summary>The role before.</summary>
    public HostRole Former;

    /// <summary>The first hour in which <see cref="Role"/> acts.</summary>
    public int ActsFrom;

    /// <summary>The hour that settled it.</summary>
    public int SettledIn;

    public readonly HostRole At(int epoch) => epoch >= ActsFrom ? Role : Former;

    /// <summary>True when no hour later than this one depends on the former role.</summary>
    public readonly bool MayChangeAfter(int epoch) => ActsFrom <= epoch + 1;

    public void Change(HostRole role, int settledIn, int actsFrom)
    {
        (Former, Role) = (Role, role);
        (SettledIn, ActsFrom) = (settledIn, actsFrom);
    }
}
