namespace RpcCollector.Captures;

/// <summary>Counts what captures held: datagrams that were taken, and everything else by reason.</summary>
internal sealed class CaptureTally
{
    private static readonly int NumLosses = Enum.GetValues<CaptureLoss>().Length;

    private readonly long[] _losses = new long[NumLosses];

    public long Datagrams { get; private set; }

    public long this[CaptureLoss loss] => _losses[(int)loss];

    public void Take() => Datagrams++;

    public void Lose(CaptureLoss loss, long count = 1) => _losses[(int)loss] += count;

    public void Add(CaptureTally other)
    {
        Datagrams += other.Datagrams;
        for (var i = 0; i < NumLosses; i++) _losses[i] += other._losses[i];
    }

    /// <summary>The reasons that occurred, in the order of their declaration.</summary>
    public IEnumerable<(CaptureLoss Loss, long Count)> Losses() =>
        Enum.GetValues<CaptureLoss>().Select(loss => (loss, this[loss])).Where(entry => entry.Item2 > 0);
}
