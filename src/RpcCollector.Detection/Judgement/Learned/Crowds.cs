namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>
/// Which hosts were plainly servers in the first days of a network, when nobody was known before and no role can be earned.
/// </summary>
/// <remarks>
/// A crowd is a quarter more clients than a role wants witnesses, by one service, in the first days. It is no role: it rates a first
/// contact lower that is one of so many, and hides none. It depends on the hours up to the one that is judged alone, so the order of
/// arrival decides nothing.
/// </remarks>
internal sealed class Crowds(JudgementOptions options, Edges edges, OpenFacts facts)
{
    private readonly int _size = options.RoleWitnesses + Math.Max(1, options.RoleWitnesses / 4);
    private readonly List<int>[] _firstHours = [.. Enumerable.Range(0, EdgeServiceName.Count).Select(_ => new List<int>())];
    private int _round = 1;

    /// <summary>Facts were added or removed: what was read of open hours is read again.</summary>
    public void ReadAgain() => _round++;

    /// <param name="learnedSince">The first hour that was learned from; <see cref="Epoch.None"/> before.</param>
    public bool IsCrowded(int host, int epoch, int learnedSince)
    {
        ref var state = ref edges.Host(edges.Host(host).Base);
        if (state.CrowdRound != _round)
        {
            state.CrowdRound = _round;
            state.CrowdSince = FirstHourOfCrowd(state, learnedSince);
        }

        return state.CrowdSince <= epoch;
    }

    /// <summary>The hour in which the crowd was complete; the largest number while it is not.</summary>
    private int FirstHourOfCrowd(in HostState state, int learnedSince)
    {
        foreach (var hours in _firstHours) hours.Clear();
        var until = learnedSince == Epoch.None ? int.MaxValue : learnedSince + (options.StableDays * Epoch.PerDay);
        for (var i = state.FirstAsServer; i >= 0; i = edges[i].NextOfServer)
            if (edges.Host(edges[i].Client).IsBase && FirstHour(edges[i]) is var first && first < until)
                _firstHours[(int)edges[i].Service].Add(first);
        var crowd = int.MaxValue;
        foreach (var hours in _firstHours)
        {
            if (hours.Count < _size) continue;
            hours.Sort();
            crowd = Math.Min(crowd, hours[_size - 1]);
        }

        return crowd;
    }

    private int FirstHour(in EdgeState edge)
    {
        if (edge.WitnessedSince != Epoch.None) return edge.WitnessedSince;
        var first = int.MaxValue;
        for (var open = edge.Open; open >= 0; open = facts[open].NextOfEdge)
            if (facts[open].NumAnswered > 0) first = Math.Min(first, facts[open].Epoch);
        return first;
    }
}
