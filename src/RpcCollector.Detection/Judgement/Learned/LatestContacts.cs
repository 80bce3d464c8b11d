using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>The latest first contacts to a host by two different hosts: when, and by whom; 0 for none.</summary>
/// <remarks>Two, since one of them may be the very host that is asked about. The order of adding does not matter.</remarks>
internal struct LatestContacts
{
    public long At;
    public HostAddress By;
    public long FormerAt;
    public HostAddress FormerBy;

    public void Add(long at, HostAddress by)
    {
        if (At > 0 && by == By)
        {
            At = Math.Max(At, at);
            return;
        }

        if (At == 0 || (at, by).CompareTo((At, By)) > 0)
        {
            if (At > 0) (FormerAt, FormerBy) = (At, By);
            (At, By) = (at, by);
        }
        else if (FormerAt == 0 || (at, by).CompareTo((FormerAt, FormerBy)) > 0)
        {
            (FormerAt, FormerBy) = (at, by);
        }
    }

    /// <summary>Nothing counts as later than a time.</summary>
    public void MoveTo(long latestUnixMilliseconds)
    {
        At = Math.Min(At, latestUnixMilliseconds);
        FormerAt = Math.Min(FormerAt, latestUnixMilliseconds);
    }
}
