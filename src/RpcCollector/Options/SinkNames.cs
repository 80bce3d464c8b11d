using RpcCollector.Naming;

namespace RpcCollector.Options;

/// <summary>How kinds of sinks are spelled, and what is wrong with the list of sinks as a whole.</summary>
internal static class SinkNames
{
    public static string Of(SinkKind kind) => KebabCase<SinkKind>.Of(kind);

    /// <summary>Two sinks of one name would share how far they were told.</summary>
    public static IEnumerable<(int Index, string Problem)> Taken(IReadOnlyList<SinkOptions> sinks)
    {
        var first = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < sinks.Count; i++)
        {
            if (sinks[i].Kind == SinkKind.None || first.TryAdd(sinks[i].KnownAs, i)) continue;
            yield return (i, $"Sinks:{first[sinks[i].KnownAs]} is called '{sinks[i].KnownAs}' already; give each sink a name of its own");
        }
    }
}
