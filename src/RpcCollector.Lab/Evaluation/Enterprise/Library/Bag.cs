namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>Draws without putting back until it is empty, then anew: shares are kept also over few draws.</summary>
internal sealed class Bag<T>(IReadOnlyList<T> content)
{
    private readonly List<T> _left = [];

    public T Draw(SeededRandom random)
    {
        if (_left.Count == 0)
        {
            _left.AddRange(content);
            random.Shuffle(_left);
        }

        var drawn = _left[^1];
        _left.RemoveAt(_left.Count - 1);
        return drawn;
    }
}
