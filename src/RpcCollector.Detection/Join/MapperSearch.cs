using RpcCollector.Detection.Tables;

namespace RpcCollector.Detection.Join;

/// <summary>Finds the mapper flow that fits an endpoint flow best, among those held of its pair.</summary>
internal sealed class MapperSearch(HostPairs pairs, FlowTable mappers, JoinRule rule)
{
    private const int None = FlowRow.None;

    /// <summary>The best mapper flow's index; none when negative.</summary>
    public int FindBest(in FlowRow endpoint, out JoinMatch best)
    {
        var root = pairs[endpoint.Pair].MapperRoot;
        best = default;
        if (root == None) return None;

        // 1. Car: among those that start before, the nearest is the best.
        var found = mappers.Starts.LastBefore(root, endpoint.Start);
        while (found != None && JoinRule.CannotJoin(mappers[found]))
            found = mappers.Starts.Previous(root, mappers[found].Key, long.MinValue);
        if (found != None)
        {
            best = rule.Match(mappers[found], endpoint);
            if (best.Basis == JoinBasis.Car) return found;
        }

        // 2. Extended, from the endpoint flow's start backwards: the first that qualifies is the nearest.
        best = default;
        var (latestStart, earliestEnd) = rule.MapperTimes(endpoint);
        for (found = mappers.Starts.Previous(root, StartKey.After(endpoint.Start), earliestEnd); found != None;
             found = mappers.Starts.Previous(root, mappers[found].Key, earliestEnd))
        {
            best = rule.Match(mappers[found], endpoint);
            if (best.Qualifies) break;
        }

        // 3. Extended, forwards as far as clocks may be off, while a match can be nearer than the one found.
        for (var later = mappers.Starts.Next(root, StartKey.After(endpoint.Start)); later != None;
            later = mappers.Starts.Next(root, mappers[later].Key))
        {
            var match = rule.Match(mappers[later], endpoint);
            if (mappers[later].Start > latestStart || (best.Qualifies && match.DistanceMilliseconds > best.DistanceMilliseconds)) break;
            if (!match.IsBetterThan(best)) continue;
            (found, best) = (later, match);
        }

        return found;
    }
}
