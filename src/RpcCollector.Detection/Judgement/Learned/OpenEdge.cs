namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>What is known of an edge in one hour that is still open, or in the last one before those.</summary>
internal struct OpenEdge : ITableRow
{
    public int Edge;
    public int Epoch;

    /// <summary>Its first fact, in no order; -1 for none.</summary>
    public int Facts;
    public int NumFacts;

    /// <summary>Facts that are only counted.</summary>
    public int NumBeyond;

    /// <summary>
    /// How many of those were answered and say who the server is; the largest number once one was changed, since it is not known then.
    /// </summary>
    public int NumAnsweredBeyond;

    /// <summary>The latest start among the facts that were ever added.</summary>
    public long LatestStart;

    /// <summary>
    /// How many of the facts were answered and say who the server is; of those, how many have a flow to an endpoint. What was answered but
    /// may go the other way round is not among them.
    /// </summary>
    public int NumAnswered;
    public int NumDriven;

    /// <summary>How many were not answered, and were shaped like replication.</summary>
    public int NumUnanswered;
    public int NumShaped;

    /// <summary>How many have <see cref="FactMarks.Upload"/>.</summary>
    public int NumUploads;

    /// <summary>How many of the facts are tallies: they are beyond the bound.</summary>
    public int NumTallies;

    /// <summary>How many were shaped like a list of all endpoints.</summary>
    public int NumListed;

    /// <summary>The next open hour of the same edge, and the next edge of the same hour; -1 at the end.</summary>
    public int NextOfEdge;
    public int NextOfEpoch;

    public int Next
    {
        readonly get => NextOfEpoch;
        set => NextOfEpoch = value;
    }

    /// <summary>True when the server answered, and it is sure which end that is.</summary>
    public readonly bool IsAnswered => NumAnswered > 0 || NumAnsweredBeyond > 0;

    public readonly int Count => NumFacts + NumBeyond;

    /// <summary>Facts that are held, without tallies: so many count for the bound of an edge.</summary>
    public readonly int NumHeld => NumFacts - NumTallies;

    public readonly ulong Hash() => 0;
}
