namespace RpcCollector.Detection.Judgement;

/// <summary>The first of many by a key, out of any order: what lies behind so many others is not kept.</summary>
/// <param name="most">How many.</param>
internal sealed class FirstInOrder<TKey, TValue>(int most)
    where TKey : IComparable<TKey>
{
    private readonly List<(TKey Key, TValue Value)> _kept = [];
    private (TKey Key, bool IsSet) _last;

    /// <summary>False for what would not be kept.</summary>
    public bool HasRoomFor(TKey key) => most > 0 && (!_last.IsSet || key.CompareTo(_last.Key) < 0);

    public void Add(TKey key, TValue value)
    {
        if (!HasRoomFor(key)) return;
        _kept.Add((key, value));

        // Sorted once for as many as are kept: so each costs no more than sorting does.
        if (_kept.Count >= 2L * most) Cut();
    }

    /// <summary>Those that are kept, in their order; one of each key.</summary>
    public IReadOnlyList<TValue> Read()
    {
        Cut();
        return [.. _kept.Select(static kept => kept.Value)];
    }

    public void Clear()
    {
        _kept.Clear();
        _last = default;
    }

    private void Cut()
    {
        _kept.Sort(static (left, right) => left.Key.CompareTo(right.Key));
        var count = 0;
        for (var i = 0; i < _kept.Count && count < most; i++)
        {
            if (count > 0 && _kept[i].Key.CompareTo(_kept[count - 1].Key) == 0) continue;
            _kept[count++] = _kept[i];
        }

        _kept.RemoveRange(count, _kept.Count - count);
        if (count == most && count > 0) _last = (_kept[^1].Key, true);
    }
}
