namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>
/// Bursts of mapper flows, and connections of many calls, that were learned as normal, of days that not every hour to come knows yet.
/// </summary>
/// <remarks>
/// <para>
/// A burst counts for an hour that knows the whole of its day (<see cref="Rules.ClientCase.KnownDay"/>). Hours around midnight are open
/// together, for as long as the lateness bound says, and some of them know the day before and some do not: so each day is kept apart until
/// all hours to come know it, and is the edge's from then on. Bounded: no more than there may be edges.
/// </para>
/// <para>
/// Of connections of many calls hardly anything is told while the network is learned. So one day of them is no measure: that is what was
/// reached on <see cref="JudgementOptions.StableDays"/> days, and those that are too few for it stay here until there are as many.
/// </para>
/// </remarks>
internal sealed class Bursts(JudgementOptions options, Edges edges)
{
    // An estimate of a pair with a day: two identities, a list, and their place in the dictionary.
    private const int Size = 160;

    private readonly Dictionary<(HostIdentity Client, HostIdentity Server), List<BurstDay>> _waiting = [];

    /// <summary>Days of pairs.</summary>
    public int Count => _waiting.Values.Sum(static days => days.Count);

    public long Bytes => (long)Size * _waiting.Count;

    public IEnumerable<(HostIdentity Client, HostIdentity Server, BurstDay Day)> InOrder() =>
        _waiting.OrderBy(static entry => entry.Key.Client).ThenBy(static entry => entry.Key.Server)
            .SelectMany(
                static entry => entry.Value.OrderBy(static day => day.Day),
                static (entry, day) => (entry.Key.Client, entry.Key.Server, day));

    /// <summary>The most of an edge of RPC on days before one.</summary>
    public int Of(int edge, int beforeDay)
    {
        var most = edges[edge].LearnedBurst;
        return _waiting.Count > 0 && _waiting.TryGetValue(PairOf(edge), out var days)
            ? Math.Max(most, MostOf(days, beforeDay))
            : most;
    }

    /// <summary>So many mapper flows were normal in an hour of a day, and so many calls over a connection where that is a habit.</summary>
    public void Learn(int edge, int day, int most, int calls)
    {
        var pair = PairOf(edge);
        if (_waiting.Count < options.MaxEdges || _waiting.ContainsKey(pair))
            Add(pair, new BurstDay(day, Math.Min(most, EdgeState.MostBurst), Math.Min(calls, EdgeState.MostBurst)));
    }

    /// <summary>An hour was closed and has been learned: what every hour to come knows is the edge's.</summary>
    public void Settle(int epoch)
    {
        if (_waiting.Count == 0) return;
        var known = (epoch + 2 - RoleLearning.HoursUntilItActs(options)) / Epoch.PerDay;
        foreach (var (pair, days) in _waiting)
        {
            if (!days.Exists(day => day.Day < known)) continue;
            var learned = EdgeState.MostBurst;
            if (edges.FindHost(pair.Client) is >= 0 and var client && edges.FindHost(pair.Server) is >= 0 and var server
                && edges.Find(client, server, EdgeService.Rpc) is >= 0 and var edge)
            {
                edges[edge].LearnBurst(MostOf(days, known));
                learned = edges[edge].LearnedBurst;
            }

            // What is no more than the edge's adds nothing to it. Fewer days than make a habit are left.
            days.RemoveAll(day => day.Day < known && day.Calls <= learned);
            for (var i = 0; i < days.Count; i++) if (days[i].Day < known) days[i] = days[i] with { Most = 0 };
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
            foreach (var day in later) Add(pair, day with { Day = latestDay });
        }
    }

    /// <returns>False when it is there already.</returns>
    public bool Restore(HostIdentity client, HostIdentity server, BurstDay day)
    {
        if (_waiting.TryGetValue((client, server), out var days) && days.Exists(known => known.Day == day.Day)) return false;
        Add((client, server), day);
        return true;
    }

    private int MostOf(List<BurstDay> days, int beforeDay)
    {
        var most = 0;
        var calls = 0;
        foreach (var day in days)
        {
            if (day.Day >= beforeDay) continue;
            most = Math.Max(most, day.Most);
            if (day.Calls > calls && IsReachedOften(days, beforeDay, day.Calls)) calls = day.Calls;
        }

        return Math.Max(most, calls);
    }

    private bool IsReachedOften(List<BurstDay> days, int beforeDay, int calls)
    {
        var times = 0;
        foreach (var day in days) if (day.Day < beforeDay && day.Calls >= calls) times++;
        return times >= options.StableDays;
    }

    private void Add((HostIdentity Client, HostIdentity Server) pair, BurstDay added)
    {
        if (!_waiting.TryGetValue(pair, out var days)) _waiting.Add(pair, days = []);
        var place = days.FindIndex(known => known.Day == added.Day);
        if (place < 0) days.Add(added);
        else
            days[place] = added with { Most = Math.Max(days[place].Most, added.Most), Calls = Math.Max(days[place].Calls, added.Calls) };
    }

    private (HostIdentity Client, HostIdentity Server) PairOf(int edge) =>
        (edges.Host(edges[edge].Client).Identity, edges.Host(edges[edge].Server).Identity);
}

/// <summary>What was normal of a pair on a day.</summary>
/// <param name="Most">Mapper flows within 10 s, at most; or calls that a person called normal.</param>
/// <param name="Calls">Calls over one connection, at most.</param>
internal readonly record struct BurstDay(int Day, int Most, int Calls);
