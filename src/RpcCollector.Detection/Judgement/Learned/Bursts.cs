namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>Bursts of mapper flows that were learned as normal, of days that not every hour to come knows yet.</summary>
/// <remarks>
/// A burst counts for an hour that knows the whole of its day (<see cref="Rules.ClientCase.KnownDay"/>). Hours around midnight are open
/// together, for as long as the lateness bound says, and some of them know the day before and some do not: so each day is kept apart until
/// all hours to come know it, and is the edge's from then on. Bounded: no more than there may be edges.
/// </remarks>
internal sealed class Bursts(JudgementOptions options, Edges edges)
{
    // An estimate of a pair with a day: two identities, a list, and their place in the dictionary.
    private const int Size = 160;

    private readonly Dictionary<(HostIdentity Client, HostIdentity Server), List<(int Day, int Most)>> _waiting = [];

    /// <summary>Days of pairs.</summary>
    public int Count => _waiting.Values.Sum(static days => days.Count);

    public long Bytes => (long)Size * _waiting.Count;

    public IEnumerable<(HostIdentity Client, HostIdentity Server, int Day, int Most)> InOrder() =>
        _waiting.OrderBy(static entry => entry.Key.Client).ThenBy(static entry => entry.Key.Server)
            .SelectMany(
                static entry => entry.Value.Order(), static (entry, day) => (entry.Key.Client, entry.Key.Server, day.Day, day.Most));

    /// <summary>The most of an edge of RPC on days before one.</summary>
    public int Of(int edge, int beforeDay)
    {
        var most = edges[edge].LearnedBurst;
        if (_waiting.Count > 0 && _waiting.TryGetValue(PairOf(edge), out var days))
            foreach (var (day, number) in days) if (day < beforeDay) most = Math.Max(most, number);
        return most;
    }

    /// <summary>Bursts of so many were normal in an hour of a day.</summary>
    public void Learn(int edge, int day, int most)
    {
        var pair = PairOf(edge);
        if (_waiting.Count < options.MaxEdges || _waiting.ContainsKey(pair)) Add(pair, day, Math.Min(most, EdgeState.MostBurst));
    }

    /// <summary>An hour was closed and has been learned: what every hour to come knows is the edge's.</summary>
    public void Settle(int epoch)
    {
        if (_waiting.Count == 0) return;
        var known = (epoch + 2 - RoleLearning.HoursUntilItActs(options)) / Epoch.PerDay;
        foreach (var (pair, days) in _waiting)
        {
            if (!days.Exists(day => day.Day < known)) continue;
            var most = days.Where(day => day.Day < known).Max(static day => day.Most);
            if (edges.FindHost(pair.Client) is >= 0 and var client && edges.FindHost(pair.Server) is >= 0 and var server
                && edges.Find(client, server, EdgeService.Rpc) is >= 0 and var edge) edges[edge].LearnBurst(most);
            days.RemoveAll(day => day.Day < known);
            if (days.Count == 0) _waiting.Remove(pair);
        }
    }

    /// <summary>No burst counts as later than a day.</summary>
    public void MoveTo(int latestDay)
    {
        foreach (var (pair, days) in _waiting)
        {
            var later = days.Where(day => day.Day > latestDay).ToList();
            days.RemoveAll(later.Contains);
            foreach (var (_, most) in later) Add(pair, latestDay, most);
        }
    }

    /// <returns>False when it is there already.</returns>
    public bool Restore(HostIdentity client, HostIdentity server, int day, int most)
    {
        if (_waiting.TryGetValue((client, server), out var days) && days.Exists(known => known.Day == day)) return false;
        Add((client, server), day, most);
        return true;
    }

    private void Add((HostIdentity Client, HostIdentity Server) pair, int day, int most)
    {
        if (!_waiting.TryGetValue(pair, out var days)) _waiting.Add(pair, days = []);
        var place = days.FindIndex(known => known.Day == day);
        if (place < 0) days.Add((day, most));
        else days[place] = (day, Math.Max(days[place].Most, most));
    }

    private (HostIdentity Client, HostIdentity Server) PairOf(int edge) =>
        (edges.Host(edges[edge].Client).Identity, edges.Host(edges[edge].Server).Identity);
}
