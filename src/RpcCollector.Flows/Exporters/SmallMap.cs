using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace RpcCollector.Flows.Exporters;

/// <summary>
/// A map for what an exporter nearly always has one or few of: an array while there are few entries, a dictionary beyond that.
/// </summary>
/// <remarks>
/// Any thread may read without a lock. Writers hold the owner's lock, replace the array as a whole, and publish the dictionary before they
/// empty the array. Readers read the array first, so that one of the two always holds everything. A reader that finds nothing looks again
/// under the lock.
/// </remarks>
internal sealed class SmallMap<TKey, TValue>
    where TKey : struct, IEquatable<TKey>
    where TValue : class
{
    private const int MostInRow = 8;

    private KeyValuePair<TKey, TValue>[] _row = [];
    private ConcurrentDictionary<TKey, TValue>? _many;

    public int Count
    {
        get
        {
            var row = Volatile.Read(ref _row);
            return Volatile.Read(ref _many)?.Count ?? row.Length;
        }
    }

    /// <summary>A snapshot.</summary>
    public TValue[] Values
    {
        get
        {
            var row = Volatile.Read(ref _row);
            if (Volatile.Read(ref _many) is { } many) return [.. many.Values];
            var values = new TValue[row.Length];
            for (var i = 0; i < values.Length; i++) values[i] = row[i].Value;
            return values;
        }
    }

    public bool TryGet(in TKey key, [NotNullWhen(true)] out TValue? value)
    {
        var row = Volatile.Read(ref _row);
        if (Volatile.Read(ref _many) is { } many) return many.TryGetValue(key, out value);
        foreach (ref readonly var entry in row.AsSpan())
        {
            if (!entry.Key.Equals(key)) continue;
            value = entry.Value;
            return true;
        }

        value = null;
        return false;
    }

    /// <summary>A snapshot.</summary>
    public KeyValuePair<TKey, TValue>[] Entries
    {
        get
        {
            var row = Volatile.Read(ref _row);
            return Volatile.Read(ref _many) is { } many ? [.. many] : [.. row];
        }
    }

    /// <summary>Adds a value, or replaces the one under its key.</summary>
    public void Set(in TKey key, TValue value)
    {
        var sought = key;
        var place = _many is null ? Array.FindIndex(_row, entry => entry.Key.Equals(sought)) : -1;
        if (place < 0)
        {
            Add(key, value);
            return;
        }

        KeyValuePair<TKey, TValue>[] row = [.. _row];
        row[place] = new(key, value);
        Volatile.Write(ref _row, row);
    }

    /// <summary>Adds a value whose key is not there yet.</summary>
    public void Add(in TKey key, TValue value)
    {
        if (_many is { } many)
        {
            many[key] = value;
            return;
        }

        KeyValuePair<TKey, TValue>[] row = [.. _row, new(key, value)];
        if (row.Length > MostInRow) Volatile.Write(ref _many, new ConcurrentDictionary<TKey, TValue>(row));
        Volatile.Write(ref _row, row.Length > MostInRow ? [] : row);
    }

    /// <returns>False when it was not there.</returns>
    public bool Remove(TKey key)
    {
        if (_many is { } many) return many.TryRemove(key, out _);
        var left = Array.FindAll(_row, entry => !entry.Key.Equals(key));
        var isRemoved = left.Length != _row.Length;
        Volatile.Write(ref _row, left);
        return isRemoved;
    }
}
