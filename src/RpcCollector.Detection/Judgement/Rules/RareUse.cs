using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>
/// The use of a port that was not common by then, waiting until the port has had the time to become so; unique by client, server, port and
/// hour.
/// </summary>
internal sealed class RareUse
{
    public required HostIdentity Client { get; init; }

    public required HostIdentity Server { get; init; }

    public required ushort Port { get; init; }

    public required int Epoch { get; set; }

    /// <summary>When the port was used first in that hour, in Unix milliseconds.</summary>
    public required long At { get; set; }

    /// <summary>True when it is named as one that is rare however many use it.</summary>
    public required bool IsRareByName { get; init; }

    /// <summary>
    /// How many known clients used the port since, each counted in each hour; and how many the common port that most use.
    /// </summary>
    public int AtPort { get; set; }

    public int AtCommon { get; set; }

    /// <summary>True when it was reported at once, with severity low.</summary>
    public bool IsShown { get; init; }

    /// <summary>What is reported when it stays rare; null for what is only learned.</summary>
    public FindingDraft? Draft { get; init; }
}

/// <summary>The uses of rare ports that wait.</summary>
internal sealed class RareUses(JudgementOptions options)
{
    // An estimate of one with its draft.
    private const int Size = 600;

    private readonly List<RareUse> _waiting = [];

    public int Count => _waiting.Count;

    public long Bytes => (long)Size * _waiting.Count;

    /// <summary>Those for which there was no room: the least bad go first, however they came.</summary>
    public long Refused { get; private set; }

    /// <summary>In the order in which they are settled.</summary>
    public IEnumerable<RareUse> InOrder() => _waiting.OrderBy(static use => use.Epoch).ThenBy(static use => use.Client)
        .ThenBy(static use => use.Server).ThenBy(static use => use.Port);

    public void Add(RareUse use)
    {
        _waiting.Add(use);
        var room = options.MaxFindings + (options.MaxFindings / 4);
        if (_waiting.Count > room) MakeRoom();
    }

    private void MakeRoom()
    {
        var kept = InOrder().OrderByDescending(static use => (int?)use.Draft?.Severity ?? -1).Take(options.MaxFindings).ToList();
        Refused += _waiting.Count - kept.Count;
        _waiting.Clear();
        _waiting.AddRange(kept);
    }

    public void ForgetCounts() => Refused = 0;

    /// <summary>Takes out those that are settled, in their order.</summary>
    public List<RareUse> Take(Predicate<RareUse> isSettled)
    {
        var settled = InOrder().Where(use => isSettled(use)).ToList();
        if (settled.Count > 0) _waiting.RemoveAll(settled.ToHashSet().Contains);
        return settled;
    }

    public void MoveTo(int latestEpoch)
    {
        foreach (var use in _waiting)
            (use.Epoch, use.At) = (Math.Min(use.Epoch, latestEpoch), Math.Min(use.At, Epoch.StartOf(latestEpoch + 1) - 1));
    }
}
