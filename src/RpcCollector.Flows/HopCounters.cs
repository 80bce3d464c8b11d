using System.Runtime.CompilerServices;

namespace RpcCollector.Flows;

/// <summary>Counts what one thread received, used and rejected at each hop: written by its owner alone, read by anyone.</summary>
/// <remarks>A reader may see counts that lag by one Set; while nothing arrives the sums are exact.</remarks>
public sealed class HopCounters
{
    public static readonly int NumHops = Enum.GetValues<Hop>().Length;
    public static readonly int NumRejections = Enum.GetValues<Rejection>().Length;

    public static readonly int NumIrregularities = Enum.GetValues<Irregularity>().Length;

    private readonly long[] _irregular = new long[NumIrregularities];
    private readonly long[] _received = new long[NumHops];
    private readonly long[] _used = new long[NumHops];
    private readonly long[] _rejected = new long[NumHops * NumRejections];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Receive(Hop hop, long count = 1) => Add(ref _received[(int)hop], count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Use(Hop hop, long count = 1) => Add(ref _used[(int)hop], count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Reject(Hop hop, Rejection reason, long count = 1) => Add(ref _rejected[((int)hop * NumRejections) + (int)reason], count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Note(Irregularity kind, long count = 1) => Add(ref _irregular[(int)kind], count);

    public long Noted(Irregularity kind) => Volatile.Read(ref _irregular[(int)kind]);

    public long Received(Hop hop) => Volatile.Read(ref _received[(int)hop]);

    public long Used(Hop hop) => Volatile.Read(ref _used[(int)hop]);

    public long Rejected(Hop hop, Rejection reason) => Volatile.Read(ref _rejected[((int)hop * NumRejections) + (int)reason]);

    /// <summary>All rejections of a hop, whatever the reason.</summary>
    public long Rejected(Hop hop)
    {
        long sum = 0;
        for (var reason = 1; reason < NumRejections; reason++) sum += Rejected(hop, (Rejection)reason);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref long counter, long count) => Volatile.Write(ref counter, counter + count);
}
