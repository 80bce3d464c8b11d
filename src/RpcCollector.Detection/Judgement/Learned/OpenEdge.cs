namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>What is known of an edge in one hour that is still open, or in the last one before those.</summary>
/// <remarks>A large network has hundreds of thousands of them: each within a cache line's size, since its facts are bounded.</remarks>
internal struct OpenEdge : ITableRow
{
    /// <summary>No more facts are held, whatever the settings say.</summary>
    public const int MostFacts = ushort.MaxValue;

    public int Edge;
    public int Epoch;

    /// <summary>Its first fact, in no order; -1 for none.</summary>
    public int Facts;

    /// <summary>Facts that are only counted.</summary>
    public int NumBeyond;

    /// <summary>
    /// How many of those were answered and say who the server is; the largest number once one was changed, since it is not known then.
    /// </summary>
    public int NumAnsweredBeyond;

    /// <summary>The next open hour of the same edge, and the next edge of the same hour; -1 at the end.</summary>
    public int NextOfEdge;
    public int NextOfEpoch;

    /// <summary>The id + 1 of an exporter that saw one of those that are only counted; 0 for none. Not saved.</summary>
    public int SeenBy;

    public ushort NumFacts;

    /// <summary>
    /// How many of the facts were answered and say who the server is; of those, how many have a flow to an endpoint. What was answered but
    /// may go the other way round is not among them.
    /// </summary>
    public ushort NumAnswered;
    public ushort NumDriven;

    /// <summary>How many were not answered, and were shaped like replication.</summary>
    public ushort NumUnanswered;
    public ushort NumShaped;

    /// <summary>How many have <see cref="FactMarks.Upload"/>.</summary>
    public ushort NumUploads;

    /// <summary>How many of the facts are tallies: they are beyond the bound.</summary>
    public ushort NumTallies;

    /// <summary>How many were shaped like a list of all endpoints.</summary>
    public ushort NumListed;

    // In milliseconds from the hour's beginning on.
    private int _latestStart;

    public OpenEdge(int edge, int epoch)
    {
        (Edge, Epoch) = (edge, epoch);
        Facts = OpenFacts.None;
        _latestStart = int.MinValue;
    }

    /// <summary>
    /// The latest start among the facts that were ever added, in Unix milliseconds; up to 24 days to either side of the hour's beginning.
    /// </summary>
    public readonly long LatestStart => Learned.Epoch.StartOf(Epoch) + _latestStart;

    public int Next
    {
        readonly get => NextOfEpoch;
        set => NextOfEpoch = value;
    }

    /// <summary>True when the server answered, and it is sure which end that is.</summary>
    public readonly bool IsAnswered => NumAnswered > 0 || NumAnsweredBeyond > 0;

    /// <summary>True when no further fact can be held.</summary>
    public readonly bool IsFull => NumFacts == MostFacts;

    public readonly int Count => NumFacts + NumBeyond;

    /// <summary>Facts that are held, without tallies: so many count for the bound of an edge.</summary>
    public readonly int NumHeld => NumFacts - NumTallies;

    /// <summary>A fact that began then was added.</summary>
    public void NoteStart(long unixMilliseconds)
    {
        var start = (int)Math.Clamp(unixMilliseconds - Learned.Epoch.StartOf(Epoch), int.MinValue, int.MaxValue);
        _latestStart = Math.Max(_latestStart, start);
    }

    public readonly ulong Hash() => 0;
}
