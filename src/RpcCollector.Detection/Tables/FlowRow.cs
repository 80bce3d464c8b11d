using System.Runtime.InteropServices;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tables;

/// <summary>
/// A mapper or endpoint connection, merged from all its sightings; unique by pair, ports and time. 64 bytes, one cache line, however many
/// exporters saw it.
/// </summary>
/// <remarks>
/// Start and end come from one clock, the reference clock (see <see cref="WitnessRow"/>), and can be compared to the millisecond with other
/// flows that it timed.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct FlowRow : IKeyedRow
{
    /// <summary>No index.</summary>
    public const int None = -1;

    /// <summary>Year 9999; beyond it, and before 1970, no time can be written.</summary>
    public const long LatestTime = 253_402_300_799_999;

    /// <summary><see cref="LatestEnd"/> is rounded up to so many milliseconds after a row's start.</summary>
    public const long ReachUnit = 1L << ReachShift;

    private const int ReachShift = 10;

    // Unix milliseconds in 48 bits, which last beyond the year 9999.
    private uint _startLow;
    private ushort _startHigh;

    // The latest end in the subtree below this row, in units of 1.024 s after its own start, rounded up; the largest value stands for
    // any time beyond.
    private ushort _reach;

    /// <summary>Milliseconds; stays at 49.7 days beyond it.</summary>
    public uint Duration;

    /// <summary>How far other clocks saw it beyond its start and end, a <see cref="SpreadRow"/>; none when they did not.</summary>
    public int Spread;

    /// <summary>
    /// The low half of the shard's clock when it was last seen: good for differences up to 49 days, and nothing is held that long.
    /// </summary>
    public uint Arrival;

    public int Pair;
    public ushort ClientPort;
    public ushort ServerPort;

    // Neighbours in the order of arrival.
    public int Older;
    public int Newer;

    // Children in the pair's tree of starts, or links of its chain (see StartTree).
    public int Left;
    public int Right;

    /// <summary>Endpoint: the activity it is joined in. Mapper: its mapper-only activity, once reported.</summary>
    public int Activity;

    /// <summary>Who saw it, how coarsely: a <see cref="WitnessRow"/>.</summary>
    public int Witnesses;

    public uint ClientOctets;
    public uint ServerOctets;
    public byte ClientTcpFlags;
    public byte ServerTcpFlags;
    private byte _marksAndHalves;
    private byte _subtreeAndOrder;

    public int NextFree
    {
        readonly get => Pair;
        set => Pair = value;
    }

    public FlowMarks Marks
    {
        readonly get => (FlowMarks)(_marksAndHalves & 0x0F);
        set => _marksAndHalves = (byte)(_marksAndHalves & 0xF0 | (byte)value);
    }

    public FlowHalf Half
    {
        readonly get => (FlowHalf)(_marksAndHalves >> 4 & 3);
        set => _marksAndHalves = (byte)(_marksAndHalves & 0xCF | (int)value << 4);
    }

    /// <summary>
    /// True when those who report it did not let it through. It is a row of its own beside that of the connection, where others carried it.
    /// </summary>
    public readonly bool IsRefused => Half == FlowHalf.None;

    /// <summary>True when the exporter whose counters these are saw every half that anybody saw.</summary>
    public readonly bool IsCountedWhole =>
        (ClientOctets > 0 || (Half & FlowHalf.FromClient) == FlowHalf.None)
        && (ServerOctets > 0 || (Half & FlowHalf.FromServer) == FlowHalf.None);

    /// <summary>The strongest evidence of any record that the client is the client.</summary>
    public DirectionEvidence For
    {
        readonly get => (DirectionEvidence)(_marksAndHalves >> 6);
        set => _marksAndHalves = (byte)(_marksAndHalves & 0x3F | (int)value << 6);
    }

    /// <summary>The strongest evidence of any record that the server is the client.</summary>
    public DirectionEvidence Against
    {
        readonly get => (DirectionEvidence)(_subtreeAndOrder >> 6);
        set => _subtreeAndOrder = (byte)(_subtreeAndOrder & 0x3F | (int)value << 6);
    }

    /// <summary>The halves whose first packets the reference clock timed.</summary>
    public FlowHalf Timed
    {
        readonly get => (FlowHalf)(_subtreeAndOrder >> 4 & 3);
        set => _subtreeAndOrder = (byte)(_subtreeAndOrder & 0xCF | (int)value << 4);
    }

    /// <summary>Those of them that began at <see cref="Start"/>: one alone began before the other.</summary>
    public FlowHalf First
    {
        readonly get => (FlowHalf)(_subtreeAndOrder >> 2 & 3);
        set => _subtreeAndOrder = (byte)(_subtreeAndOrder & 0xF3 | (int)value << 2);
    }

    /// <summary>OR of the marks in the subtree below this row; only those by which the tree is searched.</summary>
    public FlowMarks SubtreeMarks
    {
        readonly get => (FlowMarks)(_subtreeAndOrder & (byte)FlowMarks.Searched);
        set => _subtreeAndOrder = (byte)(_subtreeAndOrder & ~(byte)FlowMarks.Searched | (byte)(value & FlowMarks.Searched));
    }

    /// <summary>Unix milliseconds.</summary>
    public long Start
    {
        readonly get => (long)_startHigh << 32 | _startLow;
        private set => (_startLow, _startHigh) = ((uint)value, (ushort)(value >> 32));
    }

    /// <summary>
    /// The latest end in the subtree below this row, or later: too late costs one more look, too early would lose a flow.
    /// </summary>
    public long LatestEnd
    {
        readonly get => ReachesBeyond ? long.MaxValue : Start + ((long)_reach << ReachShift);
        set => _reach = (ushort)((Math.Min(value - Start, (long)ushort.MaxValue << ReachShift) + ReachUnit - 1) >> ReachShift);
    }

    /// <summary>True when <see cref="LatestEnd"/> is any time beyond what it can say.</summary>
    public readonly bool ReachesBeyond => _reach == ushort.MaxValue;

    /// <summary>
    /// True when its ends have closed it: either reset it, or each that was seen finished. What was refused never began, and does not end.
    /// </summary>
    public readonly bool HasEnded
    {
        get
        {
            if (IsRefused) return false;
            if (((ClientTcpFlags | ServerTcpFlags) & TcpFlags.Rst) != 0) return true;
            return ((Half & FlowHalf.FromClient) == FlowHalf.None || (ClientTcpFlags & TcpFlags.Fin) != 0)
                && ((Half & FlowHalf.FromServer) == FlowHalf.None || (ServerTcpFlags & TcpFlags.Fin) != 0);
        }
    }

    /// <summary>
    /// The same ends and times, as a row that is sought: refused when this one was carried, and carried when it was refused.
    /// </summary>
    public readonly FlowRow AsOtherwise
    {
        get
        {
            var other = this;
            other.Half = IsRefused ? FlowHalf.Both : FlowHalf.None;
            return other;
        }
    }

    /// <summary>
    /// True when an endpoint flow or a contact stands for its mirror too: the same connection with client and server in each other's place,
    /// which is no row of its own.
    /// </summary>
    /// <remarks>It has the bit of <see cref="FlowMarks.OfOtherShard"/>, which only mapper flows have.</remarks>
    public bool StandsForMirror
    {
        readonly get => Has(FlowMarks.OfOtherShard);
        set => Marks = value ? Marks | FlowMarks.OfOtherShard : Marks & ~FlowMarks.OfOtherShard;
    }

    public readonly bool Has(FlowMarks mark) => (Marks & mark) != FlowMarks.None;

    public readonly long End => Start + Duration;

    public readonly StartKey Key => new(Start, ClientPort, ServerPort, IsRefused);

    /// <summary>How sure it is who the client is, by what was seen of this connection alone.</summary>
    public readonly DirectionConfidence Direction => RowDirection.Of(this);

    public readonly FlowTraffic Traffic => new(ClientOctets, ServerOctets, ClientTcpFlags, ServerTcpFlags, Half, Direction);

    /// <summary>The hash of what identifies a connection, apart from its time.</summary>
    public static ulong HashOf(int pair, ushort clientPort, ushort serverPort) =>
        TableHash.Of((ulong)(uint)pair << 32 | (uint)clientPort << 16 | serverPort);

    public readonly ulong Hash() => HashOf(Pair, ClientPort, ServerPort);

    /// <summary>Sets the times that the reference clock told.</summary>
    public void SetTimes(long start, long end)
    {
        Start = start;
        Duration = (uint)Math.Min(end - start, uint.MaxValue);
    }
}

/// <summary>
/// What the join remembers of a mapper flow, and whether an endpoint flow has waited long enough; a tree finds the rows that have a mark.
/// </summary>
[Flags]
internal enum FlowMarks : byte
{
    None = 0,

    /// <summary>
    /// Mapper: it stands reported as mapper-only. Endpoint: it has waited long enough, and may be reported without a mapper flow. Refused
    /// contact: it stands reported.
    /// </summary>
    Reported = 1,

    /// <summary>
    /// No endpoint flow that has been dropped fitted it; those still held are looked up when needed. Refused: no dropped row showed that it
    /// was carried.
    /// </summary>
    NoDroppedMatch = 2,

    /// <summary>The marks that a tree is searched by.</summary>
    Searched = Reported | NoDroppedMatch,

    /// <summary>
    /// Mapper: it is, or has been, the mapper flow of some activity. Endpoint: it came as a mapper flow of the opposite direction. Contact:
    /// a mapper flow that was dropped since showed that it is none.
    /// </summary>
    WasJoined = 4,

    /// <summary>
    /// Its client belongs to another shard: it only shows the direction of flows between the two hosts, and is never joined or reported
    /// here. Of other flows: see <see cref="FlowRow.StandsForMirror"/>.
    /// </summary>
    OfOtherShard = 8,
}
