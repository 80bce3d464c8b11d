namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>How much like replication a controller's ordinary answers look at its common ports.</summary>
/// <remarks>
/// Products that look up many names get answers shaped like replication now and then. Where twenty known clients that are no servers
/// got such, of one controller or of all together, an answer is worth a look only when it is a tenth more like it than the least of
/// the twenty that were most so, or is of a size that no look at names has: an intruder who wants to raise that needs twenty hosts.
/// What was learned acts on hours that could not be seen before.
/// </remarks>
internal sealed class ReplicationShapes
{
    public const int MostClients = 20;

    private const double More = 1.1;

    // What the directory sends of one account, at least.
    private const uint LargeOctets = 5_000;

    // What one who looks up names does not get in one answer: the accounts of a whole directory.
    private const uint DirectoryOctets = 1_000_000;

    // The most alike first.
    private readonly List<(uint Client, ushort Ratio)> _clients = [];

    public IReadOnlyList<(uint Client, ushort Ratio)> Clients => _clients;

    /// <summary>The ratio that is wanted, in hundredths, from an hour on, and before; 0 while too few got such answers.</summary>
    public ushort Bar { get; set; }

    public ushort FormerBar { get; set; }

    public int ActsFrom { get; set; } = Epoch.None;

    public static bool IsLarge(in Fact fact) => (fact.Marks & FactMarks.Shaped) != FactMarks.None && fact.ServerOctets >= LargeOctets;

    /// <summary>True for what is too much for a look at some accounts, however common the shape is.</summary>
    public static bool IsDirectory(in Fact fact) => IsLarge(fact) && fact.ServerOctets >= DirectoryOctets;

    public static ushort RatioOf(in Fact fact) =>
        (ushort)Math.Min(ushort.MaxValue, 100.0 * fact.ServerOctets / Math.Max(1, fact.ClientOctets));

    public ushort At(int epoch) => epoch >= ActsFrom ? Bar : FormerBar;

    public void Add(uint client, ushort ratio)
    {
        var known = _clients.FindIndex(one => one.Client == client);
        if (known >= 0 && _clients[known].Ratio >= ratio) return;
        if (known >= 0) _clients.RemoveAt(known);
        _clients.Add((client, ratio));
        _clients.Sort(static (left, right) => (right.Ratio, right.Client).CompareTo((left.Ratio, left.Client)));
        if (_clients.Count > MostClients) _clients.RemoveAt(MostClients);
    }

    /// <summary>Who gets such answers again and again has that for a habit, and says nothing of others.</summary>
    public void Remove(uint client) => _clients.RemoveAll(one => one.Client == client);

    /// <summary>Takes up what was learned by the close of an hour.</summary>
    /// <param name="actsAfter">So many hours later it acts.</param>
    public void Settle(int epoch, int actsAfter)
    {
        if (_clients.Count < MostClients || epoch < ActsFrom) return;
        var bar = (ushort)Math.Min(ushort.MaxValue, More * _clients[^1].Ratio);
        if (bar != Bar) (FormerBar, Bar, ActsFrom) = (Bar, bar, epoch + actsAfter);
    }

    /// <summary>No ratio acts later than from an hour on.</summary>
    public void MoveTo(int latestActsFrom) => ActsFrom = Math.Min(ActsFrom, latestActsFrom);
}
