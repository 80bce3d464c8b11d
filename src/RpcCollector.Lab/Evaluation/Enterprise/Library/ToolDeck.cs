namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>Draws among things so that each comes about as often as the others: one of those that came least often.</summary>
internal sealed class ToolDeck<T>
    where T : notnull
{
    private readonly Dictionary<T, int> _drawn = [];

    /// <param name="among">At least one, in an order that is always the same.</param>
    public T Draw(IEnumerable<T> among, SeededRandom random)
    {
        var all = among.ToList();
        var least = all.Min(NumDrawn);
        var drawn = random.Pick(all.Where(one => NumDrawn(one) == least).ToList());
        _drawn[drawn] = least + 1;
        return drawn;
    }

    /// <summary>Takes a draw back that came to nothing.</summary>
    public void PutBack(T drawn) => _drawn[drawn]--;

    private int NumDrawn(T one) => _drawn.GetValueOrDefault(one);
}
