using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Templates;

/// <summary>
/// The layouts that are stated for one Template ID of one session over UDP: the one that stands, and a few beside it. Whether the
/// exporter was configured anew or somebody forges its address, its Data Sets say which layout they were written by.
/// </summary>
/// <remarks>
/// Each Set is read by the layout that it fits while the one that stands does not. What fits both is read by the one that stands, until
/// the data or repeated statements have made another the one that stands.
/// </remarks>
internal sealed class TemplateContest(Template standing)
{
    /// <summary>How many layouts are held beside the one that stands.</summary>
    public const int MostRivals = 3;

    private readonly Lock _deciding = new();

    // Replaced as a whole.
    private Rival[] _rivals = [];

    /// <summary>The layout that stands: that of the exporter's map.</summary>
    public Template Standing { get; } = standing;

    /// <summary>A snapshot.</summary>
    public Rival[] Rivals => Volatile.Read(ref _rivals);

    /// <summary>The rival with a layout; null when it is not held.</summary>
    public Template? Find(Template like) => Array.Find(Rivals, rival => rival.Template.HasSameLayoutAs(like))?.Template;

    /// <summary>When a record was last read by one of those beside the one that stands; 0 before.</summary>
    public long LastUsedUnixMilliseconds
    {
        get
        {
            var last = 0L;
            foreach (var rival in Rivals) last = Math.Max(last, rival.Template.LastUsedUnixMilliseconds);
            return last;
        }
    }

    /// <summary>Holds another layout beside the one that stands; when there are too many, the one that least speaks for goes.</summary>
    /// <param name="most">How many there may be.</param>
    public void Add(Template template, long nowUnixMilliseconds, int most = MostRivals, int proofs = 0)
    {
        var rival = new Rival(template);
        rival.Restore(proofs);
        rival.State(nowUnixMilliseconds);
        lock (_deciding)
        {
            var others = _rivals;
            if (others.Length >= most)
            {
                var least = others.MinBy(other => (other.Proofs > 0, other.LastUnixMilliseconds))!;
                least.Template.Forget();
                others = Array.FindAll(others, other => other != least);
            }

            template.Contest = this;
            Volatile.Write(ref _rivals, [.. others, rival]);
        }
    }

    /// <summary>One of the layouts was stated again.</summary>
    public void NoteStatement(Template stated, long nowUnixMilliseconds)
    {
        lock (_deciding)
        {
            foreach (var rival in _rivals)
            {
                if (stated == rival.Template) rival.State(nowUnixMilliseconds);
                else if (stated == Standing) rival.LoseStatement();
            }
        }
    }

    /// <summary>The layout by which a Data Set was written, as far as its values say.</summary>
    public Template Choose(ReadOnlySpan<byte> content, in MessageHeader header, long nowUnixMilliseconds)
    {
        // 1. How well it fits each.
        var first = LayoutFit.Weigh(content, Standing.Plan, header, nowUnixMilliseconds);
        var (best, bestRival) = (default(SetWeight), (Rival?)null);
        var rivals = Rivals;
        Span<SetWeight> weights = stackalloc SetWeight[MostRivals];
        for (var i = 0; i < rivals.Length; i++)
        {
            weights[i] = LayoutFit.Weigh(content, rivals[i].Template.Plan, header, nowUnixMilliseconds);
            if (bestRival is null || IsBetter(weights[i], rivals[i], best, bestRival)) (best, bestRival) = (weights[i], rivals[i]);
        }

        // 2. The best, if the one that stands is out of the question.
        lock (_deciding)
        {
            var isRival = bestRival is not null && best.Excludes(first, bestRival.Margin);
            if (isRival) bestRival!.Prove(nowUnixMilliseconds);
            for (var i = 0; i < rivals.Length; i++)
            {
                var isChosen = isRival && rivals[i] == bestRival;
                if (!isChosen && (isRival ? best : first).Excludes(weights[i])) rivals[i].Lose(isStanding: !isRival);
            }

            return isRival ? bestRival!.Template : Standing;
        }
    }

    /// <summary>How well a Data Set fits the layout that it fits best.</summary>
    /// <param name="weight">How well it fits the one that stands.</param>
    public SetWeight Heaviest(SetWeight weight, ReadOnlySpan<byte> content, in MessageHeader header, long nowUnixMilliseconds)
    {
        foreach (var rival in Rivals)
        {
            var other = LayoutFit.Weigh(content, rival.Template.Plan, header, nowUnixMilliseconds);
            if (other.IsSound || (!weight.IsSound && other.Weight > weight.Weight)) weight = other;
        }

        return weight;
    }

    /// <summary>Drops the rivals that have lost.</summary>
    /// <returns>The one that is to stand from now on; null when none has won.</returns>
    public Template? Settle(long nowUnixMilliseconds)
    {
        lock (_deciding)
        {
            var hasLoser = false;
            foreach (var rival in _rivals)
            {
                if (rival.HasWon(Standing.LongestPauseMilliseconds, nowUnixMilliseconds)) return rival.Template;
                hasLoser |= rival.HasLost(nowUnixMilliseconds);
            }

            if (!hasLoser) return null;
            var (held, lost) = (new List<Rival>(), new List<Rival>());
            foreach (var rival in _rivals) (rival.HasLost(nowUnixMilliseconds) ? lost : held).Add(rival);
            foreach (var rival in lost) rival.Template.Forget();
            Volatile.Write(ref _rivals, [.. held]);
            return null;
        }
    }

    /// <summary>The contest as it goes on under another layout that stands: the former one is held beside it.</summary>
    public TemplateContest Under(Template winner, long nowUnixMilliseconds)
    {
        lock (_deciding)
        {
            var next = new TemplateContest(winner);
            Rival[] others = [.. _rivals.Where(rival => rival.Template != winner)];
            foreach (var other in others)
            {
                other.LoseStatement();
                other.Template.Contest = next;
            }

            next._rivals = others;
            next.Add(Standing.Copy(), nowUnixMilliseconds);
            winner.Contest = next;
            return next;
        }
    }

    // Two that are beyond doubt fit equally well, whatever they weigh: then what other Sets showed decides.
    private static bool IsBetter(SetWeight weight, Rival rival, SetWeight best, Rival bestRival) =>
        weight.IsSound && best.IsSound && rival.Proofs != bestRival.Proofs ? rival.Proofs > bestRival.Proofs
        : weight.IsSound != best.IsSound ? weight.IsSound
        : weight.Weight > best.Weight;

    /// <summary>The Template was withdrawn or forgotten.</summary>
    public void Forget()
    {
        foreach (var rival in Rivals) rival.Template.Forget();
    }

    public void MoveArrivals(ClockStep step, long nowUnixMilliseconds)
    {
        lock (_deciding)
        {
            foreach (var rival in _rivals) rival.MoveArrivals(step, nowUnixMilliseconds);
        }
    }
}
