namespace RpcCollector.Detection.Advice;

/// <summary>Queries for flows in Elastic (fields of ECS) and Splunk (fields of the Common Information Model).</summary>
internal static class FlowQuery
{
    public static string Kibana(TrafficEnds ends, AdviceWindow window)
    {
        var conditions = new List<string>();
        if (ends.From is { } from) conditions.Add($"source.ip : \"{from}\"");
        if (ends.To is { } to) conditions.Add($"destination.ip : \"{to}\"");
        if (ends.Ports.Count > 0) conditions.Add($"destination.port : ({string.Join(" or ", ends.Ports)})");
        var flows = string.Join(" and ", conditions);
        if (ends.CommunityIds.Count > 0)
            flows = $"(({flows}) or network.community_id : ({string.Join(" or ", ends.CommunityIds.Select(id => $"\"{id}\""))}))";
        return $"{Between(window)} and {flows}";
    }

    public static string Splunk(TrafficEnds ends, AdviceWindow window)
    {
        var conditions = new List<string> { SplunkTimes(window) };
        if (ends.From is { } from) conditions.Add($"src=\"{from}\"");
        if (ends.To is { } to) conditions.Add($"dest=\"{to}\"");
        if (ends.Ports.Count > 0) conditions.Add($"dest_port IN ({string.Join(", ", ends.Ports)})");
        return $"{string.Join(' ', conditions)} | table _time src src_port dest dest_port app action";
    }

    /// <summary>The window in Kibana's language.</summary>
    internal static string Between(AdviceWindow window) =>
        $"@timestamp >= \"{window.From:yyyy-MM-dd'T'HH:mm:ss'Z'}\" and @timestamp < \"{window.Until:yyyy-MM-dd'T'HH:mm:ss'Z'}\"";

    /// <summary>The window in Splunk's language, with an index to be named.</summary>
    internal static string SplunkTimes(AdviceWindow window) =>
        $"index=* earliest={window.FromUnixSeconds} latest={window.UntilUnixSeconds}";
}
