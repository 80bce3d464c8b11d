namespace RpcCollector.Detection.Judgement;

/// <summary>The first of many, out of any order: what lies behind so many others is not kept.</summary>
/// <param name="order">Of those that are equal by it one is kept.</param>
/// <param name="most">How many.</param>
internal sealed class FirstInOrder<T>(Comparison<T> order, int most)
{
    private readonly List<T> _kept = [];
    private (T Value, bool IsSet) _last;

    /// <summary>False for what would not be kept.</summary>
    public bool HasRoomFor(T value) => most > 0 && (!_last.IsSet || order(value, _last.Value) < 0);

    public void Add(T value)
    {
        if (!HasRoomFor(value)) return;
        _kept.Add(value);

        // Sorted once for as many as are kept: so each costs no more than sorting does.
        if (_kept.Count >= 2L * most) Cut();
    }

    /// <summary>Those that are kept, in their order.</summary>
    public IReadOnlyList<T> Read()
    {
        Cut();
        return [.. _kept];
    }

    public void Clear()
    {
        _kept.Clear();
        _last = default;
    }

    private void Cut()
    {
        _kept.Sort(order);
        var count = 0;
        for (var i = 0; i < _kept.Count && count < most; i++)
        {
            if (count > 0 && order(_kept[i], _kept[count - 1]) == 0) continue;
            _kept[count++] = _kept[i];
        }

        _kept.RemoveRange(count, _kept.Count - count);
        if (count == most && count > 0) _last = (_kept[^1], true);
    }
}
