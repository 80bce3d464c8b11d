namespace RpcCollector.Options;

/// <summary>Finds the known name that a mistyped one most likely meant.</summary>
internal static class NearestName
{
    /// <summary>The closest of the known names; null when none is near enough to be a slip of the keyboard.</summary>
    public static string? Of(string name, IEnumerable<string> known)
    {
        string? nearest = null;
        var best = (name.Length / 3) + 1;
        foreach (var candidate in known)
        {
            var distance = Distance(name, candidate);
            if (distance >= best) continue;
            (nearest, best) = (candidate, distance);
        }

        return nearest;
    }

    /// <summary>Levenshtein's distance, ignoring letter case.</summary>
    private static int Distance(string left, string right)
    {
        var previous = new int[right.Length + 1];
        var current = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++) previous[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = previous[j - 1] + (char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]) ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }

            (previous, current) = (current, previous);
        }

        return previous[right.Length];
    }
}
