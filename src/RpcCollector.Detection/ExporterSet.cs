using System.Runtime.CompilerServices;

namespace RpcCollector.Detection;

/// <summary>Up to four exporters that saw the same flow, in ascending order of id; further ones are not named.</summary>
[InlineArray(Capacity)]
public struct ExporterSet
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

    /// <summary>Adds an exporter; false when it was there already or the set is full.</summary>
    public bool Add(int exporterId)
    {
        var value = exporterId + 1;
        for (var i = 0; i < Capacity; i++)
        {
            if (this[i] == value) return false;
            if (this[i] != 0 && this[i] < value) continue;
            if (this[Capacity - 1] != 0) return false;
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
}
