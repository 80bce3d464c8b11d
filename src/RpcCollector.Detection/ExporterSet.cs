using System.Runtime.CompilerServices;

namespace RpcCollector.Detection;

/// <summary>The exporters that saw the same flow, in ascending order of id; of more than four the four with the lowest ids.</summary>
/// <remarks>Which are named depends on the exporters alone, never on the order in which they were added.</remarks>
[InlineArray(Capacity)]
public struct ExporterSet : IEquatable<ExporterSet>
{
    public const int Capacity = 4;

    // Id + 1, so that the zeroed struct is the empty set.
    private int _first;

    public static ExporterSet Of(int exporterId)
    {
        var set = default(ExporterSet);
        set.Add(exporterId);
        return set;
    }

    public readonly int Count
    {
        get
        {
            var count = 0;
            while (count < Capacity && this[count] != 0) count++;
            return count;
        }
    }

    /// <summary>The id at an index below <see cref="Count"/>.</summary>
    public readonly int IdAt(int index) => this[index] - 1;

    /// <summary>True when it names this exporter and no other.</summary>
    public readonly bool IsOnly(int exporterId) => this[0] == exporterId + 1 && this[1] == 0;

    /// <summary>Adds an exporter; false when it was there already, or four lower ones are.</summary>
    public bool Add(int exporterId)
    {
        var value = exporterId + 1;
        for (var i = 0; i < Capacity; i++)
        {
            if (this[i] == value) return false;
            if (this[i] != 0 && this[i] < value) continue;
            for (var j = Capacity - 1; j > i; j--) this[j] = this[j - 1];
            this[i] = value;
            return true;
        }

        return false;
    }

    public void UnionWith(in ExporterSet other)
    {
        for (var i = 0; i < other.Count; i++) Add(other.IdAt(i));
    }

    /// <summary>True when some exporter is named in both.</summary>
    public readonly bool Intersects(in ExporterSet other)
    {
        for (int i = 0, j = 0; i < Capacity && j < Capacity && this[i] != 0 && other[j] != 0;)
        {
            if (this[i] == other[j]) return true;
            if (this[i] < other[j]) i++;
            else j++;
        }

        return false;
    }

    public readonly bool Equals(ExporterSet other) =>
        this[0] == other[0] && this[1] == other[1] && this[2] == other[2] && this[3] == other[3];

    public override readonly bool Equals(object? obj) => obj is ExporterSet other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(this[0], this[1], this[2], this[3]);

    public static bool operator ==(ExporterSet left, ExporterSet right) => left.Equals(right);

    public static bool operator !=(ExporterSet left, ExporterSet right) => !left.Equals(right);
}
