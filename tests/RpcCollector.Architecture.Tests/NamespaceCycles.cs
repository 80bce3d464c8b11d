using System.Text;

namespace RpcCollector.Architecture.Tests;

/// <summary>Groups of namespaces that need each other, directly or by way of others; a namespace and one below it are two.</summary>
internal static class NamespaceCycles
{
    /// <summary>As many places are named for each pair of namespaces.</summary>
    private const int MostPlaces = 12;

    /// <param name="isOwn">Which namespaces count.</param>
    /// <returns>A text for each group, which names the places that make it; empty when all arrows go one way.</returns>
    public static IReadOnlyList<string> Find(IEnumerable<Use> uses, Func<string, bool> isOwn)
    {
        var links = uses
            .Where(use => use.From.Assembly == use.To.Assembly && use.From.Namespace != use.To.Namespace)
            .Where(use => isOwn(use.From.Namespace) && isOwn(use.To.Namespace) && !IsOfCompiler(use.From) && !IsOfCompiler(use.To))
            .ToLookup(use => (From: use.From.Namespace, To: use.To.Namespace));
        var next = links.Select(link => link.Key).ToLookup(key => key.From, key => key.To);
        var reached = next.ToDictionary(from => from.Key, from => Reached(from.Key, next));
        var empty = new HashSet<string>();
        return
        [
            .. reached.Keys
                .Where(name => reached[name].Contains(name))
                .GroupBy(
                    name => string.Join(", ", reached[name].Where(other => reached.GetValueOrDefault(other, empty).Contains(name)).Order()))
                .Select(group => Describe([.. group.Order()], links)),
        ];
    }

    private static HashSet<string> Reached(string start, ILookup<string, string> next)
    {
        var (reached, ahead) = (new HashSet<string>(), new Stack<string>(next[start]));
        while (ahead.TryPop(out var name))
        {
            if (!reached.Add(name)) continue;
            foreach (var further in next[name]) ahead.Push(further);
        }

        return reached;
    }

    private static string Describe(string[] group, ILookup<(string From, string To), Use> links)
    {
        var text = new StringBuilder($"These namespaces need each other: {string.Join(", ", group)}");
        foreach (var link in links.Where(link => group.Contains(link.Key.From) && group.Contains(link.Key.To)).OrderBy(link => link.Key))
        {
            text.Append($"\n  {link.Key.From} -> {link.Key.To}:");
            var places = link.Select(use => $"{use.From.Name}.{use.Member} uses {use.To.Name}").Distinct().Order().ToList();
            foreach (var place in places.Take(MostPlaces)) text.Append($"\n    {place}");
            if (places.Count > MostPlaces) text.Append($"\n    and {places.Count - MostPlaces} more");
        }

        return text.ToString();
    }

    private static bool IsOfCompiler(UsedType type) => type.Name.StartsWith('<');
}
