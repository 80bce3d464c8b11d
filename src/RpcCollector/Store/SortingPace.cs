namespace RpcCollector.Store;

/// <summary>
/// How many activities are sorted in at once: fewer where that takes long or there is no room, twice as many where it does not. What comes
/// meanwhile waits to be written.
/// </summary>
internal sealed class SortingPace
{
    /// <summary>At first, when no page of the indexes is at hand.</summary>
    public const int First = StoreRoom.SortedTogether / 2;

    public static readonly TimeSpan LongEnough = TimeSpan.FromMilliseconds(400);

    private int _most = First;

    /// <param name="allowed">No more than so many.</param>
    public int MostOf(int allowed) => Math.Min(allowed, _most);

    /// <param name="asked">What <see cref="MostOf"/> said.</param>
    /// <param name="count">So many there were of them.</param>
    /// <param name="time">So long they took.</param>
    /// <param name="isPressed">
    /// True when so many wait that there is no room for more soon: then it counts that many take less time each, and no longer for how long
    /// others wait.
    /// </param>
    public void Took(int asked, int count, TimeSpan time, bool isPressed)
    {
        var isSlow = time >= LongEnough && !isPressed;
        if (isSlow && asked >= StoreRoom.LeastSorted) _most = Math.Min(_most, Math.Max(StoreRoom.LeastSorted, count / 2));
        else if (count == _most) _most = Math.Min(isSlow ? StoreRoom.LeastSorted : StoreRoom.MostSorted, 2 * _most);
    }

    /// <summary>There was no room for them, or one among them is refused.</summary>
    public void Failed(int asked) => _most = Math.Max(1, asked / 2);
}
