using RpcCollector.Detection.Tables;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>A client that contacted a server for a service; unique by the three.</summary>
internal struct EdgeState : ITableRow
{
    /// <summary>No more is remembered of a burst.</summary>
    public const int MostBurst = byte.MaxValue;

    // Beside the burst of an edge of RPC: whether it gets directories; and the largest ratio of answers shaped like replication, in tenths.
    private const int DirectoryBit = MostBurst + 1;
    private const int RatioShift = 9;
    private const int MostTenths = ushort.MaxValue >> RatioShift;

    /// <summary>A ratio of answers, in hundredths, from which on every one is as usual.</summary>
    public const int AnyRatio = 10 * MostTenths;

    // An answer is as usual up to so much more than the largest that was learned.
    private const int Tolerance = 125;

    public int Client;
    public int Server;

    /// <summary>Neighbours among the client's edges, and among the server's; -1 at the ends.</summary>
    public int NextOfClient;
    public int PreviousOfClient;
    public int NextOfServer;
    public int PreviousOfServer;

    /// <summary>Its open hours; -1 for none.</summary>
    public int Open;

    /// <summary>
    /// The first closed epoch in which these machines had to do with each other, wherever they were; <see cref="Epoch.None"/> before.
    /// </summary>
    public int FirstEpoch;

    /// <summary>
    /// The first and the last in which these addresses had, whoever held them: of rows of period 0 only, for roles rest on addresses.
    /// </summary>
    public int SeenEpoch;
    public int LastEpoch;

    /// <summary>
    /// The last closed epoch in which these machines had to do with each other; <see cref="LastEpoch"/> is the addresses'.
    /// </summary>
    public int UsedEpoch;

    /// <summary>When it was first learned as normal; <see cref="Epoch.None"/> while it never was.</summary>
    public int TrainedEpoch;

    /// <summary>
    /// The first closed epoch in which the server answered and a record said which end is the server; and the first in which such a flow
    /// went further than the mapper: the server was driven, not only asked. <see cref="Epoch.None"/> before.
    /// </summary>
    public int WitnessedSince;
    public int DrivenSince;

    /// <summary>
    /// The last epoch in which the client used a rare port of the server, or by SMB made brief calls through pipes, and that was learned as
    /// normal; <see cref="Epoch.None"/> before.
    /// </summary>
    public int RareEpoch;

    /// <summary>Its flows in closed epochs; stays at its largest value beyond it.</summary>
    public uint Flows;

    /// <summary>
    /// Of RPC the most mapper flows within 10 s that were learned as normal on days that every open hour knows (<see cref="Bursts"/>), and
    /// whether whole directories were, and how much like replication answers. Of SMB the day, since 1970, of the first upload; 0 before.
    /// </summary>
    public ushort Burst;

    /// <summary>Days on which it was seen.</summary>
    public ushort Days;
    public EdgeService Service;
    public EdgeMarks Marks;

    public int Next { get; set; }

    /// <summary>Of RPC: the most mapper flows within 10 s that are normal; 0 before.</summary>
    public readonly int LearnedBurst => Service == EdgeService.Rpc ? Burst & MostBurst : 0;

    /// <summary>Of RPC: the client was learned to get a whole directory.</summary>
    public readonly bool GetsDirectory => Service == EdgeService.Rpc && (Burst & DirectoryBit) != 0;

    /// <summary>Of RPC: up to which ratio, in hundredths, answers shaped like replication are as usual; 0 before.</summary>
    public readonly int UsualRatio => Service != EdgeService.Rpc ? 0
        : Burst >> RatioShift is var tenths && tenths == MostTenths ? int.MaxValue
        : tenths * 10 * Tolerance / 100;

    /// <summary>Of SMB: the day of the first upload; 0 before.</summary>
    public readonly int UploadDay => Service == EdgeService.Smb ? Burst : 0;

    /// <summary>True for one that is more than its open hours.</summary>
    public readonly bool IsClosedOnce => FirstEpoch != Epoch.None || SeenEpoch != Epoch.None;

    public readonly int LatestEpoch => Math.Max(LastEpoch, UsedEpoch);

    /// <summary>True for one that was seen on two days or more, and on no more than one in seven since the first.</summary>
    public readonly bool IsWeekly =>
        Days > 1 && UsedEpoch / Epoch.PerDay - FirstEpoch / Epoch.PerDay is var span && span >= (Days - 1) * 7;

    /// <summary>Of RPC: bursts of so many mapper flows were normal.</summary>
    public void LearnBurst(int most) => Burst = (ushort)((Burst & ~MostBurst) | Math.Clamp(most, LearnedBurst, MostBurst));

    /// <summary>Of RPC: answers shaped like replication are normal.</summary>
    /// <param name="ratio">The largest, in hundredths.</param>
    /// <param name="isDirectory">Whole directories are.</param>
    public void LearnReplication(int ratio, bool isDirectory)
    {
        Marks |= EdgeMarks.Replicates;
        if (isDirectory) Burst |= DirectoryBit;
        var tenths = Math.Max(Burst >> RatioShift, Math.Min((ratio + 9) / 10, MostTenths));
        Burst = (ushort)((tenths << RatioShift) | (Burst & (DirectoryBit | MostBurst)));
    }

    /// <summary>Of SMB: an upload of a day, reported or normal.</summary>
    public void LearnUpload(int day, bool isNormal)
    {
        if (Burst == 0) Burst = (ushort)day;
        if (isNormal) Marks |= EdgeMarks.Writes;
    }

    /// <summary>Rare ports were used, or brief calls made through pipes, and that was not reported.</summary>
    public void LearnRareUse(int epoch)
    {
        var isLater = RareEpoch != Epoch.None && epoch / Epoch.PerDay > RareEpoch / Epoch.PerDay;
        if (isLater) Marks |= (Marks & EdgeMarks.RareAgain) == EdgeMarks.None ? EdgeMarks.RareAgain : EdgeMarks.RareOften;
        RareEpoch = Math.Max(RareEpoch, epoch);
    }

    /// <summary>A person called it normal.</summary>
    public void LearnRareUseForGood(int epoch)
    {
        Marks |= EdgeMarks.RareAgain | EdgeMarks.RareOften;
        RareEpoch = Math.Max(RareEpoch, epoch);
    }

    /// <summary>
    /// True where rare ports were used, or brief calls made, unreported, before an hour. Of those of a day only the last is known; that
    /// there were some on an earlier one, its mark says.
    /// </summary>
    public readonly bool DidRareThings(int knownBefore) =>
        (Marks & EdgeMarks.RareAgain) != EdgeMarks.None || (RareEpoch != Epoch.None && RareEpoch < knownBefore);

    /// <summary>True where that was so on three days, or where a person called it normal.</summary>
    public readonly bool DoesRareThings => (Marks & EdgeMarks.RareOften) != EdgeMarks.None;

    public readonly ulong Hash() => HashOf(Client, Server, Service);

    public static ulong HashOf(int client, int server, EdgeService service) =>
        TableHash.Of(((ulong)(uint)client << 32 | (uint)server) * 8 + (ulong)service);
}

/// <summary>What is to be remembered of an edge.</summary>
[Flags]
internal enum EdgeMarks : byte
{
    None = 0,

    /// <summary>The server answered at least once.</summary>
    Answered = 1,

    /// <summary>A transfer shaped like replication was learned as normal here.</summary>
    Replicates = 2,

    /// <summary>The dynamic port was unanswered and SMB followed, and that was learned as normal.</summary>
    Firewalled = 4,

    /// <summary>It was seen on the day before that of its last hour too.</summary>
    DayBefore = 128,

    /// <summary>A person called it normal: that holds where it was said, and is carried nowhere.</summary>
    ByVerdict = 8,

    /// <summary>
    /// Uploads were learned as normal here; of RPC, connections of very many calls.
    /// </summary>
    Writes = 16,

    /// <summary>
    /// Rare ports were used, or brief calls made through pipes, unreported, on a second day; and on a third or later, which makes it a
    /// habit.
    /// </summary>
    RareAgain = 32,
    RareOften = 64,
}
