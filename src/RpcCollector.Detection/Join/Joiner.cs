using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>
/// Keeps every endpoint flow joined with the best mapper flow of its pair, whichever of them was added, changed or dropped last.
/// </summary>
internal sealed class Joiner(
    HostPairs pairs, FlowTable mappers, FlowTable endpoints, JoinRule rule, MapperSearch search, Orientation orientation,
    KnownEndpoints known, Translations translations, ActivityBook book, Refusals refusals)
{
    private const int None = FlowRow.None;

    private int[] _found = new int[256];

    /// <summary>Those of endpoint flows, which need this to be joined.</summary>
    public Mirrors? Mirrors { get; set; }

    /// <summary>
    /// An endpoint flow is new or has changed: finds its best mapper flow, and withdraws the mapper-only reports of other mapper flows that
    /// it fits.
    /// </summary>
    public void EndpointChanged(int endpoint)
    {
        ref var row = ref endpoints[endpoint];
        if (row.IsRefused) return;
        Rejoin(endpoint, endpointChanged: true);
        for (var mapper = NextQualifying(row, FlowMarks.Reported, StartKey.Before(0)); mapper != None;
             mapper = NextQualifying(row, FlowMarks.Reported, mappers[mapper].Key))
        {
            WithdrawMapperOnly(mapper);
        }
    }

    /// <summary>A mapper flow is new or has changed: tries it on the endpoint flows that it may fit.</summary>
    /// <returns>The pair of the opposite direction, if it has mapper flows too; none when negative.</returns>
    public int MapperChanged(int mapper)
    {
        ref var row = ref mappers[mapper];
        if (row.IsRefused)
        {
            ReviseReported(mapper);
            return None;
        }

        WithdrawRefused(row);
        var count = row.Has(FlowMarks.WasJoined) ? CollectEndpoints(row) : CollectCandidates(row);
        for (var i = 0; i < count; i++)
        {
            ref var endpoint = ref endpoints[_found[i]];
            if (endpoint.Activity != None && book[endpoint.Activity].Mapper == mapper)
            {
                Rejoin(_found[i], endpointChanged: false);
                continue;
            }

            if (IsHidden(endpoint)) continue;
            var match = rule.Match(row, endpoint);
            if (match.IsBetterThan(Standing(endpoint)) && !orientation.IsTurned(endpoint, match))
                Join(_found[i], mapper, match, endpointChanged: false);
        }

        var turned = ReconsiderTurned(row);
        ReviseReported(mapper);
        return turned;
    }

    /// <summary>
    /// A mapper flow was seen again, perhaps further by another clock than the one it is joined by: what was refused and what was
    /// carried may now be one connection.
    /// </summary>
    public void MapperSeenAgain(int mapper)
    {
        ref var row = ref mappers[mapper];
        if (!row.IsRefused) WithdrawRefused(row);
        else if (row.Has(FlowMarks.Reported) && refusals.IsCarried(row)) WithdrawMapperOnly(mapper);
    }

    /// <summary>A mapper flow of the opposite direction has changed: this one may turn out to be none.</summary>
    public void ReconsiderReported(int mapper)
    {
        ref var row = ref mappers[mapper];
        if (!row.Has(FlowMarks.Reported)) return;
        if (IsNone(row)) WithdrawMapperOnly(mapper);
        else if (row.Direction == DirectionConfidence.ServerPort) book.ReviseMapperOnly(row);
    }

    /// <summary>More is known of what translations make of an endpoint flow.</summary>
    /// <param name="endsChanged">True when its own other ends are known, or others.</param>
    public void TranslationChanged(int endpoint, bool endsChanged) => Rejoin(endpoint, endsChanged);

    /// <summary>An endpoint flow has turned out to be none: withdraws its activity and forgets it.</summary>
    public void WithdrawEndpoint(int endpoint)
    {
        if (endpoints[endpoint].Activity != None) book.Withdraw(ref endpoints[endpoint]);
        endpoints.Remove(endpoint);
    }

    /// <summary>More is known of an endpoint flow, but nothing that could change its join.</summary>
    public void EndpointTrafficChanged(int endpoint)
    {
        ref var row = ref endpoints[endpoint];
        if (row.Activity != None) book.ReviseJoin(row);
    }

    /// <summary>More is known of a mapper flow, but nothing that could change its joins.</summary>
    public void MapperTrafficChanged(int mapper)
    {
        ref var row = ref mappers[mapper];
        if (row.Has(FlowMarks.Reported)) book.ReviseMapperOnly(row);
    }

    /// <summary>Reports a mapper flow that has no endpoint flow, unless that is reported already.</summary>
    public void JudgeMapper(int mapper)
    {
        ref var row = ref mappers[mapper];
        if (row.Has(FlowMarks.Reported) || !row.Has(FlowMarks.NoDroppedMatch) || HasEndpoint(row) || IsNone(row)) return;
        book.ReportMapperOnly(ref row);
        mappers.Mark(mapper, row.Marks | FlowMarks.Reported);
    }

    /// <summary>An endpoint flow has waited long enough for a mapper flow: reports it without one if its endpoint is known.</summary>
    public void JudgeEndpoint(int endpoint)
    {
        ref var row = ref endpoints[endpoint];
        if (row.Has(FlowMarks.Reported)) return;
        row.Marks |= FlowMarks.Reported;
        if (row.StandsForMirror) Mirrors?.Judge(row);
        if (row.Activity == None && !IsHidden(row) && StandsAlone(row)) book.ReportKnownEndpoint(ref row, endpointChanged: false);
    }

    /// <summary>
    /// A mapper flow is dropped: reports it if no endpoint flow followed; the activities that rest on it stay as they are.
    /// </summary>
    public void ReleaseMapper(int mapper)
    {
        JudgeMapper(mapper);
        ref var row = ref mappers[mapper];
        refusals.Leave(row);
        if (row.Has(FlowMarks.WasJoined)) Redirect(mapper, None, CollectCandidates(row));
        KeepTurned(row);
        if (row.Activity != None) book.CloseMapperOnly(ref row);
        mappers.Remove(mapper);
    }

    /// <summary>An endpoint flow is dropped: the mapper flows that it fits can no longer become mapper-only.</summary>
    public void ReleaseEndpoint(int endpoint)
    {
        JudgeEndpoint(endpoint);
        ref var row = ref endpoints[endpoint];
        for (var mapper = NextQualifying(row, FlowMarks.NoDroppedMatch, StartKey.Before(0)); mapper != None;
             mapper = NextQualifying(row, FlowMarks.NoDroppedMatch, mappers[mapper].Key))
        {
            mappers.Mark(mapper, mappers[mapper].Marks & ~FlowMarks.NoDroppedMatch);
        }

        if (row.Activity != None) book.CloseJoin(ref row);
        var hasMirror = row.StandsForMirror && Mirrors?.TryTakeLeaving(ref row) == true;
        endpoints.Remove(endpoint);
        if (hasMirror) Mirrors!.ReportLeaving();
    }

    /// <summary>Two mapper flows turned out to be one connection: the first takes over the activities of the second.</summary>
    public void AbsorbMapper(int mapper, int absorbed)
    {
        ref var row = ref mappers[mapper];
        ref var other = ref mappers[absorbed];
        if (other.Has(FlowMarks.WasJoined)) Redirect(absorbed, mapper, CollectEndpoints(other));
        var marks =
            ((row.Marks | other.Marks) & (FlowMarks.WasJoined | FlowMarks.OfOtherShard))
            | (row.Marks & other.Marks & FlowMarks.NoDroppedMatch);
        if (row.Activity == None)
        {
            (row.Activity, other.Activity) = (other.Activity, None);
            marks |= other.Marks & FlowMarks.Reported;
        }
        else
        {
            marks |= row.Marks & FlowMarks.Reported;
            if (other.Has(FlowMarks.Reported)) book.WithdrawMapperOnly(other);
            if (other.Activity != None) book.CloseMapperOnly(ref other);
        }

        mappers.Mark(mapper, marks);
        mappers.Remove(absorbed);
    }

    /// <summary>Two endpoint flows turned out to be one connection: one activity stays, a second is withdrawn.</summary>
    public void AbsorbEndpoint(int endpoint, int absorbed)
    {
        ref var row = ref endpoints[endpoint];
        ref var other = ref endpoints[absorbed];
        row.Marks |= other.Marks;
        if (row.Activity == None) (row.Activity, other.Activity) = (other.Activity, None);
        else if (other.Activity != None) book.Withdraw(ref other);
        endpoints.Remove(absorbed);
    }

    /// <summary>A mapper flow is dropped: those of the opposite direction that it turns stay turned, and are not reported later.</summary>
    private void KeepTurned(in FlowRow mapper)
    {
        var turned = pairs.Turned(mapper.Pair);
        if (turned == None || pairs[turned].MapperRoot == None) return;
        var (from, to) = rule.EndpointStarts(mapper);
        var count = mappers.Starts.Collect(pairs[turned].MapperRoot, from, to, ref _found);
        for (var i = 0; i < count; i++)
        {
            if (orientation.FindTurning(mappers[_found[i]]) != None)
                mappers.Mark(_found[i], mappers[_found[i]].Marks & ~FlowMarks.NoDroppedMatch);
        }
    }

    private void Rejoin(int endpoint, bool endpointChanged)
    {
        ref var row = ref endpoints[endpoint];
        if (row.IsRefused) return;
        if (IsHidden(row))
        {
            if (row.Activity != None) book.Withdraw(ref row);
            return;
        }

        var mapper = search.FindBest(row, out var match);

        // The mapper flow that it was joined with may have been dropped; what is known of it still counts.
        if (row.Activity != None && book[row.Activity] is { Mapper: None, Basis: not JoinBasis.KnownEndpoint })
        {
            var facts = book[row.Activity].MapperFacts;
            var standing = rule.Match(facts, row);
            if (standing.IsBetterThan(match) && !orientation.IsTurned(row, standing))
            {
                book.Join(ref row, None, facts, standing.Basis, endpointChanged);
                return;
            }
        }

        if (match.Qualifies && !orientation.IsTurned(row, match)) Join(endpoint, mapper, match, endpointChanged);
        else if (row.Has(FlowMarks.Reported) && StandsAlone(row)) book.ReportKnownEndpoint(ref row, endpointChanged);
        else if (row.Activity != None) book.Withdraw(ref row);
    }

    /// <summary>True when an endpoint flow without a mapper flow is activity: its endpoint is known, or was when it was reported.</summary>
    private bool StandsAlone(in FlowRow endpoint) =>
        !endpoint.IsRefused
            && (known.Knows(endpoint) || (book.IsKnownEndpoint(endpoint) && !IsContested(endpoint) && !KnownEndpoints.IsUnlikely(endpoint)))
        && !orientation.IsOutranked(endpoint)
        && (translations.IsEmpty || !translations.HidesKnownEndpoint(pairs.EndsOf(endpoint), endpoint.Start));

    /// <summary>True when an endpoint flow is joined between other ends, which are the true ones.</summary>
    private bool IsHidden(in FlowRow endpoint) =>
        !translations.IsEmpty && translations.HidesJoined(pairs.EndsOf(endpoint), endpoint.Start);

    private static bool IsContested(in FlowRow endpoint) => RowDirection.IsContested(endpoint);

    /// <summary>
    /// A mapper flow from one host to another can show that an uncertain endpoint flow between them goes in the same direction.
    /// </summary>
    private int ReconsiderTurned(in FlowRow mapper)
    {
        var turned = pairs.Turned(mapper.Pair);
        if (turned == None || (pairs[turned].MapperRoot == None && known.Snapshot is null)) return None;
        var count = CollectEndpoints(turned, mapper);
        for (var i = 0; i < count; i++)
        {
            if (!RowDirection.IsStated(endpoints[_found[i]])) Rejoin(_found[i], endpointChanged: false);
        }

        return pairs[turned].MapperRoot == None ? None : turned;
    }

    /// <summary>
    /// True when a flow to port 135 belongs to nothing, is an endpoint flow of the opposite direction, was refused by one and carried by
    /// another, or is shown between other ends.
    /// </summary>
    private bool IsNone(in FlowRow mapper) =>
        JoinRule.IsRefuted(mapper) || orientation.FindTurning(mapper) != None || refusals.IsCarried(mapper)
        || (!translations.IsEmpty && translations.HidesMapper(pairs.EndsOf(mapper), mapper.Start));

    private void Join(int endpoint, int mapper, in JoinMatch match, bool endpointChanged)
    {
        book.Join(ref endpoints[endpoint], mapper, JoinRule.FactsOf(mappers[mapper]), match.Basis, endpointChanged);
        mappers[mapper].Marks |= FlowMarks.WasJoined;
    }

    private JoinMatch Standing(in FlowRow endpoint) =>
        endpoint.Activity == None || book.IsKnownEndpoint(endpoint) ? default : rule.Match(book[endpoint.Activity].MapperFacts, endpoint);

    private bool HasEndpoint(in FlowRow mapper)
    {
        if (mapper.IsRefused || endpoints.RootOf(mapper.Pair) is not (not None and var root)) return false;
        var (from, to) = rule.EndpointStarts(mapper);
        for (var endpoint = endpoints.Starts.Next(root, StartKey.Before(from)); endpoint != None && endpoints[endpoint].Start <= to;
             endpoint = endpoints.Starts.Next(root, endpoints[endpoint].Key))
        {
            if (rule.Match(mapper, endpoints[endpoint]).Qualifies) return true;
        }

        return false;
    }

    private int NextQualifying(in FlowRow endpoint, FlowMarks marks, in StartKey after)
    {
        var root = pairs[endpoint.Pair].MapperRoot;
        if (root == None || endpoint.IsRefused) return None;
        var (latestStart, earliestEnd) = rule.MapperTimesInPair(endpoint);
        for (var mapper = mappers.Starts.Next(root, after, marks, earliestEnd); mapper != None && mappers[mapper].Start <= latestStart;
             mapper = mappers.Starts.Next(root, mappers[mapper].Key, marks, earliestEnd))
        {
            if (rule.Match(mappers[mapper], endpoint).Qualifies) return mapper;
        }

        return None;
    }

    private void ReviseReported(int mapper)
    {
        ref var row = ref mappers[mapper];
        if (!row.Has(FlowMarks.Reported)) return;
        if (HasEndpoint(row) || IsNone(row)) WithdrawMapperOnly(mapper);
        else book.ReviseMapperOnly(row);
    }

    /// <summary>A mapper flow was carried: what another device refused of it is none.</summary>
    private void WithdrawRefused(in FlowRow carried)
    {
        for (var refused = refusals.Find(carried, FlowMarks.Reported); refused != None;
             refused = refusals.Find(carried, FlowMarks.Reported))
        {
            WithdrawMapperOnly(refused);
        }
    }

    private void WithdrawMapperOnly(int mapper)
    {
        book.WithdrawMapperOnly(mappers[mapper]);
        mappers.Mark(mapper, mappers[mapper].Marks & ~FlowMarks.Reported);
    }

    /// <summary>
    /// Makes the activities of one mapper flow refer to another, or to none: then they rest on the facts that they have kept of it.
    /// </summary>
    private void Redirect(int mapper, int to, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var activity = endpoints[_found[i]].Activity;
            if (activity != None && book[activity].Mapper == mapper) book[activity].Mapper = to;
        }
    }

    private int CollectEndpoints(in FlowRow mapper) => CollectEndpoints(mapper.Pair, mapper);

    private int CollectEndpoints(int pair, in FlowRow mapper)
    {
        var root = endpoints.RootOf(pair);
        if (root == None) return 0;
        var (from, to) = rule.EndpointStarts(mapper);
        return endpoints.Starts.Collect(root, from, to, ref _found);
    }

    /// <summary>
    /// The endpoint flows for which this mapper flow may be the best. Left out are those that another mapper flow surely fits and precedes
    /// more closely.
    /// </summary>
    /// <remarks>
    /// This keeps a pair with thousands of flows cheap: a mapper flow is compared only with the endpoint flows up to the next mapper flow.
    /// </remarks>
    private int CollectCandidates(in FlowRow mapper)
    {
        var (root, mapperRoot) = (endpoints.RootOf(mapper.Pair), pairs[mapper.Pair].MapperRoot);
        if (root == None) return 0;
        var (from, to) = rule.EndpointStarts(mapper);
        var count = 0;
        while (from <= to)
        {
            // 1. Take the next endpoint flow. If a mapper flow precedes it more closely (strictly, as car demands), that one fits it and
            // all others until its window ends: skip them.
            var next = endpoints.Starts.Next(root, StartKey.Before(from));
            if (next == None || endpoints[next].Start > to) return count;
            from = endpoints[next].Start;
            var nearer = mappers.Starts.Previous(mapperRoot, StartKey.Before(from), rule.EarliestSureEnd(from));
            while (nearer != None && JoinRule.CannotJoin(mappers[nearer]))
                nearer = mappers.Starts.Previous(mapperRoot, mappers[nearer].Key, rule.EarliestSureEnd(from));
            if (nearer != None && mappers[nearer].Start > mapper.Start)
            {
                from = rule.LatestSureStart(mappers[nearer]) + 1;
                continue;
            }

            // 2. Otherwise no mapper flow is closer until the next one starts.
            var following = mappers.Starts.Next(mapperRoot, StartKey.After(Math.Max(from, mapper.Start)));
            var until = following == None ? to : Math.Min(to, mappers[following].Start - 1);
            count = endpoints.Starts.Collect(root, from, until, ref _found, count);
            from = until + 1;
        }

        return count;
    }
}
