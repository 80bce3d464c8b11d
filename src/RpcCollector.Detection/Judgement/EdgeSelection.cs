using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>
/// Some of the pairs of client and server that the judge knows. Read from it in slices, so that it waits for none longer than a moment;
/// what comes and goes meanwhile may be missing.
/// </summary>
public abstract class EdgeSelection(EdgeChoice choice)
{
    public EdgeChoice Choice => choice;

    /// <summary>Where the next slice begins: an edge, or -1 at the end of a host's.</summary>
    internal int Next { get; set; }

    internal bool HasBegun { get; private set; }

    internal int Restarts { get; private set; }

    /// <summary>A host's edges are read from the first on.</summary>
    internal void Begin(int first)
    {
        (Next, HasBegun) = (first, true);
        Restarts++;
    }

    /// <summary>What was read is forgotten, and it begins anew.</summary>
    internal void Forget()
    {
        HasBegun = false;
        Clear();
    }

    /// <summary>
    /// True where each edge of a pair may hand it over: one that gets another edge meanwhile is not missed then, and is kept once.
    /// </summary>
    internal virtual bool TakesPairsAgain => false;

    /// <summary>False for a pair that need not be read.</summary>
    internal virtual bool MayKeep(HostAddress client, HostAddress server) => choice.WantsEnds(client, server);

    /// <param name="edges">All between two hosts that is wanted, in the order of services.</param>
    internal abstract void Add(IReadOnlyList<EdgeProfile> edges);

    private protected abstract void Clear();
}
