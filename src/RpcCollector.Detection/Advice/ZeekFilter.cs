namespace RpcCollector.Detection.Advice;

/// <summary>Conditions on Zeek's conn.log and dce_rpc.log, whose first columns are told by zeek-cut or whose lines are JSON.</summary>
internal static class ZeekFilter
{
    /// <summary>For columns ts, uid, id.orig_h, id.orig_p, id.resp_h, id.resp_p.</summary>
    public static string Awk(TrafficEnds ends, AdviceWindow window)
    {
        var conditions = new List<string> { $"$1 >= {window.FromUnixSeconds} && $1 < {window.UntilUnixSeconds}" };
        if (ends.From is { } from) conditions.Add($"$3 == \"{from}\"");
        if (ends.To is { } to) conditions.Add($"$5 == \"{to}\"");
        if (ends.Ports.Count > 0) conditions.Add($"({string.Join(" || ", ends.Ports.Select(port => $"$6 == {port}"))})");
        return string.Join(" && ", conditions);
    }

    public static string Jq(TrafficEnds ends, AdviceWindow window)
    {
        var conditions = new List<string>();
        if (ends.From is { } from) conditions.Add($".\"id.orig_h\" == \"{from}\"");
        if (ends.To is { } to) conditions.Add($".\"id.resp_h\" == \"{to}\"");
        if (ends.Ports.Count > 0) conditions.Add($"(.\"id.resp_p\" | IN({string.Join(", ", ends.Ports)}))");

        // Zeek writes Unix seconds, or ISO 8601 with a fraction, which jq does not read.
        conditions.Add(
            "(.ts | if type == \"string\" then sub(\"[.][0-9]+\"; \"\") | fromdateiso8601 else . end | " +
            $". >= {window.FromUnixSeconds} and . < {window.UntilUnixSeconds})");
        return $"select({string.Join(" and ", conditions)})";
    }
}
