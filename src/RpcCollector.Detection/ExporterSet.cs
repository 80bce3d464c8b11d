using System.Runtime.CompilerServices;
using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>
/// The exporters that saw the same flow, in ascending order of address; of more than four the four with the lowest addresses.
/// </summary>
/// <remarks>
/// Which are named, and in which order, depends on the exporters alone: neither on the order in which they were added, nor on that in which
/// this process numbered them.
/// </remarks>
[InlineArray(Capacity)]
public struct ExporterSet : IEquatable<ExporterSet>
{
    public const int Capacity = 4;

    // Id + 1, so that the zeroed struct is the empty set.
    private int _first;

    public static ExporterSet Of(int exporterId)
    {
        var set = default(ExporterSet);
        set[0] = exporterId + 1;
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

    /// <summary>Their addresses, as text.</summary>
    public readonly string[] NamesIn(ExporterDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        var names = new string[Count];
        for (var i = 0; i < names.Length; i++) names[i] = directory[IdAt(i)].ToString();
        return names;
    }

    /// <summary>True when it names this exporter and no other.</summary>
    public readonly bool IsOnly(int exporterId) => this[0] == exporterId + 1 && this[1] == 0;

    /// <summary>Adds an exporter; false when it was there already, or four lower ones are.</summary>
    /// <param name="directory">Tells the addresses; without it the order is that of the ids.</param>
    public bool Add(int exporterId, ExporterDirectory? directory = null)
    {
        var value = exporterId + 1;
        for (var i = 0; i < Capacity; i++)
        {
            if (this[i] == value) return false;
            if (this[i] != 0 && Compare(this[i] - 1, exporterId, directory) < 0) continue;
            for (var j = Capacity - 1; j > i; j--) this[j] = this[j - 1];
            this[i] = value;
            return true;
        }

        return false;
    }

    /// <param name="other">In the same order.</param>
    /// <param name="directory">Tells the addresses; without it the order is that of the ids.</param>
    public void UnionWith(in ExporterSet other, ExporterDirectory? directory = null)
    {
        for (var i = 0; i < Capacity && other[i] != 0; i++) Add(other.IdAt(i), directory);
    }

    /// <summary>Which of two exporters comes first: negative for the left, zero when they are one.</summary>
    public static int Compare(int left, int right, ExporterDirectory? directory) =>
        left == right ? 0 : directory is null ? left.CompareTo(right) : directory[left].CompareTo(directory[right]);

    public readonly bool Equals(ExporterSet other) =>
        this[0] == other[0] && this[1] == other[1] && this[2] == other[2] && this[3] == other[3];

    public override readonly bool Equals(object? obj) => obj is ExporterSet other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(this[0], this[1], this[2], this[3]);

    public static bool operator ==(ExporterSet left, ExporterSet right) => left.Equals(right);

    public static bool operator !=(ExporterSet left, ExporterSet right) => !left.Equals(right);
}
