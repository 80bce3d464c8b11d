using RpcCollector.Flows.Elements;

namespace RpcCollector.Flows.Templates;

/// <summary>
/// Gives Templates of the same layout one plan: routers of one kind send the same Template, and thousands of copies would fill memory
/// and caches for nothing.
/// </summary>
internal sealed class PlanPool
{
    private const int MaxPlans = 1024;
    private const int MostFields = 64;

    private readonly Dictionary<FieldSpecifier[], RecordPlan> _plans = new(new SameFields());
    private readonly Lock _pooling = new();

    /// <summary>The plan of a layout, which keeps the field list.</summary>
    public RecordPlan Of(FieldSpecifier[] fields)
    {
        if (fields.Length > MostFields) return new RecordPlan(fields);
        lock (_pooling)
        {
            if (_plans.TryGetValue(fields, out var known)) return known;

            // Forged layouts can only empty the pool: Templates keep their plans.
            if (_plans.Count >= MaxPlans) _plans.Clear();
            var plan = new RecordPlan(fields);
            _plans[fields] = plan;
            return plan;
        }
    }
}

/// <summary>Tells field lists apart by what they hold.</summary>
internal sealed class SameFields : IEqualityComparer<FieldSpecifier[]>
{
    public bool Equals(FieldSpecifier[]? x, FieldSpecifier[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(FieldSpecifier[] fields) => HashOf(fields);

    public static int HashOf(FieldSpecifier[] fields)
    {
        var hash = default(HashCode);
        foreach (var field in fields)
        {
            // Hashed part by part: a sender could choose fields whose own hash codes collide, but cannot know how HashCode mixes
            // the parts.
            hash.Add(field.EnterpriseNumber);
            hash.Add((field.ElementId << 16) | field.Length);
            hash.Add(field.IsScope);
        }

        return hash.ToHashCode();
    }
}
