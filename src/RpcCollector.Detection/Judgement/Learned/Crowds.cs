namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>
/// Which hosts were plainly servers in the first days of a network, when nobody was known before and no role can be earned.
/// </summary>
/// <remarks>
/// A crowd is a quarter more clients than a role wants witnesses, by one service, in the first days. It is no role: it rates a first
/// contact lower that is one of so many, and hides none. It depends on the hours up to the one that is judged alone, so the order of
/// arrival decides nothing. A host that even a few use is no workstation that somebody moves to: that keeps a first contact from being
/// rated high, and lowers none.
/// </remarks>
internal sealed class Crowds(JudgementOptions options, Edges edges, OpenFacts facts)
{
    // Who contacts it, and two others.
    private const int Few = 3;

    private readonly int _size = options.RoleWitnesses + Math.Max(1, options.RoleWitnesses / 4);
    private readonly List<int>[] _firstHours = [.. Enumerable.Range(0, EdgeServiceName.Count).Select(_ => new List<int>())];
    private int _round = 1;

    /// <summary>Facts were added or removed: what was read of open hours is read again.</summary>
    public void ReadAgain() => _round++;

    /// <param name="learnedSince">The first hour that was learned from; <see cref="Epoch.None"/> before.</param>
    public bool IsCrowded(int host, int epoch, int learnedSince) => Read(host, learnedSince).CrowdSince <= epoch;

    /// <summary>True for a host that at least three clients use by one service of the administration family.</summary>
    /// <param name="learnedSince">As for <see cref="IsCrowded"/>.</param>
    public bool IsUsedByFew(int host, int epoch, int learnedSince) => Read(host, learnedSince).FewSince <= epoch;

    private ref HostState Read(int host, int learnedSince)
    {
        ref var state = ref edges.Host(edges.Host(host).Base);
        if (state.CrowdRound != _round)
        {
            state.CrowdRound = _round;
            (state.CrowdSince, state.FewSince) = FirstHours(state, learnedSince);
        }

        return ref state;
    }

    /// <summary>The hours in which the crowd, and the few, were complete; the largest number while they are not.</summary>
    private (int Crowd, int Few) FirstHours(in HostState state, int learnedSince)
    {
        foreach (var hours in _firstHours) hours.Clear();
        var until = learnedSince == Epoch.None ? int.MaxValue : learnedSince + (options.StableDays * Epoch.PerDay);
        for (var i = state.FirstAsServer; i >= 0; i = edges[i].NextOfServer)
            if (edges.Host(edges[i].Client).IsBase && FirstHour(edges[i]) is var first && first < until)
                _firstHours[(int)edges[i].Service].Add(first);
        var (crowd, few) = (int.MaxValue, int.MaxValue);
        for (var service = 0; service < _firstHours.Length; service++)
        {
            var hours = _firstHours[service];
            if (hours.Count < Few) continue;
            hours.Sort();
            if (hours.Count >= _size) crowd = Math.Min(crowd, hours[_size - 1]);
            if (EdgeServiceName.IsAdministration((EdgeService)service)) few = Math.Min(few, hours[Few - 1]);
        }

        return (crowd, few);
    }

    private int FirstHour(in EdgeState edge)
    {
        if (edge.WitnessedSince != Epoch.None) return edge.WitnessedSince;
        var first = int.MaxValue;
        for (var open = edge.Open; open >= 0; open = facts[open].NextOfEdge)
            if (facts[open].IsAnswered) first = Math.Min(first, facts[open].Epoch);
        return first;
    }
}
